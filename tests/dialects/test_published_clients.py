"""Clients written from the published documents run unchanged, but for the address and the key."""

import json
from pathlib import Path

import pytest
import requests

from recognition.engine import decode_photo, distances
from tests.drawn import drawn
from tests.fake_engine import describe_faces, find_faces
from tests.running_site import RunningSite

from .conftest import Outside, run_client

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("dialects")]


def shows(picture: bytes, person: str, face: int = 0) -> bool:
    """Whether a face of a picture is nearer to a portrait than people are to each other."""
    rgb, other = decode_photo(picture).rgb, decode_photo(drawn(person).read_bytes()).rgb
    descriptor = describe_faces(rgb, find_faces(rgb))[face]
    return float(distances(descriptor, describe_faces(other, find_faces(other, mode="largest")))[0]) < 0.6


def test_the_base64_tutorial_with_and_without_a_key(site: RunningSite, key: str, tmp_path: Path) -> None:
    for headers in ({}, {"Authorization": f"Bearer {key}"}):
        out = tmp_path / "out.png"
        face, body = str(drawn("obama.jpg")), str(drawn("biden.jpg"))
        answer = run_client("base64_client.py", site.url, face, body, json.dumps(headers), str(out))
        height, width = decode_photo(drawn("biden.jpg").read_bytes()).rgb.shape[:2]
        assert answer == {"status": 200, "format": "PNG", "size": [width, height]}
        assert shows(out.read_bytes(), "obama.jpg")


def test_aifaceswap(site: RunningSite, key: str, outside: Outside) -> None:
    site.manage("grant_points", "alice", "100", "--reason", "more tests")
    folder = str(outside.folder)
    answers = run_client("aifaceswap_client.py", site.url, key, outside.url, folder, f"{outside.url}/api/task_callback")
    assert all((answer["code"], answer["message"]) == (200, "OK") for answer in answers.values()), answers
    assert [answers[name]["data"]["points"] for name in answers] == [2, 2, 2, 2, 5, 5]
    (left, _top, right, _bottom), (second, *_rest) = answers["extract_file"]["data"]["faces"]
    assert left < right < second
    for name, kind in (("links", 1), ("files", 1), ("multi_links", 2), ("multi_files", 2)):
        task_id = answers[name]["data"]["task_id"]
        assert len(task_id) == 32
        told = outside.callback_of(task_id)
        assert (told["success"], told["type"]) == (1, kind), told
        picture = requests.get(told["result_image"], timeout=30)  # without a key
        assert picture.status_code == 200
        assert shows(picture.content, "obama.jpg")
    assert shows(picture.content, "obama2.jpg", face=1)


def test_acedata(site: RunningSite, key: str, outside: Outside) -> None:
    answers = run_client("acedata_client.py", site.url, key, outside.url, f"{outside.url}/hook")
    waited = answers["waited"]
    picture = requests.get(waited["image_url"], timeout=30).content
    height, width = decode_photo(picture).rgb.shape[:2]
    assert (waited["image_width"], waited["image_height"], waited["image_size"]) == (width, height, len(picture))
    assert shows(picture, "obama.jpg")
    assert list(answers["timed_out"]) == ["task_id"] == list(answers["called_back"])
    told = outside.callback_of(answers["called_back"]["task_id"])
    assert told["success"] is True and set(told) == {"success", *waited}
    for name, status, code in (
        ("missing", 400, "token_mismatched"),
        ("no_token", 401, "invalid_token"),
        ("not_there", 500, "api_error"),
    ):
        got, body = answers[name]
        assert (got, body["success"], body["error"]["code"]) == (status, False, code)
        assert body["trace_id"] and body["error"]["message"]


ENROL = """
import pathlib
from accounts.models import User
from recognition.engine import decode_photo
from recognition.models import Person
from recognition.registry.enrolment import Consent, add_person, enrol_face
alice = User.objects.get(username="alice")
person = add_person(account=alice, name="Obama", consent=Consent(Person.Basis.values[0]))
enrol_face(account=alice, person=person, photo=decode_photo(pathlib.Path({path!r}).read_bytes()))
"""


def test_face_match_and_face_rec_with_and_without_a_key(site: RunningSite, key: str, outside: Outside) -> None:
    site.manage("shell", "-c", ENROL.format(path=str(drawn("obama.jpg"))))
    own = run_client(
        "face_rec_client.py", site.url, str(outside.folder), json.dumps({"Authorization": f"Bearer {key}"})
    )
    guest = run_client("face_rec_client.py", site.url, str(outside.folder), "{}")
    for answers in (own, guest):
        assert (answers["match"], answers["no_match"]) == ({"match": True}, {"match": False})
        assert answers["page"] == [200, True]
        assert answers["stranger"] == {"name": "Unknown"}
        features = answers["form"]["facial_features"]
        assert [len(features[name]) for name in ("chin", "left_eye", "top_lip", "bottom_lip")] == [17, 6, 12, 12]
        top, right, bottom, left = answers["form"]["face_locations"]
        assert top < bottom and left < right
        assert all(left - 50 < x < right + 50 for x, _y in features["nose_tip"])
    assert own["form"]["name"] == own["json"]["name"] == "Obama"
    assert guest["json"] == {"name": "Unknown"}  # the guest has no known faces


def test_nothing_was_paid_twice_or_for_nothing(site: RunningSite, key: str) -> None:
    assert "clean" in site.manage("check_ledger")
