"""A clip as the target of POST /api/v1/swaps."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from swaps.models import SwapClip, SwapJob
from tests.clip_jobs.made import film, sent, work_off
from tests.drawn import drawn

from .conftest import ApiClient, in_base64, problem

pytestmark = pytest.mark.django_db
SWAPS = "/api/v1/swaps"


def face() -> SimpleUploadedFile:
    return SimpleUploadedFile("me.jpg", drawn("obama.jpg").read_bytes(), content_type="image/jpeg")


def test_a_clip_from_a_form_to_its_film(api: ApiClient, alice: User, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 5, ("biden.jpg", "astronaut.png"), sound="libopus")
    accepted = api.form(SWAPS, {"face": face(), "target": sent(path), "begin": "1", "end": "4.5", "format": "webm"})
    assert accepted.status_code == 202, accepted.content
    job = accepted.json()
    assert (job["kind"], job["duration"], job["frames"], job["people"]) == ("clip", 3.5, 35, None)
    assert job["points"] == {"cost": 4, "balance": 96}
    work_off()
    job = api.get(f"{SWAPS}/{job['id']}").json()
    assert (job["status"], job["error"], job["progress"]["frames"]) == ("done", None, 35)
    assert [one["spans"] for one in job["people"]] == [[[0, 5]], [[0, 5]]]
    result = api.get(f"{SWAPS}/{job['id']}/result")
    assert result["Content-Type"] == "video/webm"
    whole = b"".join(result)
    part = api.get(f"{SWAPS}/{job['id']}/result", Range="bytes=10-19")
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-19/{len(whole)}")
    assert b"".join(part) == whole[10:20]


def test_a_clip_from_json(api: ApiClient, tmp_path: Path) -> None:
    content = base64.b64encode(film(tmp_path / "a.mp4", 2).read_bytes()).decode()
    accepted = api.post(SWAPS, {"target": {"base64": content}, "face": in_base64("obama.jpg"), "end": 1})
    assert (accepted.status_code, accepted.json()["points"]["cost"]) == (202, 1)
    work_off()
    assert SwapJob.objects.get().status == "done"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"begin": "4", "end": "1"}, 422, "clip_part"),
        ({"begin": "nan"}, 422, "clip_part"),
        ({"begin": "soon"}, 400, "bad_request"),
        ({"format": "exe"}, 400, "bad_request"),
        ({"index": "7"}, 202, ""),  # whom a clip shows is known when it was looked at
        ({"options": '{"engine": "inswapper"}'}, 422, "clip_unsupported"),
    ],
)
def test_what_is_wrong_is_said_and_costs_nothing(
    fields: dict[str, str], status: int, code: str, api: ApiClient, alice: User, own_files: Path, tmp_path: Path
) -> None:
    answer = api.form(SWAPS, {"face": face(), "target": sent(film(tmp_path / "a.mp4", 2)), **fields})
    assert answer.status_code == status, answer.content
    if code:
        assert answer.json()["code"] == code
        assert not list(own_files.rglob("*.*"))
    else:
        work_off()
        assert SwapJob.objects.get().error_code == "no_such_face"
    alice.refresh_from_db()
    assert alice.balance == 100


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x1a\x45\xdf\xa3 and nothing more", "bad_clip"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(5000), "bad_clip"),
        (b"GIF89a", "bad_clip"),
    ],
)
def test_damaged_clips_are_refused_in_words(content: bytes, code: str, api: ApiClient, own_files: Path) -> None:
    answer = api.form(SWAPS, {"face": face(), "target": SimpleUploadedFile("a.mp4", content)})
    assert problem(answer) == (422, code)
    assert not SwapClip.objects.exists()
    assert not list(own_files.rglob("*.*"))


def test_a_clip_that_is_too_large_is_refused_unread(api: ApiClient, settings: Any, tmp_path: Path) -> None:
    settings.CLIP_MAX_BYTES = 1000
    answer = api.form(SWAPS, {"face": face(), "target": sent(film(tmp_path / "a.mp4", 1))})
    assert problem(answer) == (413, "clip_too_large")


def test_what_only_clips_have_is_refused_of_a_photo(api: ApiClient) -> None:
    photo = SimpleUploadedFile("b.jpg", drawn("biden.jpg").read_bytes())
    assert problem(api.form(SWAPS, {"face": face(), "target": photo, "begin": "1"})) == (422, "only_of_clips")
