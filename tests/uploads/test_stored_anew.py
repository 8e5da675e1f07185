"""Nothing of an uploaded file but its picture reaches the storage: no place, no thumbnail, no word, no tail."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import User
from recognition.engine import decode_photo
from recognition.photos.found_faces import keep_found
from tests.photos import sample

MARK = b"marker-of-the-uploaded-file"
WHERE = {1: "N", 2: (47.0, 22.0, 38.0), 3: "E", 4: (8.0, 32.0, 31.0)}


def marked(name: str, kind: str) -> bytes:
    """A sample portrait with a place, a thumbnail, a comment, XMP and bytes behind its end."""
    exif = Image.Exif()
    exif[0x010F] = MARK.decode()  # the camera's maker
    exif.get_ifd(0x8825).update(WHERE)
    exif.get_ifd(0x9286)[0x9286] = MARK
    out = io.BytesIO()
    with Image.open(sample(name)) as image:
        settings: dict[str, Any] = {"exif": exif, "xmp": b"<x:xmpmeta>" + MARK + b"</x:xmpmeta>"}
        if kind == "JPEG":
            settings["comment"] = MARK
        image.convert("RGB").save(out, kind, **settings)
    return out.getvalue() + b"\0\0" + MARK * 3


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def check_nothing_came_along(media: Path, count: int) -> None:
    files = stored(media)
    assert len(files) == count
    for path in files:
        data = path.read_bytes()
        assert MARK not in data and b"Exif\0\0" not in data
        with Image.open(path) as image:
            assert not image.getexif() and "xmp" not in image.info and "comment" not in image.info
        end = {".jpg": b"\xff\xd9", ".png": b"IEND\xaeB`\x82"}[path.suffix]
        assert data.endswith(end)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_photos_of_a_swap(alice_client: Client, own_files: Path, kind: str) -> None:
    files = {name: io.BytesIO(marked(photo, kind)) for name, photo in (("face", "obama.jpg"), ("target", "biden.jpg"))}
    assert MARK in files["face"].getvalue()
    assert alice_client.post("/swaps/new/", files).status_code == 302
    check_nothing_came_along(own_files, 2)


def test_a_photo_whose_faces_a_program_asked_for(alice: User, own_files: Path) -> None:
    keep_found(owner=alice, photo=decode_photo(marked("obama.jpg", "JPEG")))
    check_nothing_came_along(own_files, 1)


def test_a_photo_of_a_person_who_is_known(alice_client: Client, own_files: Path) -> None:
    form = {"name": "Barack", "basis": "consent", "photos": io.BytesIO(marked("obama.jpg", "JPEG"))}
    answer = alice_client.post("/people/new/", form)
    assert answer.status_code == 302, answer.content.decode()
    check_nothing_came_along(own_files, 1)


def test_a_photo_in_base64(alice: User, own_files: Path) -> None:
    from recognition.photos.reading import from_base64

    photo = from_base64(base64.b64encode(marked("obama.jpg", "JPEG")).decode(), label="photo")
    keep_found(owner=alice, photo=photo)
    check_nothing_came_along(own_files, 1)
