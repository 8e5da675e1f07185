"""What a person prefers: how long swaps are kept, and letters about their ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from recognition.engine import NoFaceFound
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.jobs import services
from swaps.jobs.email import claim_next_letter
from swaps.jobs.submission import Callback, FaceInput, Submit
from swaps.models import SwapJob

from .conftest import make_job, small_photo, small_result
from .test_letters import html_of
from .test_studio_form import upload


def submit(owner: User, **kwargs: Any) -> SwapJob:
    photo = PhotoInput(photo=small_photo(), title="holiday")
    job = services.submit_swap(
        Submit(photo, [FaceInput(PhotoInput(small_photo()))], callback=Callback(site_url="http://testserver")),
        owner=owner,
        **kwargs,
    )
    job.refresh_from_db()
    return job


def finish(job: SwapJob) -> None:
    claim = services.start_swap(job.pk)
    assert claim is not None
    services.complete_swap(claim, small_result())


def write_letters() -> None:
    """What the sweeper's process does about letters."""
    while job := claim_next_letter():
        tasks.send_letter(job)


def test_a_shorter_time_counts_for_old_and_new_swaps(alice_client: Client, alice: User) -> None:
    old = make_job(alice)
    alice_client.post("/account/", {"retention_days": "7"})
    alice.refresh_from_db()
    old.refresh_from_db()
    new = submit(alice)
    assert old.expires == old.created + timedelta(days=7)
    assert new.expires is not None
    assert abs(new.expires - new.created - timedelta(days=7)) < timedelta(seconds=5)


def test_nobody_keeps_longer_than_the_site(alice_client: Client, alice: User, settings: Any) -> None:
    settings.RETENTION_DAYS = 10
    assert alice_client.post("/account/", {"retention_days": "30"}).status_code == 400
    alice.retention_days = 30
    assert alice.retention == timedelta(days=10)


def test_the_choice_is_shown_and_can_be_taken_back(alice_client: Client, alice: User) -> None:
    alice_client.post("/account/", {"retention_days": "7", "letters": "on"})
    text = alice_client.get("/account/").content.decode()
    assert '<option value="7" selected>' in text
    assert "they are deleted after 7 days" in alice_client.get("/swaps/new/").content.decode()
    alice_client.post("/account/", {"retention_days": ""})
    alice.refresh_from_db()
    assert (alice.retention_days, alice.letters) == (None, False)


def test_a_letter_tells_that_the_result_is_ready(alice_client: Client, alice: User) -> None:
    job = submit(alice)
    alice_client.post(reverse("swaps:letter", args=[job.pk]))
    finish(job)
    write_letters()
    (letter,) = mail.outbox
    assert letter.to == ["alice@example.org"]
    assert letter.subject == "Your result is ready: holiday"
    for text in (str(letter.body), html_of(letter)):
        assert f"http://testserver/swaps/{job.pk}/" in text
        assert "It is deleted after 30 days." in text


def test_nobody_gets_a_letter_twice_or_unasked(alice: User) -> None:
    asked, silent = submit(alice), submit(alice)
    services.want_letter(asked, site_url="http://testserver")
    for job in (asked, silent):
        finish(job)
        for _ in range(2):
            write_letters()
    assert len(mail.outbox) == 1


def test_a_failure_is_told_with_its_reason(alice: User) -> None:
    alice.letters = True
    job = submit(alice)
    claim = services.start_swap(job.pk)
    assert claim is not None
    services.fail_swap(claim, NoFaceFound(photo="face photo"))
    write_letters()
    assert "No face was found in the face photo." in str(mail.outbox[0].body)
    assert "Your 2 points were given back." in html_of(mail.outbox[0])


def test_the_letter_comes_in_the_language_of_who_asked(alice_client: Client, alice: User) -> None:
    alice.letters = True
    alice.save()
    face, target = (upload() for _ in range(2))
    alice_client.post("/swaps/new/", {"face": face, "target": target}, headers={"Accept-Language": "zh-CN"})
    job = SwapJob.objects.get()
    finish(job)
    write_letters()
    assert "你的结果好了" in mail.outbox[0].subject


@pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
def test_who_comes_too_late_needs_no_letter(alice_client: Client, alice: User, status: str) -> None:
    job = make_job(alice, status)
    alice_client.post(reverse("swaps:letter", args=[job.pk]))
    job.refresh_from_db()
    assert not job.letter_wanted


def test_nobody_asks_for_someone_elses_letter(bob_client: Client, alice: User) -> None:
    assert bob_client.post(reverse("swaps:letter", args=[make_job(alice, "queued").pk])).status_code == 404
