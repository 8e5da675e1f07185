"""What the job page says in each state."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts.models import User
from swaps.jobs import services
from swaps.jobs.files import delete_job_files
from swaps.models import SwapJob
from swaps.results import links

from .conftest import make_job

FROM_SCRIPT = {"HX-Request": "true"}


def page(client: Client, job: SwapJob, **headers: str) -> str:
    return client.get(job.get_absolute_url(), headers=headers).content.decode()


def test_a_waiting_job_asks_again_with_and_without_script(alice_client: Client, alice: User) -> None:
    job = make_job(alice, "queued")
    text = page(alice_client, job)
    assert 'data-status="queued"' in text
    assert 'data-percent="0"' in text
    assert "Waiting for a free worker" in text
    assert f'hx-get="{job.get_absolute_url()}"' in text
    assert '<noscript><meta http-equiv="refresh"' in text


def test_a_photo_that_is_deleted_while_the_page_is_made_does_not_break_it(alice_client: Client, alice: User) -> None:
    job = make_job(alice, "running")
    delete_job_files(job.pk)
    assert 'data-status="running"' in page(alice_client, job)


def test_the_script_gets_only_the_part_that_changes(alice_client: Client, alice: User) -> None:
    text = page(alice_client, make_job(alice, "running"), **FROM_SCRIPT)
    assert re.match(r'\s*<div\s+id="job"', text)
    assert "Finding faces" in text
    assert 'id="points"' in text


def test_a_finished_job_shows_the_result_beside_the_original(alice_client: Client, done_job: SwapJob) -> None:
    text = page(alice_client, done_job)
    assert 'data-status="done"' in text
    assert "hx-get" not in text
    assert "<compare-slider" in text
    assert reverse("swaps:target", args=[done_job.pk]) in text
    assert f"{reverse('swaps:result', args=[done_job.pk])}?download" in text
    assert "2 points" in text


@pytest.mark.parametrize("good", [True, False])
def test_a_result_that_may_look_edited_says_so_beside_it(alice_client: Client, done_job: SwapJob, good: bool) -> None:
    fit = {"realism": 2.5, "good": good, "reasons": ["mouths_differ", "of another release"]}
    SwapJob.objects.filter(pk=done_job.pk).update(report={"fit": fit})
    text = page(alice_client, done_job)
    beside, details = text.split("Technical details")
    assert ("This will probably look edited.\n• One mouth is open" in beside) is not good
    assert "2.5 of 5" in details and ("One mouth is open" in details) is good


def test_a_failed_job_says_why_and_what_came_back(alice_client: Client, alice: User) -> None:
    text = page(alice_client, make_job(alice, "failed", error="No face was found in the face photo."))
    assert "No face was found in the face photo." in text
    assert "Your 2 points were given back." in text
    assert "100 points" in text


def test_cancelling_gives_the_points_back(alice_client: Client, alice: User) -> None:
    job = make_job(alice, "queued")
    alice_client.post(reverse("swaps:cancel", args=[job.pk]))
    assert 'data-status="cancelled"' in page(alice_client, job)
    alice.refresh_from_db()
    assert alice.balance == 100


def test_deleting_leads_to_the_gallery_and_says_so(alice_client: Client, done_job: SwapJob) -> None:
    answer = alice_client.post(reverse("swaps:delete", args=[done_job.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == "/gallery/"
    assert "Deleted" in answer.content.decode()
    assert not SwapJob.objects.exists()


def test_a_shared_link_shows_the_result_to_anyone(client: Client, done_job: SwapJob) -> None:
    path = links.share_path(done_job)
    assert client.get(path).status_code == 200
    picture = client.get(f"{path}picture")
    assert picture["Content-Type"] == "image/jpeg"
    picture.close()


def test_a_shared_link_ends(client: Client, done_job: SwapJob, monkeypatch: pytest.MonkeyPatch) -> None:
    path = links.share_path(done_job)
    monkeypatch.setattr(links, "SHARED_FOR", timedelta(seconds=-1))
    assert client.get(path).status_code == 404


def test_a_shared_link_ends_with_its_job(client: Client, done_job: SwapJob) -> None:
    path = links.share_path(done_job)
    services.delete_swap(done_job)
    assert client.get(path).status_code == 404


def test_a_link_signed_for_another_purpose_is_worth_nothing(client: Client, done_job: SwapJob) -> None:
    token = signing.dumps(done_job.pk.hex, salt="something else")
    assert client.get(reverse("swaps:shared", args=[token])).status_code == 404


def test_a_job_page_asks_the_database_three_times(
    alice_client: Client, done_job: SwapJob, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]  # session, person, job
        page(alice_client, done_job, **FROM_SCRIPT)


@pytest.mark.parametrize(
    ("details", "first"),
    [
        ({"photo": "face photo"}, "Another face photo"),
        ({"photo": "photo to change"}, "Another photo to change"),
        ({}, "Try again"),
    ],
)
def test_the_first_way_on_is_one_that_can_help(
    alice_client: Client, alice: User, details: dict[str, str], first: str
) -> None:
    job = make_job(alice, "failed")
    SwapJob.objects.filter(pk=job.pk).update(error_details=details)
    primary = re.findall(r'class="button primary"\s+href="[^"]*"\s*>([^<]*)<', page(alice_client, job))
    assert primary == [first]
