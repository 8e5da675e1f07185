"""The registry by the native API: people and photos come, are renamed and go, for their account alone."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from accounts.keys import issue_api_key
from accounts.models import PointEntry, User
from recognition.engine import encode_photo
from recognition.models import AuditEntry, Person
from recognition.search.loaded_registries import index_of
from tests.drawn import drawn
from tests.recognition.test_enrolment import two_people

from .conftest import ApiClient, in_base64, problem

pytestmark = pytest.mark.django_db

PEOPLE = "/api/v1/people"
ADA = {"name": " Ada  Lovelace ", "consent": {"basis": "consent", "note": "form of 3 May"}}


def added(api: ApiClient, **more: Any) -> str:
    """The address of a new person."""
    answer = api.post(PEOPLE, ADA | more)
    assert answer.status_code == 201
    return str(answer.headers["Location"])


def test_a_person_is_added_with_consent_listed_and_renamed(api: ApiClient, alice: User) -> None:
    address = added(api)
    person = api.get(address).json()
    assert person["name"] == "Ada Lovelace" and person["photos"] == []
    assert (person["consent"]["basis"], person["consent"]["note"]) == ("consent", "form of 3 May")
    assert Person.objects.get().consent_recorded_by == alice
    added(api, name="Barack")
    listed = api.get(f"{PEOPLE}?limit=1").json()
    assert [one["name"] for one in listed["data"]] == ["Barack"]
    following = api.get(listed["next"].removeprefix("http://testserver")).json()
    assert [one["name"] for one in following["data"]] == ["Ada Lovelace"] and following["next"] is None
    assert [one["name"] for one in api.get(f"{PEOPLE}?q=LOVE").json()["data"]] == ["Ada Lovelace"]
    assert api.patch(address, {"name": "Ada"}).json()["name"] == "Ada"


def test_photos_make_a_person_known_until_they_are_deleted(api: ApiClient, own_files: Path) -> None:
    address = added(api)
    first = api.post(f"{address}/photos", {"photo": in_base64("obama.jpg")})
    assert first.status_code == 201 and first.json()["warnings"] == []
    with drawn("obama2.jpg").open("rb") as file:
        second = api.form(f"{address}/photos", {"photo": file})
    assert second.json()["quality"] > 0.2
    shown = api.get(f"{address}/photos/{first.json()['id']}")
    assert b"".join(shown)[:2] == b"\xff\xd8"
    face = api.post("/api/v1/recognise", {"photo": in_base64("obama3.jpg")}).json()["faces"][0]
    assert (face["verdict"], face["candidates"][0]["name"]) == ("match", "Ada Lovelace")
    assert api.delete(f"{address}/photos/{first.json()['id']}").status_code == 204
    assert [photo["id"] for photo in api.get(address).json()["photos"]] == [second.json()["id"]]


def test_deleting_a_person_leaves_nothing(api: ApiClient, alice: User, own_files: Path) -> None:
    address = added(api)
    api.post(f"{address}/photos", {"photo": in_base64("obama.jpg")})
    assert api.delete(address).status_code == 204
    assert problem(api.get(address)) == (404, "not_found")
    assert not Person.objects.exists() and len(index_of(alice.registry)) == 0
    assert [path for path in own_files.rglob("*") if path.is_file()] == []
    assert "Ada" not in json.dumps(list(AuditEntry.objects.values()), default=str)


def test_one_of_several_faces_is_chosen_by_its_number(api: ApiClient) -> None:
    address, group = added(api, name="Joe Biden"), encode_photo(two_people().rgb, "JPEG")
    photo = {"base64": base64.b64encode(group).decode()}
    refused = api.post(f"{address}/photos", {"photo": photo})
    assert problem(refused) == (422, "several_faces")
    left, right = refused.json()["faces"]
    assert left[0] < right[0]
    assert problem(api.post(f"{address}/photos", {"photo": photo, "index": 2})) == (422, "no_such_face")
    assert api.post(f"{address}/photos", {"photo": photo, "index": 1}).status_code == 201
    face = api.post("/api/v1/recognise", {"photo": in_base64("biden.jpg")}).json()["faces"][0]
    assert face["verdict"] == "match"


def test_a_named_request_adds_once(api: ApiClient) -> None:
    first, again = (api.post(PEOPLE, ADA, **{"Idempotency-Key": "one"}) for _ in range(2))
    assert first.json() == again.json() and again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    photos = [
        api.post(f"{first.headers['Location']}/photos", {"photo": in_base64("obama.jpg")}, **{"Idempotency-Key": "two"})
        for _ in range(2)
    ]
    assert photos[0].json() == photos[1].json()
    assert Person.objects.get().faces.count() == 1


def test_a_named_photo_that_is_refused_may_be_sent_again(api: ApiClient) -> None:
    address, name = f"{added(api)}/photos", {"Idempotency-Key": "three"}
    refused = [api.post(address, {"photo": in_base64("biden.jpg"), "index": 7}, **name) for _ in range(2)]
    assert [problem(answer) for answer in refused] == [(422, "no_such_face")] * 2
    assert api.post(address, {"photo": in_base64("biden.jpg")}, **name).status_code == 201
    assert not PointEntry.objects.exclude(kind="grant").exists()


@pytest.mark.parametrize(
    "request_",
    [
        {"name": "Ada"},
        {"name": " ", "consent": {"basis": "consent"}},
        {"name": "x" * 101, "consent": {"basis": "consent"}},
        {"name": "Ada", "consent": {"basis": "because"}},
    ],
    ids=["no consent", "no name", "long name", "no reason"],
)
def test_nobody_is_added_without_a_name_and_a_reason(api: ApiClient, request_: dict[str, Any]) -> None:
    assert problem(api.post(PEOPLE, request_)) == (400, "bad_request")
    assert not Person.objects.exists()


def test_nobody_else_sees_or_changes_them(api: ApiClient, bobs_api: ApiClient) -> None:
    address = added(api)
    photo = api.post(f"{address}/photos", {"photo": in_base64("obama.jpg")}).json()["id"]
    assert bobs_api.get(PEOPLE).json()["data"] == []
    for answer in (
        bobs_api.get(address),
        bobs_api.get(f"{address}/photos/{photo}"),
        bobs_api.patch(address, {"name": "Bob"}),
        bobs_api.post(f"{address}/photos", {"photo": in_base64("obama2.jpg")}),
        bobs_api.delete(f"{address}/photos/{photo}"),
        bobs_api.delete(address),
        bobs_api.get(f"{PEOPLE}/nonsense"),
        api.get(f"{address}/photos/nonsense"),
    ):
        assert problem(answer) == (404, "not_found")
    assert len(api.get(address).json()["photos"]) == 1


def test_a_key_needs_the_scope_of_the_registry(alice: User) -> None:
    others = ApiClient(issue_api_key(owner=alice, name="others", scopes=["read", "swap", "recognise"])[1])
    assert problem(others.get(PEOPLE)) == (403, "scope_missing")
    assert problem(others.post(PEOPLE, ADA)) == (403, "scope_missing")
