"""Swaps by the native API, with the real engine."""

import base64
import json
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from recognition.engine import decode_photo, encode_photo
from swaps.engine.presets import PRESETS
from swaps.models import SwapJob
from tests.drawn import drawn

from .conftest import ApiClient, do_the_work, in_base64, problem, swap_request

pytestmark = pytest.mark.django_db
SWAPS = "/api/v1/swaps"


def test_a_swap_from_json_to_its_result(api: ApiClient, alice: User) -> None:
    accepted = api.post(SWAPS, swap_request(options={"strength": 0.9}))
    assert accepted.status_code == 202
    job = accepted.json()
    assert accepted.headers["Location"] == f"{SWAPS}/{job['id']}"
    assert (job["status"], job["progress"]["percent"], job["points"]) == ("queued", 0, {"cost": 2, "balance": 98})
    assert problem(api.get(f"{SWAPS}/{job['id']}/result")) == (409, "no_result")
    do_the_work()
    job = api.get(accepted.headers["Location"]).json()
    assert (job["status"], job["error"], job["progress"]["percent"]) == ("done", None, 100)
    result = b"".join(api.get(f"{SWAPS}/{job['id']}/result"))
    assert decode_photo(result).rgb.shape[:2] == (job["height"], job["width"])
    link = job["urls"]["download"].removeprefix("http://testserver")
    assert b"".join(Client().get(link)) == result
    assert Client().get(link.replace(".jpg", "x.jpg")).status_code == 404


def test_a_swap_from_files(api: ApiClient) -> None:
    with drawn("obama.jpg").open("rb") as face, drawn("biden.jpg").open("rb") as target:
        accepted = api.form(SWAPS, {"face": face, "target": target, "options": '{"blend": "pyramid"}'})
    assert accepted.status_code == 202, accepted.content
    do_the_work()
    assert SwapJob.objects.get().status == "done"
    assert SwapJob.objects.get().options["blend"] == "pyramid"


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_kept_with_the_job(api: ApiClient, preset: str) -> None:
    api.post(SWAPS, swap_request(options={"preset": preset}))
    do_the_work()
    job = SwapJob.objects.get()
    assert (job.status, job.options["preset"]) == ("done", preset)


def test_several_faces_cost_more_and_a_reference_finds_the_person(api: ApiClient) -> None:
    faces = [{**in_base64("obama.jpg"), "reference": in_base64("biden.jpg")}]
    accepted = api.post(SWAPS, {"target": in_base64("biden.jpg"), "faces": faces})
    assert accepted.json()["points"]["cost"] == 3
    do_the_work()
    assert SwapJob.objects.get().status == "done"


@pytest.mark.parametrize(
    ("face", "fit"),
    [
        ("obama.jpg", {"realism": 4.0, "good": True, "reasons": []}),
        ("obama_partial_face.jpg", {"realism": 2.5, "good": False, "reasons": ["face_photo_coarse"]}),
    ],
)
def test_a_finished_job_says_how_real_it_looks(api: ApiClient, face: str, fit: dict[str, Any]) -> None:
    job = api.post(SWAPS, swap_request(face)).json()
    assert job["fit"] is None
    do_the_work()
    assert api.get(f"{SWAPS}/{job['id']}").json()["fit"] == fit


def test_of_several_faces_the_one_that_goes_least_well_is_told(api: ApiClient) -> None:
    people = [decode_photo(drawn(name).read_bytes()).rgb[:400] for name in ("astronaut.png", "biden.jpg")]
    both = {"base64": base64.b64encode(encode_photo(np.hstack(people), "PNG")).decode()}
    faces = [{**in_base64("obama_partial_face.jpg"), "index": index} for index in (0, 1)]
    told = []
    for chosen in (faces[:1], faces):
        job = api.post(SWAPS, {"target": both, "faces": chosen}).json()
        do_the_work()
        told.append(api.get(f"{SWAPS}/{job['id']}").json()["fit"]["good"])
    assert told == [True, False]


def test_a_reference_to_someone_who_is_not_there_fails_with_a_sentence(api: ApiClient, alice: User) -> None:
    faces = [{**in_base64("obama.jpg"), "reference": in_base64("obama2.jpg")}]
    job = api.post(SWAPS, {"target": in_base64("biden.jpg"), "faces": faces}).json()
    do_the_work()
    job = api.get(f"{SWAPS}/{job['id']}").json()
    assert (job["status"], job["error"]["code"], job["points"]["balance"]) == ("failed", "no_matching_face", 100)


