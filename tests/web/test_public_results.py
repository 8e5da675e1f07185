"""Results made public: what everyone sees, what stays hidden, and how an objection ends."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from faceswap_site.errors import DomainError
from swaps import publishing
from swaps.models import ResultReport, SwapJob


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


def test_a_dismissed_report_leaves_the_result_public(public_job: SwapJob) -> None:
    publishing.report(public_job, reason="other", words="", reporter=None)
    assert publishing.dismiss(ResultReport.objects.all()) == 1
    assert publishing.public_results().exists()


def test_the_reasons_of_a_report_begin_with_a_question_in_words(client: Client, public_job: SwapJob) -> None:
    text = client.get(reverse("swaps:public", args=[public_job.pk])).content.decode()
    assert "Choose one" in text and "-----" not in text
