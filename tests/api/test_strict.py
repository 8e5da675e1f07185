"""What nobody reads is refused by name, in forms and queries as in JSON: a typo is not missed in silence."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from swaps.models import SwapJob
from tests.drawn import drawn
from tests.recognition.conftest import person_with

from .conftest import ApiClient, problem

pytestmark = pytest.mark.django_db
FORMS = {
    "/api/v1/swaps": ("face", "target"),
    "/api/v1/faces": ("photo",),
    "/api/v1/recognise": ("photo",),
    "/api/v1/compare": ("one", "other"),
}

NOBODYS = "00000000-0000-4000-8000-000000000000"


def refusal(answer: Any) -> tuple[str, str]:
    assert problem(answer) == (400, "bad_request")
    return answer.json()["errors"][0]["pointer"], answer.json()["detail"]


def files(*names: str) -> dict[str, Any]:
    content = drawn("obama.jpg").read_bytes()
    return {name: SimpleUploadedFile("obama.jpg", content, "image/jpeg") for name in names}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_with_an_unknown_field_is_refused(api: ApiClient, alice: User, path: str) -> None:
    answer = api.form(path, files(*FORMS[path]) | {"treshold": "strict"})
    assert refusal(answer)[0] == "/treshold" and "There is no field `treshold`." in refusal(answer)[1]
    alice.refresh_from_db()
    assert alice.balance == 100 and not SwapJob.objects.exists()


def test_the_field_that_was_meant_is_named(api: ApiClient, alice: User) -> None:
    answer = api.form("/api/v1/swaps", files("face", "target") | {"callback-url": "https://e.org/"})
    assert refusal(answer) == ("/callback-url", "There is no field `callback-url`. Did you mean `callback_url`?")
    person = person_with(alice, "Ada", "obama.jpg")
    answer = api.form(f"/api/v1/people/{person.uuid}/photos", files("photo") | {"indx": "0"})
    assert refusal(answer) == ("/indx", "There is no field `indx`. Did you mean `index`?")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_photo_names_the_field(api: ApiClient, path: str) -> None:
    sentence = refusal(api.form(path, {}))[1]
    assert "missing" in sentence and any(f"`{name}`" in sentence for name in FORMS[path])


@pytest.mark.parametrize("path", ["account", "points", "swaps", "people", f"swaps/{NOBODYS}", f"people/{NOBODYS}"])
def test_a_query_with_an_unknown_parameter_is_refused(api: ApiClient, path: str) -> None:
    pointer, sentence = refusal(api.get(f"/api/v1/{path}?created_after=2026-01-01"))
    assert (pointer, sentence) == ("/created_after", "There is no query parameter `created_after` here.")


def test_a_query_that_is_nearly_right_is_put_right(api: ApiClient) -> None:
    assert refusal(api.get("/api/v1/swaps?limt=2"))[1] == "There is no query parameter `limt`. Did you mean `limit`?"
    assert refusal(api.post("/api/v1/swaps?wait=30", {}))[0] == "/wait"
    assert api.get("/api/v1/swaps?limit=2&status=done").status_code == 200
    assert api.get("/api/v1/people?q=ada&limit=2").status_code == 200


def test_json_called_a_form_is_told_what_to_call_it(api: ApiClient) -> None:
    body = '{"target": {"url": "http://e.org/?a=1&b=2"}, "face": {"url": "http://e.org/"}}'
    kind = "application/x-www-form-urlencoded"  # what curl -d says
    for path in FORMS:
        answer = api.client.post(path, body, content_type=kind, headers=api.headers)
        assert problem(answer) == (415, "unsupported_media_type")
        assert answer.json()["detail"] == "This is JSON called a form: send Content-Type: application/json."


def test_a_body_of_another_kind_is_told_which_kinds_are_taken(api: ApiClient) -> None:
    answer = api.client.post("/api/v1/people", b"<a/>", content_type="text/xml", headers=api.headers)
    assert answer.json()["detail"] == "text/xml is not taken here. Send application/json."
    answer = api.client.post("/api/v1/faces", b"abc", content_type="", headers=api.headers)
    assert answer.json()["detail"].startswith("Say what the body is: Content-Type: application/json or multipart/")


def test_what_goes_wrong_with_a_photo_says_with_which(api: ApiClient) -> None:
    wrong = {"base64": "AAAA"}
    answer = api.post("/api/v1/swaps", {"target": {"url": "http://e.org/"}, "face": wrong})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/face")
    several = [{"url": "http://e.org/"}, {"url": "http://e.org:22/"}]
    answer = api.post("/api/v1/swaps", {"target": {"url": "http://e.org/"}, "faces": several})
    assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == ("url_refused", "/faces/1")
    answer = api.post("/api/v1/compare", {"one": {"url": "http://e.org/"}, "other": wrong})
    assert answer.json()["errors"][0]["pointer"] == "/other"
    given = {"target": {"url": "http://e.org/"}, "face": {"url": "http://e.org/"}, "callback_url": "http://e.org:22/"}
    assert api.post("/api/v1/swaps", given).json()["errors"][0]["pointer"] == "/callback_url"
