"""Comparing and recognising by the native API."""

import pytest

from accounts.models import User
from recognition.models import Person
from recognition.services import Consent, add_person, enrol_face
from tests.api.conftest import ApiClient, in_base64, problem
from tests.services.test_swap_lifecycle import photo

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
