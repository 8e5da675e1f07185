"""face_match, face_rec, the native API and the pages ask one service: the same photos get the same answers."""

import json
from base64 import b64encode
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from django.test import Client

from accounts.models import User
from recognition import recognise
from recognition.dialects.face_rec.wire import GROUPS
from recognition.engine import encode_photo
from tests.drawn import drawn
from tests.recognition.conftest import person_with, photo
from tests.recognition.test_enrolment import two_people
from tests.recognition.test_pages import text_of

from .conftest import ApiClient, in_base64

pytestmark = [pytest.mark.long, pytest.mark.django_db]

PHOTOS = ("obama.jpg", "obama2.jpg", "obama_partial_face.jpg", "biden.jpg", "astronaut.png")


@pytest.fixture
def people(alice: User) -> None:
    person_with(alice, "Barack Obama", "obama.jpg", "obama2.jpg")
    person_with(alice, "Joe Biden", "biden.jpg")


@pytest.mark.parametrize(("one", "other"), tuple(combinations(PHOTOS, 2)))
def test_are_these_one_person(api: ApiClient, alice_client: Client, one: str, other: str) -> None:
    native = api.post("/api/v1/compare", {"one": in_base64(one), "other": in_base64(other)}).json()
    theirs = api.post(
        "/face_match",
        {"image_data1": in_base64(one)["base64"], "image_data2": in_base64(other)["base64"], "file_format": "jpg"},
    ).json()
    assert theirs == {"match": native["distance"] <= native["threshold"]}
    assert native["verdict"] in (("match", "uncertain") if theirs["match"] else ("no_match", "uncertain"))
    with drawn(one).open("rb") as first, drawn(other).open("rb") as second:
        page = text_of(alice_client.post("/compare/", {"one": first, "other": second}))
    assert f'<dd class="number">{native["distance"]:.3f}</dd>' in page
    assert recognise.compare_faces(one=photo(one), other=photo(other)).verdict == native["verdict"]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("name", PHOTOS)
def test_who_is_it(api: ApiClient, name: str) -> None:
    [native] = api.post("/api/v1/recognise", {"photo": in_base64(name)}).json()["faces"]
    body = {"image_data": in_base64(name)["base64"], "file_format": "jpg"}
    theirs = api.post("/face_rec?facial_features=true&face_locations=true", body).json()
    assert theirs["name"] == name_in(native)
    left, top, right, bottom = native["box"]
    assert theirs["face_locations"] == pytest.approx([top, right, bottom, left], abs=0.51)
    for group, numbers in GROUPS.items():
        expected = np.array(native["landmarks"])[numbers].ravel().tolist()
        assert [value for point in theirs["facial_features"][group] for value in point] == pytest.approx(
            expected, abs=0.56
        )


@pytest.mark.usefixtures("people")
def test_of_several_faces_the_largest_is_named(api: ApiClient) -> None:
    group = {"base64": b64encode(encode_photo(two_people().rgb, "JPEG")).decode()}
    native = api.post("/api/v1/recognise", {"photo": group}).json()["faces"]
    theirs = api.post("/face_rec?face_locations=true", {"image_data": group["base64"], "file_format": "jpg"}).json()
    largest = max(native, key=lambda face: face["box"][2] - face["box"][0])
    assert json.dumps(theirs) == json.dumps({"name": name_in(largest), "face_locations": []})


def name_in(face: dict[str, Any]) -> str:
    """The name that the native answer's distances give."""
    near = [one for one in face["candidates"] if one["distance"] <= face["threshold"]]
    return str(near[0]["name"]) if near else "Unknown"
