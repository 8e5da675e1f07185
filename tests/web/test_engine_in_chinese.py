"""What the engine says, on every page that takes a photo, in Chinese: no sentence of it is left in English."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from recognition.models import Person
from recognition.registry import enrolment
from recognition.registry.enrolment import Consent
from swaps.models import SwapJob
from tests.drawn import drawn

from .conftest import make_job
from .test_languages import IN_CHINESE, english_on

# Words in the middle of Chinese: what a template leaves where only its frame was translated.
LEFT_OVER = re.compile(r"[\u4e00-\u9fff，。：]\s*(?!JPEG|PNG|WebP|HEIC|AVIF|BMP|MB)[A-Za-z]{3,} [a-z]{3,}")


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(out, "PNG")
    return out.getvalue()


def tiny_face() -> bytes:
    out = io.BytesIO()
    with Image.open(drawn("obama.jpg")) as image:
        image.thumbnail((110, 110))
        image.save(out, "JPEG")
    return out.getvalue()


PHOTO = drawn("obama.jpg").read_bytes()
BAD: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"no photo, only words",
    "cut off": lambda: PHOTO[: len(PHOTO) // 3],
    "polyglot": lambda: PHOTO + b"<script>alert(1)</script>",
    "too many bytes": lambda: PHOTO + bytes(3 * 1024 * 1024),
    "too many pixels": lambda: png(2000, 2000),
    "too long": lambda: png(20_001, 8),
    "a wall": lambda: png(300, 300),
    "a face too small": tiny_face,
}


@pytest.fixture
def pages(alice: User) -> dict[str, Callable[[SimpleUploadedFile], dict[str, Any]]]:
    known = enrolment.add_person(account=alice, name="Ada", consent=Consent("consent", ""))
    return {
        "/recognise/": lambda file: {"photo": file},
        "/compare/": lambda file: {"one": SimpleUploadedFile("one.jpg", PHOTO), "other": file},
        "/people/new/": lambda file: {"name": "Grace", "basis": "consent", "photos": file},
        f"/people/{known.uuid}/photos": lambda file: {"photos": file},
        "/swaps/new/": lambda file: {"face": file, "target_sample": "biden.jpg"},
    }


@pytest.mark.parametrize("bad", BAD)
def test_no_page_refuses_a_photo_in_english(
    alice_client: Client, pages: dict[str, Callable[..., dict[str, Any]]], settings: Any, bad: str
) -> None:
    settings.MAX_UPLOAD_BYTES, settings.MAX_PHOTO_PIXELS = 2 * 1024 * 1024, 3_000_000
    for path, form in pages.items():
        file = SimpleUploadedFile("file.jpg", BAD[bad](), "image/jpeg")
        text = alice_client.post(path, form(file), headers=IN_CHINESE, follow=True).content.decode()
        assert not english_on(text), path
        assert not LEFT_OVER.search(re.sub(r"<(script|style).*?</\1>|<[^>]*>", "", text, flags=re.S)), path
    assert not Person.objects.filter(name="Grace").exists()


def test_no_answer_is_in_english(alice_client: Client) -> None:
    def photo() -> SimpleUploadedFile:
        return SimpleUploadedFile("photo.jpg", PHOTO, "image/jpeg")

    for path, form in (("/recognise/", {"photo": photo()}), ("/compare/", {"one": photo(), "other": photo()})):
        answer = alice_client.post(path, form, headers=IN_CHINESE)
        assert answer.status_code == 200 and "1,425" in answer.content.decode()
        assert not english_on(answer.content.decode()), path


def test_a_format_that_cannot_hold_the_result_says_so_in_chinese(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(alice, "done")
    SwapJob.objects.filter(pk=job.pk).update(result=stored(png(16_400, 4)))
    answer = alice_client.get(f"/swaps/{job.pk}/result.webp", headers=IN_CHINESE)
    assert answer.status_code == 400
    assert "16400" in answer.content.decode() and not english_on(answer.content.decode())


def stored(content: bytes) -> str:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    return str(default_storage.save("swaps/long.png", ContentFile(content)))
