"""What clients and their generators vary is understood: lists, texts for numbers, null, fields that nobody knows."""

import base64
import io
import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from PIL import Image

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition.photos.intake import Caller
from swaps.dialects.acedata import wire as acedata
from swaps.dialects.aifaceswap import wire as aifaceswap
from swaps.dialects.aifaceswap.lists import indexes, listed
from swaps.models import SwapJob
from tests.drawn import drawn

from .conftest import ApiClient, do_the_work

ONE, TWO, SCENE = (f"https://example.org/{name}.jpg" for name in ("one", "two", "scene"))
SOMEBODY = Caller(User(username="somebody"), "http://testserver")
parse_submit = partial(acedata.parse_submit, caller=SOMEBODY)
parse_single = partial(aifaceswap.parse_single, caller=SOMEBODY)
parse_multi = partial(aifaceswap.parse_multi, caller=SOMEBODY)
parse_extract = partial(aifaceswap.parse_extract, caller=SOMEBODY)


@pytest.mark.parametrize(
    "query",
    [
        "index=0&index=2",
        "index[]=0&index[]=2",
        "index[1]=2&index[0]=0",
        "index=0,2",
        "index=0, 2",
        "index=[0,2]",
        'index=["0","2"]',
    ],
)
def test_indexes_of_a_form(query: str) -> None:
    assert indexes(QueryDict(query)) == [0, 2]


@pytest.mark.parametrize(
    "value", [[0, 2], ["0", "2"], "0,2", "[0, 2]", ["0,2"]], ids=["numbers", "texts", "commas", "json", "both"]
)
def test_indexes_of_json(value: Any) -> None:
    faces = parse_multi({"source_image": SCENE, "face_image": [ONE, TWO], "index": value}).faces
    assert [(face.photo.url, face.index) for face in faces] == [(ONE, 0), (TWO, 2)]


def test_lists_of_one_may_be_the_value_alone() -> None:
    for index in (0, "0", [0]):
        [face] = parse_multi({"source_image": SCENE, "face_image": ONE, "index": index}).faces
        assert (face.photo.url, face.index) == (ONE, 0)


def test_face_images_of_a_form_by_any_name() -> None:
    for query in (f"face_image[]={ONE}&face_image[]={TWO}", f"face_image[1]={TWO}&face_image[0]={ONE}"):
        assert listed(QueryDict(query), "face_image") == [ONE, TWO]
    data = QueryDict(urlencode({"source_image": SCENE, "face_image[]": ONE, "index[]": 3}))
    assert [(face.photo.url, face.index) for face in parse_multi(data).faces] == [(ONE, 3)]


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ([0], "2 face images, 1 index"),
        ([0, -1], "index: send whole numbers"),
        ([0, 1.5], "index: send whole numbers"),
        ([0, True], "index: send whole numbers"),
        ("0;2", "index: send whole numbers"),
        ("[0,", "index: this looks like a list"),
        ([0, [2]], "index: send whole numbers"),
    ],
)
def test_what_can_not_be_understood_is_named(index: Any, words: str) -> None:
    with pytest.raises(DomainError) as caught:
        parse_multi({"source_image": SCENE, "face_image": [ONE, TWO], "index": index})
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("timeout", "seconds"), [(30, 30), ("30", 30), (" 1.5 ", 1.5), (None, 60), ("", 60), (0, 0), ("0", 0), (9999, 60)]
)
def test_acedatas_timeout(timeout: Any, seconds: float) -> None:
    data = {"source_image_url": ONE, "target_image_url": TWO, "timeout": timeout}
    assert acedata.wait_of(parse_submit(data), data) == seconds


@pytest.mark.parametrize("timeout", ["soon", "-1", -1, "1e3", True, [5]])
def test_what_is_no_timeout(timeout: Any) -> None:
    with pytest.raises(DomainError) as caught:
        parse_submit({"source_image_url": ONE, "target_image_url": TWO, "timeout": timeout})
    assert caught.value.details["pointer"] == "/timeout"


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_callback_is_none(nothing: Any) -> None:
    assert parse_submit({"source_image_url": ONE, "target_image_url": TWO, "callback_url": nothing}).callback.url == ""
    assert parse_single({"source_image": ONE, "face_image": TWO, "webhook": nothing}).callback.url == ""


def test_a_wrong_callback_is_named_by_its_field() -> None:
    with pytest.raises(DomainError, match=r"webhook: The address must start with http"):
        parse_single({"source_image": ONE, "face_image": TWO, "webhook": "hook.example.org"})
    with pytest.raises(DomainError, match=r"callback_url: The address must start with http"):
        parse_submit({"source_image_url": ONE, "target_image_url": TWO, "callback_url": "hook"})


def test_fields_that_nobody_knows_are_ignored() -> None:
    newer = {"quality": "hd", "watermark": False}
    assert parse_single({"source_image": ONE, "face_image": TWO, **newer}).target.url == ONE
    assert parse_extract({"img": ONE, **newer}).url == ONE
    assert parse_submit({"source_image_url": ONE, "target_image_url": TWO, **newer}).faces[0].photo.url == ONE


@pytest.mark.django_db
def test_a_failed_swap_says_why_beside_what_is_published(api: ApiClient) -> None:
    wall = io.BytesIO()
    Image.new("RGB", (300, 300), "grey").save(wall, "PNG")
    photo = f"data:image/png;base64,{base64.b64encode(wall.getvalue()).decode()}"
    assert api.post("/api/aifaceswap/v1/faceswap", {"source_image": photo, "face_image": photo}).status_code == 200
    do_the_work()
    body = json.loads(aifaceswap.render_callback(SwapJob.objects.get()))
    assert (body["success"], body["type"], body["result_image"]) == (0, 1, "")
    assert "No face was found" in body["message"]


@pytest.mark.django_db
def test_the_native_api_stays_strict_where_face_rec_ignores(api: ApiClient) -> None:
    photo = base64.b64encode(drawn("obama.jpg").read_bytes()).decode()
    body = {"image_data": photo, "file_format": None, "model": "cnn"}
    assert api.post("/face_rec", body).status_code == 200
    assert api.post("/api/v1/recognise", {"photo": {"base64": photo}, "model": "cnn"}).status_code == 400