def test_a_face_that_was_found_can_be_named_in_a_swap(api: ApiClient, bobs_api: ApiClient) -> None:
    found = api.post("/api/v1/faces", {"photo": in_base64("obama.jpg")})
    assert found.status_code == 200, found.content
    body = found.json()
    assert len(body["faces"]) == 1 and len(body["faces"][0]["landmarks"]) == 68
    assert body["points"] == {"cost": 2, "balance": 98}
    request = {"target": in_base64("biden.jpg"), "face": {"id": body["faces"][0]["id"]}}
    assert api.post(SWAPS, request).status_code == 202
    do_the_work()
    assert SwapJob.objects.get().status == "done"
    assert problem(bobs_api.post(SWAPS, request)) == (404, "no_such_photo")


def test_jobs_are_their_owners_alone(api: ApiClient, bobs_api: ApiClient) -> None:
    job = api.post(SWAPS, swap_request()).json()
    for path in (f"{SWAPS}/{job['id']}", f"{SWAPS}/{job['id']}/result"):
        assert problem(bobs_api.get(path)) == (404, "not_found")
    assert problem(bobs_api.post(f"{SWAPS}/{job['id']}/cancel")) == (404, "not_found")
    assert problem(bobs_api.delete(f"{SWAPS}/{job['id']}")) == (404, "not_found")
    assert bobs_api.get(SWAPS).json() == {"data": [], "next": None}


def test_cancelling_gives_the_points_back_and_works_once(api: ApiClient) -> None:
    job = api.post(SWAPS, swap_request()).json()
    cancelled = api.post(f"{SWAPS}/{job['id']}/cancel").json()
    assert (cancelled["status"], cancelled["points"]["balance"]) == ("cancelled", 100)
    assert problem(api.post(f"{SWAPS}/{job['id']}/cancel")) == (409, "already_ended")


def test_deleting_leaves_nothing(api: ApiClient, own_files: Any) -> None:
    job = api.post(SWAPS, swap_request()).json()
    assert api.delete(f"{SWAPS}/{job['id']}").status_code == 204
    assert problem(api.get(f"{SWAPS}/{job['id']}")) == (404, "not_found")
    assert [path for path in own_files.rglob("*") if path.is_file()] == []


def test_pages_follow_each_other_without_gap_or_repetition(api: ApiClient) -> None:
    made = [api.post(SWAPS, swap_request()).json()["id"] for _ in range(5)]
    seen: list[str] = []
    address: str | None = f"{SWAPS}?limit=2&status=queued"
    while address:
        page = api.get(address.removeprefix("http://testserver")).json()
        seen += [job["id"] for job in page["data"]]
        address = page["next"]
    assert seen == made[::-1]
    assert api.get(f"{SWAPS}?status=done").json()["data"] == []
    assert len(api.get("/api/v1/points?limit=3").json()["data"]) == 3


def test_a_page_of_rows_of_one_moment_is_followed_by_the_rest(api: ApiClient) -> None:
    made = {api.post(SWAPS, swap_request()).json()["id"] for _ in range(5)}
    SwapJob.objects.update(created=timezone.now())
    seen: list[str] = []
    address = f"{SWAPS}?limit=2"
    while address:
        page = api.get(address.removeprefix("http://testserver")).json()
        seen += [job["id"] for job in page["data"]]
        address = page["next"]
    assert len(seen) == 5 and set(seen) == made


@pytest.mark.parametrize("text", ["", "2026-01-01T00:00:00+00:00 1", "p=yesterday"])
def test_a_cursor_that_says_no_moment_is_refused_not_passed_over(text: str, api: ApiClient) -> None:
    answer = api.get(f"{SWAPS}?cursor={base64.b64encode(text.encode()).decode() or '='}")
    assert problem(answer) == (422, "bad_cursor")


