"""What a look tells beside boxes: tiny faces, strangers among photos of one person, pictures of what can't be shown."""

import io
from base64 import b64decode

import cv2
import numpy as np
import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from recognition.chosen_engine import find_faces
from recognition.engine import decode_photo, encode_photo
from recognition.engine.types import ByteImage
from tests.drawn import drawn

ADDRESS = "/swaps/faces"


def upload(rgb: ByteImage) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", encode_photo(rgb, "PNG", alpha=None), "image/png")


def samples(*names: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, drawn(name).read_bytes(), "image/jpeg") for name in names]


def small_face(width: int) -> ByteImage:
    """A portrait whose face is this wide, on a grey ground."""
    rgb = decode_photo(drawn("biden.jpg").read_bytes()).rgb
    left, _top, right, _bottom = find_faces(rgb, mode="largest")[0].box
    times = width / (right - left)
    person = np.asarray(cv2.resize(rgb, None, fx=times, fy=times, interpolation=cv2.INTER_AREA))
    ground = np.full((400, 600, 3), 130, np.uint8)
    height, wide = person.shape[:2]
    top, side = (400 - height) // 2, (600 - wide) // 2
    ground[top : top + height, side : side + wide] = person
    return ground


def test_a_face_that_is_too_small_is_said_to_be(alice_client: Client) -> None:
    answer = alice_client.post(ADDRESS, {"role": "target", "photo": upload(small_face(10))}).json()
    assert answer["faces"] == []
    assert "A face was found, but at 9 pixels it is too small." in answer["problem"]


def test_remarks_about_a_face_are_one_sentence_in_any_language(alice_client: Client) -> None:
    dark = decode_photo(drawn("biden.jpg").read_bytes()).rgb // 8
    form = {"role": "face", "photo": upload(dark)}
    answer = alice_client.post(ADDRESS, form, headers={"Accept-Language": "zh-CN"}).json()
    assert answer["note"] == "可以使用，但脸部模糊，脸部太暗。"


def test_strangers_among_photos_of_one_person_are_named(alice_client: Client) -> None:
    photos = samples("obama.jpg", "biden.jpg", "obama2.jpg")
    answer = alice_client.post(ADDRESS, {"role": "face", "photo": photos}).json()
    assert answer["problem"] == ""
    assert answer["note"].startswith("Photo 2 looks like someone else.")
    assert "Photo 3" not in answer["note"]


def test_several_photos_of_one_person_need_no_word(alice_client: Client) -> None:
    answer = alice_client.post(ADDRESS, {"role": "face", "photo": samples("obama.jpg", "obama2.jpg")}).json()
    assert (answer["problem"], answer["note"]) == ("", "")
    assert len(answer["faces"]) == 1


def test_a_photo_without_a_face_among_several_is_named(alice_client: Client) -> None:
    blank = upload(np.full((90, 120, 3), 120, np.uint8))
    answer = alice_client.post(ADDRESS, {"role": "face", "photo": [*samples("obama.jpg"), blank]}).json()
    assert answer["problem"] == "Photo 2 shows no face. Remove it."


def test_a_broken_file_among_several_is_named(alice_client: Client) -> None:
    broken = SimpleUploadedFile("notes.txt", b"not a photo")
    answer = alice_client.post(ADDRESS, {"role": "face", "photo": [*samples("obama.jpg"), broken]})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Photo 2: ")


@pytest.mark.parametrize("asked", [True, False])
def test_a_small_picture_comes_where_the_browser_asks_for_it(alice_client: Client, asked: bool) -> None:
    file = io.BytesIO()
    pillow_heif.register_heif_opener()
    with Image.open(drawn("obama.jpg")) as image:
        image.save(file, "HEIF", quality=60)
    photo = SimpleUploadedFile("IMG_1.HEIC", file.getvalue())
    answer = alice_client.post(ADDRESS, {"role": "face", "photo": photo} | ({"pictures": "1"} if asked else {}))
    if not asked:
        assert "pictures" not in answer.json()
        return
    (picture,) = answer.json()["pictures"]
    with Image.open(io.BytesIO(b64decode(picture))) as shown:
        assert shown.format == "JPEG"
        assert shown.size == (400, 520)
    assert answer["Cache-Control"] == "no-store"
