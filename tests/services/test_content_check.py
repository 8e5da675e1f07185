"""Explicit photos are refused before points are held and pixels made; the fake engine takes magenta for explicit."""

import base64
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.keys import issue_api_key
from accounts.models import User
from recognition.engine import DecodedPhoto, Photo
from recognition.models import ContentCount, ReviewedPhoto
from recognition.photos import content_check
from recognition.photos.intake import PhotoInput
from swaps.jobs import services
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from tests.api.conftest import ApiClient
from tests.drawn import drawn

from .test_swap_lifecycle import photo, stored_files

pytestmark = pytest.mark.django_db

SENTENCE = "looks sexually explicit"


def explicit(side: int = 200) -> Photo:
    rgb = np.full((side, side, 3), (255, 0, 255), np.uint8)
    return DecodedPhoto(rgb=rgb, alpha=None, format="PNG")


def submit(owner: User, *, face: Photo, target: Photo) -> SwapJob:
    return services.submit_swap(Submit(PhotoInput(photo=target), [FaceInput(PhotoInput(face))]), owner=owner)


def in_png() -> bytes:
    file = BytesIO()
    Image.fromarray(np.asarray(explicit().rgb)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("role", ["face", "target"])
def test_it_is_refused_before_points_are_held(role: str, alice: User, own_files: Any) -> None:
    given = {"face": photo("obama.jpg"), "target": photo("biden.jpg"), role: explicit()}
    with pytest.raises(content_check.ExplicitPhoto) as caught:
        submit(alice, **given)
    assert str(caught.value).startswith({"face": "The face photo", "target": "The photo to change"}[role])
    assert alice.balance == 100 and not SwapJob.objects.exists() and stored_files(own_files) == []
    assert ContentCount.objects.get().photos == 1


def test_surfaces_that_submit_refuse_it_in_words(alice: User, alice_client: Client, own_files: Any) -> None:
    program = ApiClient(issue_api_key(owner=alice, name="program")[1])
    good, bad = (base64.b64encode(data).decode() for data in (drawn("obama.jpg").read_bytes(), in_png()))
    told = [
        program.post("/api/v1/swaps", {"face": {"base64": good}, "target": {"base64": bad}}).content,
        program.form(
            "/api/v1/swaps", {"face": BytesIO(in_png()), "target": BytesIO(drawn("biden.jpg").read_bytes())}
        ).content,
        program.post("/api/face_swap", {"face": bad, "body": good}).content,
        program.post(
            "/face/swap",
            {"source_image_url": f"data:image/png;base64,{bad}", "target_image_url": f"data:image/jpeg;base64,{good}"},
        ).content,
        *(
            alice_client.post(
                page, {"face": BytesIO(in_png()), "target": BytesIO(drawn("biden.jpg").read_bytes())}
            ).content
            for page in ("/swaps/new/", "/swaps/preview")
        ),
    ]
    assert [text.decode() for text in told if SENTENCE not in text.decode()] == []
    alice.refresh_from_db()
    assert alice.balance == 100 and not SwapJob.objects.exists() and stored_files(own_files) == []


def test_it_may_be_only_counted_or_not_looked_for(alice: User, settings: Any) -> None:
    settings.CONTENT_CHECK = "warn"
    submit(alice, face=photo("obama.jpg"), target=explicit())
    assert ContentCount.objects.get(day=timezone.localdate()).photos == 1
    settings.CONTENT_CHECK = "off"
    submit(alice, face=photo("obama.jpg"), target=explicit())
    assert ContentCount.objects.get().photos == 1


def test_an_administrator_lets_a_photo_pass_that_was_mistaken(alice: User, admin_client: Client) -> None:
    with pytest.raises(content_check.ExplicitPhoto) as caught:
        submit(alice, face=photo("obama.jpg"), target=explicit())
    number = caught.value.details["number"]
    assert f"name the number {number}" in str(caught.value)
    admin_client.post("/admin/recognition/reviewedphoto/add/", {"number": number})
    assert ReviewedPhoto.objects.get().number == number
    assert submit(alice, face=photo("obama.jpg"), target=explicit()).status == "queued"


def test_counts_are_all_that_an_administrator_sees(alice: User, admin_client: Client) -> None:
    for side in (200, 201, 201):  # the last was counted already
        with pytest.raises(content_check.ExplicitPhoto):
            submit(alice, face=explicit(side), target=photo("biden.jpg"))
    page = admin_client.get("/admin/recognition/contentcount/").content.decode()
    assert ContentCount.objects.get().photos == 2 and "<img" not in page.partition("result_list")[2]


def test_a_photo_is_looked_at_once(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def looked(photo: Any, **_: Any) -> float:
        looks.append(1)
        return 0.1

    monkeypatch.setattr(content_check, "explicit_score_of", looked)
    for _ in range(3):
        submit(alice, face=photo("obama.jpg"), target=photo("biden.jpg"))
    assert len(looks) == 2


def test_the_swap_command_refuses_it_too(tmp_path: Path) -> None:
    (tmp_path / "magenta.png").write_bytes(in_png())
    said = StringIO()
    with pytest.raises(SystemExit):
        words = (str(drawn("obama.jpg")), str(tmp_path / "magenta.png"), "-o", str(tmp_path / "out.png"))
        call_command("swap", *words, stdout=said, stderr=said)
    assert SENTENCE in said.getvalue() and not (tmp_path / "out.png").exists()