def test_without_points_nothing_is_accepted(api: ApiClient, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(balance=1)
    assert problem(api.post(SWAPS, swap_request())) == (402, "not_enough_points")
    assert not SwapJob.objects.exists()


WRONG = [
    ("not json", "{", 400, "bad_request"),
    ("no target", {"face": {"url": "http://example.org/a.jpg"}}, 400, "bad_request"),
    (
        "two sources",
        {"target": {"url": "http://e.org/a", "base64": "AAAA"}, "face": {"base64": "AAAA"}},
        400,
        "bad_request",
    ),
    ("unknown field", {"target": {"base64": "AAAA"}, "face": {"base64": "AAAA"}, "colour": 1}, 400, "bad_request"),
    ("no photo", {"target": {"base64": "AAAA"}, "face": {"base64": "AAAA"}}, 422, "photo_unsupported"),
    ("another scheme", {"target": {"url": "file:///etc/passwd"}, "face": {"base64": "AAAA"}}, 400, "bad_request"),
    ("another port", {"target": {"url": "http://e.org:22/"}, "face": {"url": "http://e.org/"}}, 422, "url_refused"),
    ("bad id", {"target": {"id": "0" * 32}, "face": {"id": "0" * 32}}, 404, "no_such_photo"),
]


@pytest.mark.parametrize(("what", "body", "status", "code"), WRONG, ids=[row[0] for row in WRONG])
def test_wrong_requests_are_told_what_is_wrong(api: ApiClient, what: str, body: Any, status: int, code: str) -> None:
    assert problem(api.post(SWAPS, body)) == (status, code)
    assert not SwapJob.objects.exists()


def test_an_error_points_to_the_place(api: ApiClient) -> None:
    body = {"target": {"base64": "AAAA"}, "face": {"base64": "AAAA", "index": -1}}
    answer = json.loads(api.post(SWAPS, body).content)
    assert answer["errors"][0]["pointer"] == "/face/index"


def test_unknown_addresses_methods_and_types_are_problems_too(api: ApiClient) -> None:
    for nothing in ("/api/v1/nothing", "/api/nothing", "/api/"):
        assert problem(api.get(nothing)) == (404, "no_such_address")
    assert problem(api.get(f"{SWAPS}/not-a-job")) == (404, "not_found")
    answer = api.delete(SWAPS)
    assert problem(answer) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]
    answer = api.client.post(SWAPS, b"<xml/>", content_type="text/xml", headers=api.headers)
    assert problem(answer) == (415, "unsupported_media_type")


def test_a_request_id_is_echoed(api: ApiClient) -> None:
    assert api.get("/api/v1/account", **{"X-Request-Id": "mine-1"}).headers["X-Request-Id"] == "mine-1"
    assert api.get("/api/v1/account", **{"X-Request-Id": "a b"}).headers["X-Request-Id"] != "a b"


def test_a_named_request_is_done_once(api: ApiClient, alice: User) -> None:
    request = swap_request()
    first = api.post(SWAPS, request, **{"Idempotency-Key": "k-1"})
    second = api.post(SWAPS, request, **{"Idempotency-Key": "k-1"})
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json() and first.headers["Location"] == second.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers
    other = api.post(SWAPS, swap_request(face="obama2.jpg"), **{"Idempotency-Key": "k-1"})
    assert problem(other) == (422, "idempotency_key_reused")
    alice.refresh_from_db()
    assert (SwapJob.objects.count(), alice.balance) == (1, 98)


def test_a_named_request_that_comes_again_shows_the_job_as_it_is_now(api: ApiClient) -> None:
    request, name = swap_request(), {"Idempotency-Key": "k-4"}
    job = api.post(SWAPS, request, **name).json()
    do_the_work()
    again = api.post(SWAPS, request, **name)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json()["status"] == "done" and again.json()["completed"] is not None
    assert again.json()["id"] == job["id"]
    api.delete(f"{SWAPS}/{job['id']}")
    gone = api.post(SWAPS, request, **name)
    assert problem(gone) == (404, "not_found") and "was deleted" in gone.json()["detail"]
    assert gone.headers["Idempotent-Replayed"] == "true"
    assert not SwapJob.objects.exists()


def test_a_named_call_that_is_answered_at_once_is_paid_once(api: ApiClient, alice: User) -> None:
    request = {"photo": in_base64("obama.jpg")}
    first = api.post("/api/v1/faces", request, **{"Idempotency-Key": "k-2"})
    second = api.post("/api/v1/faces", request, **{"Idempotency-Key": "k-2"})
    assert first.json() == second.json()
    alice.refresh_from_db()
    assert alice.balance == 98


def test_a_refused_named_request_can_be_sent_again(api: ApiClient, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(balance=1)
    request = swap_request()
    assert api.post(SWAPS, request, **{"Idempotency-Key": "k-3"}).status_code == 402
    User.objects.filter(pk=alice.pk).update(balance=2)
    assert api.post(SWAPS, request, **{"Idempotency-Key": "k-3"}).status_code == 202
