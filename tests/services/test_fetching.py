"""Photos by address: fetched before a worker is asked for, by whoever goes on where another stopped, and rationed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_q.models import OrmQ

from accounts.models import User
from faceswap_site.lib.errors import Overloaded, TooManyRequests
from recognition.engine import Photo
from recognition.photos import fetch_limits
from recognition.photos.intake import PhotoInput
from recognition.photos.reading import fetch_photo
from swaps import tasks
from swaps.jobs import fetching, services, submission, turns
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from tests.api.conftest import fetch_all
from tests.api.test_fetch import reply, server
from tests.drawn import drawn

from .test_swap_lifecycle import expire_lease, photo, stored_files

pytestmark = pytest.mark.django_db
Web = Callable[[str], str]


def serve(name: str) -> Callable[[Any], None]:
    data = drawn(name).read_bytes()
    return reply(f"HTTP/1.1 200 OK\nContent-Length: {len(data)}", data)


@pytest.fixture
def web(settings: Any) -> Iterator[Web]:
    """Servers on this machine: gives the address of one that sends a drawn photo, or says nothing."""
    with ExitStack() as stack:
        silence = threading.Event()
        stack.callback(silence.set)
        settings.FETCH_ALLOW_HOSTS = []

        def silent(connection: Any) -> None:
            silence.wait(30)

        def address(name: str) -> str:
            answer = serve(name) if name.endswith(".jpg") else silent
            if name == "gone":
                answer = reply("HTTP/1.1 404 Not Found\nContent-Length: 0")
            host = stack.enter_context(server(answer))
            settings.FETCH_ALLOW_HOSTS.append(host)
            return f"http://{host}/photo"

        yield address
        silence.set()


def submit(owner: User, target: str, face: str = "") -> SwapJob:
    """A swap whose photo to change, and perhaps whose face photo, is named by its address."""
    given = PhotoInput(url=face) if face else PhotoInput(photo=photo("obama.jpg"))
    return services.submit_swap(Submit(PhotoInput(url=target), [FaceInput(given)]), owner=owner)


def test_a_worker_is_asked_for_when_all_photos_are_here(alice: User, web: Web, own_files: Path) -> None:
    job = submit(alice, web("biden.jpg"), web("obama.jpg"))
    assert (job.status, job.fetching, OrmQ.objects.count()) == ("queued", True, 0)
    assert turns.next_job() is None and services.start_swap(job.pk) is None
    fetch_all()
    job.refresh_from_db()
    assert (job.status, job.fetching, job.attempts, OrmQ.objects.count()) == ("queued", False, 0, 1)
    assert fetching.claim_next() is None
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.attempts, len(stored_files(own_files))) == ("done", 1, 4)


def test_a_photo_that_can_not_be_fetched_ends_the_job_and_counts(alice: User, web: Web, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {fetch_limits.POLICY: (2, 86400)}
    for _ in range(2):
        job = submit(alice, web("gone"))
        fetch_all()
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.error_code, job.fetching, alice.balance) == ("failed", "fetch_failed", False, 100)
    assert "The photo to change could not be fetched. The server answered with status 404." in job.error_text
    assert not OrmQ.objects.exists()
    with pytest.raises(TooManyRequests, match="led to no photo") as refused:
        submit(alice, web("biden.jpg"))
    assert 86000 < int(str(refused.value.details["retry_after"])) <= 86400
    assert SwapJob.objects.count() == 2
    services.submit_swap(
        Submit(PhotoInput(photo=photo("biden.jpg")), [FaceInput(PhotoInput(photo("obama.jpg")))]), owner=alice
    )
    settings.RATE_LIMITS = settings.RATE_LIMITS | {fetch_limits.POLICY: (0, 86400)}  # no limit
    assert submit(alice, web("gone")).fetching


def test_slow_addresses_of_one_account_leave_others_alone(alice: User, bob: User, web: Web) -> None:
    slow = web("silent")
    for _ in range(32):
        submit(alice, slow)
    quick = submit(bob, web("biden.jpg"))
    taken = [fetching.claim_next() for _ in range(4)]
    assert [fetch and fetch.job.owner for fetch in taken] == [alice, bob, alice, None]
    assert taken[1] is not None and fetching.fetch_photos(taken[1])
    assert turns.next_job() == quick.pk and OrmQ.objects.count() == 1


def test_the_photos_of_a_job_are_fetched_together_within_one_deadline(
    alice: User, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = threading.Barrier(fetching.PHOTOS_AT_ONCE)

    def both(*args: Any, **kwargs: Any) -> Any:
        at_once.wait(10)  # breaks where they are fetched one after the other
        return fetch_photo(*args, **kwargs)

    monkeypatch.setattr("swaps.jobs.fetching.fetch_photo", both)
    submit(alice, web("biden.jpg"), web("obama.jpg"))
    fetch_all()
    assert OrmQ.objects.count() == 1
    monkeypatch.setattr(fetching, "SECONDS_A_JOB", 0.0)
    late = submit(alice, web("biden.jpg"))
    fetch_all()
    late.refresh_from_db()
    assert late.error_code == "fetch_timeout" and "Send some of them as files." in late.error_text


def test_whoever_comes_after_a_process_that_died_goes_on(
    alice: User, web: Web, own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(alice, web("biden.jpg"), web("obama.jpg"))
    died = fetching.claim_next()
    assert died is not None and fetching.claim_next() is None
    first, _second = submission.missing_photos(died.job, died.job.face_rows)
    submission.keep_fetched(first, photo("biden.jpg"))
    (own_files / f"swaps/{job.pk}/half.jpg").write_bytes(b"written, and named by no row")
    expire_lease(job)
    asked: list[str] = []
    next_one = fetching.claim_next()
    assert next_one is not None and next_one.attempt == 2
    assert not fetching.fail_fetch(died, TooManyRequests(retry_after=1))

    def noted(url: str, **given: Any) -> Photo:
        asked.append(url)
        return fetch_photo(url, **given)

    monkeypatch.setattr("swaps.jobs.fetching.fetch_photo", noted)
    assert fetching.fetch_photos(next_one)
    assert len(asked) == 1  # what is here already isn't fetched again
    assert not fetching.fetch_photos(died)
    job.refresh_from_db()
    assert (job.status, job.attempts, OrmQ.objects.count(), len(stored_files(own_files))) == ("queued", 0, 1, 2)


def test_nothing_is_fetched_for_ever(alice: User, web: Web, settings: Any) -> None:
    job = submit(alice, web("biden.jpg"))
    for _ in range(settings.JOB_MAX_ATTEMPTS):
        assert fetching.claim_next() is not None
        expire_lease(job)
    assert fetching.claim_next() is None
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.error_code, alice.balance) == ("failed", "too_many_attempts", 100)


def test_of_two_processes_that_ask_at_once_one_fetches(alice: User, web: Web) -> None:
    submit(alice, web("biden.jpg"))
    theirs: list[Any] = []

    def between_the_two_statements(execute: Any, sql: str, *arguments: Any) -> Any:
        if sql.startswith("UPDATE") and not theirs:
            theirs.append(None)
            theirs.append(fetching.claim_next())
        return execute(sql, *arguments)

    with connection.execute_wrapper(between_the_two_statements):
        assert fetching.claim_next() is None
    assert theirs[1] is not None


def test_a_job_that_is_cancelled_meanwhile_asks_for_no_worker(alice: User, web: Web, own_files: Path) -> None:
    job = submit(alice, web("biden.jpg"))
    fetch = fetching.claim_next()
    assert fetch is not None and services.cancel_swap(job)
    assert not fetching.fetch_photos(fetch)
    assert not OrmQ.objects.exists()
    services.delete_swap(job)
    assert stored_files(own_files) == []


def test_a_worker_that_comes_to_a_job_of_an_older_release_has_its_photos_fetched(alice: User, web: Web) -> None:
    job = submit(alice, web("biden.jpg"))
    SwapJob.objects.update(fetching=False)  # as a process of that release leaves it
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.fetching, job.attempts) == ("queued", True, 0)
    fetch_all()
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert job.status == "done"


def test_who_waits_for_photos_is_told_so_and_programs_see_a_queued_job(
    alice: User, alice_client: Client, web: Web
) -> None:
    job = submit(alice, web("biden.jpg"))
    assert "Fetching the photos" in alice_client.get(job.get_absolute_url()).content.decode()
    fetch_all()
    assert "Waiting for a free worker" in alice_client.get(job.get_absolute_url()).content.decode()


def test_in_the_web_process_an_account_has_two_places_and_all_have_four() -> None:
    places = fetch_limits.Places(4, 2)
    with ExitStack() as taken:
        for account in (1, 1, 2):
            taken.enter_context(places.one(account))
        with pytest.raises(TooManyRequests, match="being fetched already"), places.one(1):
            raise AssertionError("a third place")
        taken.enter_context(places.one(3))
        with pytest.raises(Overloaded, match="Many photos"), places.one(4):
            raise AssertionError("a fifth place")
    with places.one(1), places.one(1), places.one(2), places.one(2):
        assert places._taken.total() == 4
    assert not places._taken


def test_a_photo_that_is_fetched_at_once_needs_a_place_and_its_failures_count(
    alice_client: Client, alice: User, web: Web, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = web("gone")
    monkeypatch.setattr(fetch_limits, "_places", fetch_limits.Places(1, 0))
    assert alice_client.post("/swaps/fetched", {"url": address}).status_code == 429
    monkeypatch.setattr(fetch_limits, "_places", fetch_limits.Places(1, 1))
    settings.RATE_LIMITS = settings.RATE_LIMITS | {fetch_limits.POLICY: (1, 86400)}
    answers = [alice_client.post("/swaps/fetched", {"url": address}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [400, 429]
    assert "led to no photo" in answers[1].json()["message"]


def test_the_lease_is_kept_while_the_process_lives_but_not_for_ever(
    alice: User, web: Web, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(alice, web("biden.jpg"))
    fetch = fetching.claim_next()
    assert fetch is not None
    expire_lease(fetch.job)
    fetch.renew()
    assert fetching.claim_next() is None
    expire_lease(fetch.job)
    monkeypatch.setattr(fetching, "SECONDS_AT_MOST", 0.0)  # it has hung for longer than a fetch can take
    fetch.renew()
    assert fetching.claim_next() is not None
