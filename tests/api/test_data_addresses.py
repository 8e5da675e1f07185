"""A photo as data:image/…;base64,… is taken wherever base64 is, and by the dialects wherever they take an address."""

import base64
from typing import Any

import pytest

from accounts.models import User
from faceswap_site.lib.base64_text import read_base64
from recognition.engine import decode_photo
from swaps.live.session import FrameRefused, read_frame
from swaps.models import SwapJob
from tests.drawn import drawn

from .conftest import ApiClient, problem

PLAIN = base64.b64encode(drawn("obama.jpg").read_bytes()).decode()
DATA = f"data:image/jpeg;base64,{PLAIN}"


@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64,aGk_",
        "DATA:;BASE64,aGk/",
        " data:image/jpeg;charset=utf-8;base64, aG\nk/ ",
        "aGk/",
        "aGk_",
    ],
)
def test_what_is_read(text: str) -> None:
    assert read_base64(text) == b"hi?"


@pytest.mark.parametrize("text", ["data:image/svg+xml,%3Csvg/%3E", "data:image/png;base64", "data:,", "a!b", "abcde"])
def test_what_is_not(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        read_base64(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/swaps", {"face": {"base64": DATA}, "target": {"base64": DATA}}),
        ("/api/aifaceswap/v1/faceswap", {"face_image": DATA, "source_image": DATA}),
        ("/api/aifaceswap/v1/multi_faceswap", {"face_image": [DATA], "source_image": DATA, "index": [0]}),
        ("/face/swap", {"source_image_url": DATA, "target_image_url": DATA, "timeout": 0}),
    ],
)
def test_swaps(api: ApiClient, alice: User, path: str, body: Any) -> None:
    answer = api.post(path, body)
    assert answer.status_code in (200, 202), answer.json()
    job = SwapJob.objects.get(owner=alice)
    assert job.target_url == ""
    pixels = decode_photo(drawn("obama.jpg").read_bytes()).rgb.shape
    for stored in (job.target, job.faces.get().photo):
        with stored.open("rb") as file:
            assert decode_photo(file.read()).rgb.shape == pixels


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/compare", {"one": {"base64": DATA}, "other": {"base64": DATA}}),
        ("/face_rec", {"image_data": DATA, "file_format": "jpg"}),
        ("/face_match", {"image_data1": DATA, "image_data2": DATA}),
        ("/api/aifaceswap/v1/extract_face", {"img": DATA}),
    ],
)
def test_questions_about_faces(api: ApiClient, path: str, body: Any) -> None:
    answer = api.post(path, body)
    assert answer.status_code == 200, answer.json()


@pytest.mark.django_db
def test_what_is_no_base64_is_named(api: ApiClient) -> None:
    drawing = "data:image/svg+xml;base64,PHN2Zy8+"
    answer = api.post("/api/aifaceswap/v1/faceswap", {"face_image": DATA, "source_image": drawing})
    assert (answer.status_code, "photo to change" in answer.json()["message"]) == (422, True)
    answer = api.post("/api/aifaceswap/v1/faceswap", {"face_image": DATA, "source_image": "data:image/png,%89PNG"})
    assert "photo to change is not base64" in answer.json()["message"]
    assert problem(api.post("/api/v1/swaps", {"face": {"base64": "data:,x"}, "target": {"base64": DATA}}))[0] == 400


def test_camera_frames() -> None:
    assert read_frame({"frame": DATA}).data == read_frame(PLAIN).data == drawn("obama.jpg").read_bytes()
    with pytest.raises(FrameRefused, match="not valid base64"):
        read_frame({"frame": "data:image/jpeg,\u00ff"})
