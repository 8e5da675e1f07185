"""Results made public: what everyone sees, what stays hidden, and how an objection ends."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition.photos.intake import PhotoInput
from swaps.jobs.services import delete_swap, submit_swap
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import ResultReport, SwapJob
from swaps.results import publishing
from swaps.results.links import result_link, share_path

from .conftest import make_job, small_photo


@pytest.fixture
def public_job(done_job: SwapJob) -> SwapJob:
    publishing.publish(done_job)
    done_job.refresh_from_db()
    return done_job


def test_nothing_is_public_unless_it_was_chosen(client: Client, done_job: SwapJob) -> None:
    assert "Nothing public yet" in client.get("/explore/").content.decode()
    for name in ("public", "public_picture", "public_thumbnail"):
        assert client.get(reverse(f"swaps:{name}", args=[done_job.pk])).status_code == 404


def test_the_owner_makes_it_public_and_private_again(alice_client: Client, client: Client, done_job: SwapJob) -> None:
    address = reverse("swaps:publish", args=[done_job.pk])
    assert "Public" in alice_client.post(address, {"public": "1"}, follow=True).content.decode()
    assert str(done_job.pk) in Client().get("/explore/").content.decode()
    alice_client.post(address, {"public": ""})
    assert str(done_job.pk) not in Client().get("/explore/").content.decode()


def test_nobody_publishes_for_someone_else(bob_client: Client, done_job: SwapJob) -> None:
    assert bob_client.post(reverse("swaps:publish", args=[done_job.pk]), {"public": "1"}).status_code == 404


def test_everyone_sees_the_result_and_nobody_the_photos(client: Client, public_job: SwapJob) -> None:
    for name in ("public_picture", "public_thumbnail"):
        answer = client.get(reverse(f"swaps:{name}", args=[public_job.pk]))
        assert answer.status_code == 200
        assert answer.getvalue()[:3] == b"\xff\xd8\xff"
    for name in ("target", "face", "result"):
        assert client.get(reverse(f"swaps:{name}", args=[public_job.pk])).status_code == 302


def test_a_report_reaches_the_queue(client: Client, public_job: SwapJob) -> None:
    address = reverse("swaps:public", args=[public_job.pk])
    answer = client.post(address, {"reason": "consent", "words": "That is me."}, follow=True)
    assert "An administrator will look at it." in answer.content.decode()
    report = ResultReport.objects.get()
    assert (report.reason, report.words, report.reporter) == ("consent", "That is me.", None)


def test_reports_are_rationed(client: Client, public_job: SwapJob) -> None:
    address = reverse("swaps:public", args=[public_job.pk])
    codes = [client.post(address, {"reason": "other"}).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]


def test_what_was_taken_down_stays_down(public_job: SwapJob, alice: User) -> None:
    publishing.report(public_job, reason="harm", words="", reporter=alice)
    assert publishing.take_down(ResultReport.objects.all()) == 1
    assert not publishing.public_results().exists()
    assert not ResultReport.objects.filter(closed=None).exists()
    with pytest.raises(DomainError, match="taken down"):
        publishing.publish(public_job)


def ways_to_see(job: SwapJob) -> dict[str, str]:
    """Every address at which somebody without a key or a session may come to a result."""
    shared = share_path(job)
    return {
        "public page": reverse("swaps:public", args=[job.pk]),
        "public picture": reverse("swaps:public_picture", args=[job.pk]),
        "public thumbnail": reverse("swaps:public_thumbnail", args=[job.pk]),
        "shared page": shared,
        "shared picture": f"{shared}picture",
        "download link": result_link(job, ""),
    }


def statuses(client: Client, ways: dict[str, str]) -> dict[str, int]:
    codes = {}
    for way, address in ways.items():
        answer = client.get(address)
        codes[way] = answer.status_code
        if answer.streaming:
            answer.getvalue()
    return codes


def test_nothing_of_what_was_taken_down_is_reachable_by_others(
    client: Client, public_job: SwapJob, alice: User
) -> None:
    ways = ways_to_see(public_job)
    assert statuses(client, ways) == dict.fromkeys(ways, 200)
    publishing.report(public_job, reason="harm", words="", reporter=None)
    publishing.take_down(ResultReport.objects.all())
    assert statuses(client, ways) == dict.fromkeys(ways, 404)
    public_job.refresh_from_db()
    assert result_link(public_job, "") == ""
    with pytest.raises(DomainError, match="took this result down"):
        share_path(public_job)
    client.force_login(alice)
    page = client.get(public_job.get_absolute_url()).content.decode()
    assert "An administrator took this result down." in page and "/shared/" not in page
    own = {"result": reverse("swaps:result", args=[public_job.pk])}
    assert statuses(client, own) == {"result": 200}


def test_the_same_photos_are_not_published_once_more(public_job: SwapJob, alice: User, bob: User) -> None:
    publishing.report(public_job, reason="harm", words="", reporter=None)
    publishing.take_down(ResultReport.objects.all())
    delete_swap(public_job)
    for owner in (alice, bob):
        again = make_job(owner)
        with pytest.raises(DomainError, match="same photos"):
            publishing.publish(again)
        assert publishing.publish_all(SwapJob.objects.filter(pk=again.pk)) == 0
    other = submit_swap(
        Submit(PhotoInput(small_photo(shade=90)), [FaceInput(PhotoInput(small_photo(shade=200)))]), owner=alice
    )
    assert publishing.photos_digest(other) != publishing.photos_digest(again) != ""


def test_a_dismissed_report_leaves_the_result_public(public_job: SwapJob) -> None:
    publishing.report(public_job, reason="other", words="", reporter=None)
    assert publishing.dismiss(ResultReport.objects.all()) == 1
    assert publishing.public_results().exists()


def test_the_reasons_of_a_report_begin_with_a_question_in_words(client: Client, public_job: SwapJob) -> None:
    text = client.get(reverse("swaps:public", args=[public_job.pk])).content.decode()
    assert "Choose one" in text and "-----" not in text
