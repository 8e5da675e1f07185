"""What the studio accepts, and the words with which it refuses the rest."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from recognition.engine import encode_photo
from swaps.models import SwapJob
from tests.drawn import drawn

from .conftest import small_photo

STUDIO = "/swaps/new/"


def upload(name: str = "photo.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    if content is None:
        content = encode_photo(small_photo().rgb, "JPEG")
    return SimpleUploadedFile(name, content, "image/jpeg")


def test_two_files_are_enough(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face": upload(), "target": upload()})
    job = SwapJob.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/swaps/{job.pk}/"


def test_without_touching_an_option_the_defaults_hold(alice_client: Client) -> None:
    alice_client.post(STUDIO, {"face": upload(), "target": upload()})
    options = SwapJob.objects.get().options
    assert options["strength"] == 1.0
    assert options["forehead"] is True


def test_what_was_adjusted_reaches_the_job(alice_client: Client) -> None:
    adjusted = {"adjusted": "True", "strength": "60", "mouth": "target", "match_colour": "on"}
    alice_client.post(STUDIO, {"face": upload(), "target": upload(), **adjusted})
    options = SwapJob.objects.get().options
    assert options["strength"] == 0.6
    assert options["mouth"] == "target"
    assert (options["match_colour"], options["forehead"]) == (True, False)


@pytest.mark.parametrize("more", [{}, {"adjusted": "True"}])
def test_the_preset_counts_whether_or_not_more_was_adjusted(alice_client: Client, more: dict[str, str]) -> None:
    alice_client.post(STUDIO, {"face": upload(), "target": upload(), "preset": "natural", **more})
    assert SwapJob.objects.get().options["preset"] == "natural"


def test_the_presets_are_shown_with_the_default_chosen(alice_client: Client) -> None:
    text = alice_client.get(STUDIO).content.decode()
    shown = re.findall(r'<input type="radio" name="preset" value="(\w+)"[^>]*?( checked)?>', text)
    assert shown == [("natural", ""), ("balanced", " checked"), ("likeness", "")]
    assert "Natural – keeps more of the photo, looks most real" in text


def test_a_preset_that_there_is_not_is_refused(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face": upload(), "target": upload(), "preset": "vivid"})
    assert answer.status_code == 400
    assert not SwapJob.objects.exists()


def test_a_missing_photo_is_asked_for_beside_its_field(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face": upload()})
    assert answer.status_code == 400
    assert "Choose a photo to change." in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"This is text.", "face photo"), (b"", "face photo"), (b"\xff\xd8\xff cut", "face photo")],
)
def test_a_file_that_is_no_photo_is_named(alice_client: Client, content: bytes, words: str) -> None:
    answer = alice_client.post(STUDIO, {"face": upload("holiday.jpg", content), "target": upload()})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not SwapJob.objects.exists()


def test_a_file_over_the_limit_is_refused_with_the_limit(alice_client: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    large = upload(content=b"\xff\xd8\xff" + bytes(2 * 1024 * 1024))
    answer = alice_client.post(STUDIO, {"face": upload(), "target": large})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "1 MB" in text
    assert "photo to change" in text


def test_too_few_points_are_told_with_price_and_balance(alice_client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(balance=1)
    answer = alice_client.post(STUDIO, {"face": upload(), "target": upload()})
    assert answer.status_code == 400
    assert "This costs 2 points and you have 1. Ask whoever runs this site for more: " in answer.content.decode()
    assert not SwapJob.objects.exists()


def test_samples_stand_in_for_uploads(alice_client: Client) -> None:
    drawn("biden.jpg")
    answer = alice_client.post(STUDIO, {"face_sample": "obama.jpg", "target_sample": "biden.jpg"})
    assert answer.status_code == 302


def test_an_unknown_sample_is_refused(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face_sample": "../secret_key", "target": upload()})
    assert answer.status_code == 400


@pytest.mark.parametrize("part", ["target", "result"])
def test_an_earlier_swap_is_taken_up_again(alice_client: Client, done_job: SwapJob, part: str) -> None:
    fields = {"face_from": str(done_job.pk), "target_from": str(done_job.pk), "target_part": part}
    page = alice_client.get(STUDIO, fields).content.decode()
    assert reverse("swaps:face", args=[done_job.pk]) in page
    assert reverse(f"swaps:{part}", args=[done_job.pk]) in page
    assert alice_client.post(STUDIO, fields).status_code == 302
    assert SwapJob.objects.count() == 2


def test_the_script_gets_only_the_errors(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face": upload()}, headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert 'id="id_target_errors" aria-live="polite" hx-swap-oob="true"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_script_is_sent_on_to_the_job(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face": upload(), "target": upload()}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == SwapJob.objects.get().get_absolute_url()


def test_price_and_balance_are_on_the_page(alice_client: Client) -> None:
    text = alice_client.get(STUDIO).content.decode()
    assert "Swap for 2 points" in text
    assert "You have 100 points." in text
