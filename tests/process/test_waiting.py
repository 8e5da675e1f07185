"""Requests that wait for their job: what they are answered, and that nothing but a coroutine waits with them."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

import pytest
import requests

from tests.drawn import drawn
from tests.running_site import FAKE, RunningSite, Visitor, wait_until

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("waiting"), pytest.mark.long, pytest.mark.again]

CROWD = 32  # far more than the gate has threads for
Answer = requests.Response


class Program:
    """Sends swaps with a key."""

    def __init__(self, site: RunningSite, name: str = "program") -> None:
        self.site = site
        Visitor(site).sign_up(name)
        site.manage("grant_points", name, "1000", "--reason", "tests")
        self.headers = {"Authorization": "Bearer " + site.manage("issue_key", name, "--name", "tests").strip()}

    def swap(self, **headers: str) -> Answer:
        files = {name: drawn(photo).read_bytes() for name, photo in (("face", "obama.jpg"), ("target", "biden.jpg"))}
        address = f"{self.site.url}/api/v1/swaps"
        return requests.post(address, files=files, headers=self.headers | headers, timeout=90)

    def waiting(self) -> list[str]:
        """The ids of the jobs that no worker has taken."""
        answer = requests.get(f"{self.site.url}/api/v1/swaps?status=queued&limit=100", headers=self.headers, timeout=30)
        return [job["id"] for job in answer.json()["data"]]

    def end(self, job: str, *, by: str) -> None:
        address = f"{self.site.url}/api/v1/swaps/{job}"
        if by == "delete":
            answer = requests.delete(address, headers=self.headers, timeout=30)
        else:
            answer = requests.post(f"{address}/cancel", headers=self.headers, timeout=30)
        assert answer.ok, answer.text


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One that is served by a site without a worker: its jobs stay open until a test ends them."""
    site = RunningSite(tmp_path_factory.mktemp("waiting"), **FAKE).start("web")
    yield Program(site)
    site.stop()


@pytest.fixture
def worker(program: Program) -> Iterator[None]:
    program.site.start("worker")
    yield
    program.site.kill("worker")


def swap_that_waits(program: Program, pool: ThreadPoolExecutor, **headers: str) -> tuple[Future[Answer], str]:
    """Send a swap that waits for a minute; the answer to come, and the job's id."""
    before = set(program.waiting())
    answer = pool.submit(program.swap, Prefer="wait=60", **headers)
    (job,) = wait_until(lambda: set(program.waiting()) - before, what="the job")
    return answer, job


@pytest.mark.usefixtures("worker")
def test_the_answer_is_the_finished_job_with_what_the_first_pass_counted(program: Program) -> None:
    answer = program.swap(**{"Prefer": "wait=60", "X-Request-Id": "my-own-id", "Idempotency-Key": "once"})
    job = answer.json()
    assert (answer.status_code, job["status"], job["progress"]["percent"]) == (200, "done", 100)
    assert answer.headers["Location"] == f"/api/v1/swaps/{job['id']}"
    assert answer.headers["Preference-Applied"] == "wait"
    assert answer.headers["X-Request-Id"] == "my-own-id"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["RateLimit-Policy"].startswith('"key"')
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    again = program.swap(**{"Prefer": "wait=60", "Idempotency-Key": "once"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status_code, again.json()["id"]) == (200, job["id"])


def test_a_named_request_that_comes_again_waits_too(program: Program) -> None:
    name = {"Idempotency-Key": "again"}
    job = program.swap(**name).json()
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(program.swap, Prefer="wait=60", **name)
        with pytest.raises(FutureTimeout):
            waits.result(2)
        program.end(job["id"], by="cancel")
        again = waits.result(30)
    assert (again.status_code, again.json()["id"], again.json()["status"]) == (200, job["id"], "cancelled")
    assert (again.headers["Idempotent-Replayed"], again.headers["Preference-Applied"]) == ("true", "wait")


def test_when_the_time_is_over_the_job_is_answered_as_it_is(program: Program) -> None:
    answer = program.swap(Prefer="wait=1")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert answer.headers["Preference-Applied"] == "wait"


def test_a_job_that_is_deleted_meanwhile_is_gone_in_the_readers_language(program: Program) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer, job = swap_that_waits(program, pool, **{"Accept-Language": "zh-hans", "X-Request-Id": "gone"})
        program.end(job, by="delete")
        problem: dict[str, Any] = json.loads(answer.result(30).content)
    assert (answer.result().status_code, problem["code"], problem["request_id"]) == (404, "not_found", "gone")
    assert not problem["detail"].isascii()


def test_more_wait_than_there_are_threads_and_the_site_answers_all_the_same(program: Program) -> None:
    before = set(program.waiting())
    with ThreadPoolExecutor(CROWD) as pool:
        answers = [pool.submit(program.swap, Prefer="wait=60") for _ in range(CROWD)]
        wait_until(lambda: len(set(program.waiting()) - before) == CROWD, what="all the jobs")
        assert not any(answer.done() for answer in answers)
        assert requests.get(f"{program.site.url}/healthz", timeout=10).ok
        for job in set(program.waiting()) - before:
            program.end(job, by="cancel")
        told = [answer.result(60) for answer in answers]
    assert {(answer.status_code, answer.json()["status"]) for answer in told} == {(200, "cancelled")}
    assert len({answer.json()["id"] for answer in told}) == CROWD


def test_a_client_that_leaves_changes_nothing(program: Program) -> None:
    before = set(program.waiting())
    with ThreadPoolExecutor(1) as pool:
        other, job = swap_that_waits(program, pool)
        with pytest.raises(requests.Timeout):
            requests.post(
                f"{program.site.url}/api/v1/swaps",
                files={name: drawn("obama.jpg").read_bytes() for name in ("face", "target")},
                headers=program.headers | {"Prefer": "wait=60"},
                timeout=3,
            )
        (left,) = wait_until(lambda: set(program.waiting()) - before - {job}, what="the job left behind")
        program.end(left, by="cancel")
        program.end(job, by="cancel")
        assert other.result(30).json()["status"] == "cancelled"
    assert "Traceback" not in program.site.logged()
