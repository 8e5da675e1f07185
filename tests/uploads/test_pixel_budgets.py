"""Photos are counted by their headers before any is decoded, and decoded one after the other, as there is room."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image, ImageOps

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition.engine import TooManyPhotosAtOnce, TooManyPixels, budget, decoding, open_photo
from recognition.engine.budget import Gate, one_request
from recognition.photos import pixel_budgets as pixels
from swaps import tasks
from swaps.models import SwapJob
from tests.api.conftest import ApiClient, api, problem  # noqa: F401, a fixture
from tests.photos import ROOT, sample

SIDE = 400
ONE = SIDE * SIDE


def png(name: str = "obama2.jpg") -> bytes:
    """A portrait of 0.16 megapixels that has to be decoded to be stored."""
    out = io.BytesIO()
    with Image.open(sample(name)) as image:
        ImageOps.fit(image.convert("RGB"), (SIDE, SIDE), centering=(0.5, 0.0)).save(out, "PNG")
    return out.getvalue()


def upload(name: str = "obama2.jpg") -> io.BytesIO:
    file = io.BytesIO(png(name))
    file.name = f"{name}.png"
    return file


@pytest.fixture
def room_for_one(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """A process that may hold one decoded photo, and waits for no other to be forgotten."""
    gate = Gate(ONE, patience=0.05)
    monkeypatch.setattr(pixels, "_gate", gate)
    return gate


@pytest.fixture
def nothing_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_arguments: object) -> None:
        raise AssertionError("a photo was decoded")

    monkeypatch.setattr(decoding, "_decode", decode)


def is_empty(gate: Gate) -> bool:
    return gate._free == gate._most


@pytest.mark.usefixtures("nothing_is_decoded")
@pytest.mark.parametrize("address", ["/swaps/preview", "/swaps/new/"])
def test_a_form_of_too_many_pixels_is_refused_before_any_is_decoded(
    alice_client: Client, settings: Any, address: str
) -> None:
    settings.MAX_PHOTO_PIXELS = ONE
    form: dict[str, Any] = {"target": upload()}
    form |= {f"face_{n}": upload() for n in range(12)} | {f"use_{n}": "other" for n in range(12)}
    answer = alice_client.post(address, form)
    assert answer.status_code == 400
    assert "These photos have more than 0.64 megapixels together." in answer.content.decode()


@pytest.mark.usefixtures("nothing_is_decoded")
def test_an_api_request_of_too_many_pixels_is_refused(api: ApiClient, alice: User, settings: Any) -> None:  # noqa: F811
    settings.MAX_PHOTO_PIXELS = ONE
    answer = api.form("/api/v1/swaps", {"target": upload(), "face": [upload() for _ in range(5)]})
    assert problem(answer) == (413, "too_many_pixels")
    assert not SwapJob.objects.exists()


def test_a_swap_holds_one_decoded_photo_at_a_time(
    alice_client: Client,
    api: ApiClient,  # noqa: F811
    room_for_one: Gate,
) -> None:
    form = {"target": upload("biden.jpg"), "face": [upload(), upload("obama.jpg")]}
    assert alice_client.post("/swaps/new/", form).status_code == 302
    form = {"target": upload("biden.jpg"), "face": [upload(), upload("obama.jpg")]}
    assert api.form("/api/v1/swaps", form).status_code == 202
    assert is_empty(room_for_one)


def test_a_preview_holds_one_decoded_photo_at_a_time(alice_client: Client, room_for_one: Gate) -> None:
    form = {"target": upload("biden.jpg"), "face": [upload(), upload("obama.jpg")]}
    assert alice_client.post("/swaps/preview", form).json()["picture"]
    assert is_empty(room_for_one)


def test_a_look_holds_one_decoded_photo_at_a_time(alice_client: Client, room_for_one: Gate) -> None:
    form = {"role": "face", "photo": [upload(), upload("obama.jpg"), upload()], "pictures": "1"}
    answer = alice_client.post("/swaps/faces", form)
    assert answer.status_code == 200
    assert len(answer.json()["pictures"]) == 3
    assert is_empty(room_for_one)


def test_recognition_holds_one_decoded_photo_at_a_time(
    alice_client: Client,
    api: ApiClient,  # noqa: F811
    room_for_one: Gate,
) -> None:
    assert api.form("/api/v1/compare", {"one": upload(), "other": upload("biden.jpg")}).status_code == 200
    assert api.form("/api/v1/recognise", {"photo": upload()}).status_code == 200
    assert alice_client.post("/compare/", {"one": upload(), "other": upload("biden.jpg")}).status_code == 200
    form = {"name": "Barack", "basis": "consent", "photos": [upload(), upload("obama.jpg")]}
    assert alice_client.post("/people/new/", form).status_code == 302
    assert is_empty(room_for_one)


def test_a_program_is_told_to_wait_while_others_hold_all_room(
    api: ApiClient,  # noqa: F811
    alice: User,
    own_files: Path,
    room_for_one: Gate,
) -> None:
    room_for_one.enter(1)
    answer = api.form("/api/v1/swaps", {"target": upload("biden.jpg"), "face": upload()})
    assert problem(answer) == (503, "overloaded")
    assert answer["Retry-After"] == "10"
    alice.refresh_from_db()
    assert alice.balance == 100
    assert not SwapJob.objects.exists()
    assert not [path for path in own_files.rglob("*") if path.is_file()]
    room_for_one.leave(1)
    assert is_empty(room_for_one)


@pytest.mark.parametrize("address", ["/swaps/preview", "/swaps/new/", "/recognise/"])
def test_a_page_says_that_it_is_busy(alice_client: Client, room_for_one: Gate, address: str) -> None:
    room_for_one.enter(1)
    answer = alice_client.post(address, {"target": upload("biden.jpg"), "face": upload(), "photo": upload()})
    assert answer.status_code in (400, 503)
    assert "Too many large photos are being worked on at this moment." in answer.content.decode()


def test_a_photo_that_turns_out_broken_is_told_beside_its_field(alice_client: Client) -> None:
    cut = io.BytesIO(png()[:-5000])
    cut.name = "cut.png"
    answer = alice_client.post("/swaps/new/", {"target": upload("biden.jpg"), "face": cut})
    assert answer.status_code == 400
    assert "face" in answer.context["form"].errors


def test_a_plan_of_more_than_32_faces_is_refused(alice_client: Client) -> None:
    form = {"target": upload(), "face": upload()} | {f"use_{n}": "face" for n in range(33)}
    answer = alice_client.post("/swaps/new/", form)
    assert "At most 32 faces change in one swap." in answer.content.decode()


def test_the_photos_of_a_job_are_counted_too(alice_client: Client, settings: Any) -> None:
    alice_client.post("/swaps/new/", {"target": upload("biden.jpg"), "face": upload()})
    settings.MAX_PHOTO_PIXELS = ONE // 5
    job = SwapJob.objects.get()
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "too_many_pixels")


def test_nothing_is_counted_outside_of_a_request() -> None:
    with one_request(ONE):
        open_photo(png())
        with pytest.raises(TooManyPixels):
            open_photo(png())
    assert open_photo(png()).rgb.shape == (SIDE, SIDE, 3)


def test_pixels_are_forgotten_with_the_request_even_where_something_refers_to_the_photo() -> None:
    gate = Gate(ONE, patience=0.05)
    with one_request(2 * ONE, gate):
        kept = open_photo(png())
        assert kept.rgb.shape == (SIDE, SIDE, 3)
        with pytest.raises(TooManyPhotosAtOnce):
            assert open_photo(png()).rgb is None
    assert is_empty(gate)
    assert "_decoded" not in vars(kept)


def test_a_decoder_that_fails_gives_its_room_back() -> None:
    gate = Gate(ONE, patience=0.05)
    with one_request(2 * ONE, gate):
        with pytest.raises(DomainError):
            assert open_photo(png()[:-5000]).rgb is None
        assert is_empty(gate)


def test_memory_is_given_back_after_large_photos_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(budget, "give_back_memory", lambda: given.append(1))
    for many, times in ((ONE + 1, 0), (ONE, 1)):
        monkeypatch.setattr(budget, "LARGE", many)
        with one_request(ONE):
            assert open_photo(png()).rgb is not None
        assert len(given) == times


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """12 megapixels of which some are transparent, which are decoded in several steps."""
    path = tmp_path_factory.mktemp("large") / "large.png"
    pixels = np.zeros((3000, 4000, 4), np.uint8)
    pixels[:1500, :, 3] = 255
    Image.fromarray(pixels).save(path, "PNG", compress_level=1)
    yield path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads a process's memory from /proc")
def test_decoding_takes_at_most_ten_bytes_a_pixel(large: Path) -> None:
    command = [sys.executable, "-m", "tests.uploads.decode", str(large)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    answer = json.loads(printed)
    assert answer["outcome"] == "ok"
    assert answer["kilobytes"] * 1024 < 10 * 12_000_000
