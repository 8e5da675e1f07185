"""Comparing and recognising by the native API."""

import pytest

from accounts.models import User
from recognition.models import Person
from recognition.registry.enrolment import Consent, add_person, enrol_face
from tests.drawn import drawn
from tests.services.test_swap_lifecycle import photo

from .conftest import ApiClient, in_base64, problem

pytestmark = pytest.mark.django_db


def test_two_photos_of_one_person_match_and_cost_a_point(api: ApiClient) -> None:
    answer = api.post("/api/v1/compare", {"one": in_base64("obama.jpg"), "other": in_base64("obama2.jpg")}).json()
    assert answer["verdict"] == "match" and answer["distance"] < answer["threshold"]
    assert answer["points"] == {"cost": 1, "balance": 99}


def test_a_photo_without_a_face_costs_nothing(api: ApiClient, alice: User) -> None:
    blank = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    refused = api.post("/api/v1/compare", {"one": in_base64("obama.jpg"), "other": {"base64": blank}})
    assert problem(refused) == (422, "no_face")
    alice.refresh_from_db()
    assert alice.balance == 100


def test_a_known_person_is_recognised_by_their_owner_alone(api: ApiClient, bobs_api: ApiClient, alice: User) -> None:
    person = add_person(account=alice, name="Barack", consent=Consent(Person.Basis.values[0]))
    enrol_face(account=alice, person=person, photo=photo("obama.jpg"))
    request = {"photo": in_base64("obama2.jpg")}
    face = api.post("/api/v1/recognise", request).json()["faces"][0]
    assert (face["verdict"], face["candidates"][0]["name"]) == ("match", "Barack")
    assert bobs_api.post("/api/v1/recognise", request).json()["faces"][0]["candidates"] == []


def test_answers_tell_landmarks_quality_and_where_the_similarity_comes_from(api: ApiClient, alice: User) -> None:
    one = api.post("/api/v1/compare", {"one": in_base64("obama.jpg"), "other": in_base64("obama2.jpg")}).json()
    many = api.post("/api/v1/recognise", {"photo": in_base64("obama2.jpg")}).json()
    for face in (one["one"], one["other"], many["faces"][0]):
        assert len(face["landmarks"]) == 68 and 0 < face["quality"]["score"] <= 1
    assert one["calibration"] == many["calibration"] and "1,425 pairs" in one["calibration"]


@pytest.mark.parametrize(("asked", "used"), [("strict", 0.5), ("default", 0.6), (0.3, 0.3)])
def test_each_request_may_choose_its_threshold(api: ApiClient, asked: object, used: float) -> None:
    pair = {"one": in_base64("obama.jpg"), "other": in_base64("obama2.jpg"), "threshold": asked}
    answer = api.post("/api/v1/compare", pair).json()
    assert answer["threshold"] == used
    assert answer["verdict"] == ("no_match" if used == 0.3 else "match")
    with drawn("obama.jpg").open("rb") as file:
        found = api.form("/api/v1/recognise", {"photo": file, "threshold": str(asked)}).json()
    assert found["faces"][0]["threshold"] == used


def test_thresholds_that_make_no_sense_are_refused(api: ApiClient) -> None:
    for wrong in (7, "near"):
        assert problem(api.post("/api/v1/recognise", {"photo": in_base64("obama.jpg"), "threshold": wrong}))[0] == 400
    for wrong, expected in (("7", (422, "invalid_threshold")), ("near", (400, "bad_request"))):
        with drawn("obama.jpg").open("rb") as file:
            assert problem(api.form("/api/v1/recognise", {"photo": file, "threshold": wrong})) == expected
