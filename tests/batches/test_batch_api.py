"""Batches by the native API."""

import io
import json
import zipfile
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from accounts.models import User
from swaps import tasks
from swaps.jobs import webhooks
from swaps.jobs.webhook_secrets import secrets_in_use
from swaps.models import SwapBatch, SwapJob, WebhookDelivery
from tests.api.conftest import ApiClient, in_base64, problem
from tests.drawn import drawn

from .conftest import started, upload, work, zipped

pytestmark = pytest.mark.django_db
BATCHES = "/api/v1/batches"


def request(*targets: str, **more: Any) -> dict[str, Any]:
    return {"face": in_base64("obama.jpg"), "targets": [in_base64(name) for name in targets], **more}


def test_from_json_to_an_archive(api: ApiClient, alice: User) -> None:
    accepted = api.post(BATCHES, request("biden.jpg", "astronaut.png", options={"preset": "natural"}))
    assert accepted.status_code == 202, accepted.content
    batch = accepted.json()
    place = accepted.headers["Location"]
    assert place == f"{BATCHES}/{batch['id']}"
    assert batch["counts"] == {"total": 2, "waiting": 2, "running": 0, "done": 0, "failed": 0, "cancelled": 0}
    assert batch["points"] == {"each": 2, "balance": 96}
    assert problem(api.get(f"{place}/results.zip")) == (409, "no_results")
    work()
    batch = api.get(place).json()
    assert (batch["status"], batch["counts"]["done"]) == ("done", 2)
    assert [item["status"] for item in batch["items"]["data"]] == ["done", "done"]
    swap = api.get(batch["items"]["data"][0]["urls"]["swap"].removeprefix("http://testserver")).json()
    assert swap["status"] == "done"
    assert SwapJob.objects.filter(options__preset="natural").count() == 2
    archive = zipfile.ZipFile(io.BytesIO(b"".join(api.get(f"{place}/results.zip"))))
    assert archive.namelist() == ["001-photo.jpg", "002-photo.png"]
    assert archive.testzip() is None


def test_from_a_form_with_files_and_an_archive(api: ApiClient) -> None:
    files = [upload("biden.jpg"), upload("notes.txt"), zipped({"trip/a.png": drawn("astronaut.png").read_bytes()})]
    accepted = api.form(BATCHES, {"face": upload("obama.jpg"), "target": files})
    assert accepted.status_code == 202, accepted.content
    work()
    place = accepted.headers["Location"]
    items = api.get(place).json()["items"]["data"]
    assert [(item["title"], item["status"]) for item in items] == [
        ("biden", "done"),
        ("notes", "failed"),
        ("a", "done"),
    ]
    assert items[1]["error"]["code"] == "photo_unsupported"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(api.get(f"{place}/results.zip"))))
    assert archive.namelist() == ["001-biden.jpg", "003-a.png", "without-result.txt"]
    assert "002 notes: " in archive.read("without-result.txt").decode()


def test_photos_can_be_sent_one_by_one(api: ApiClient, alice: User) -> None:
    place = api.post(BATCHES, request(start=False)).headers["Location"]
    for name in ("biden.jpg", "astronaut.png"):
        assert api.form(f"{place}/photos", {"target": upload(name)}).status_code == 200
    assert api.post(f"{place}/photos", {"targets": [in_base64("obama2.jpg")]}).json()["counts"]["total"] == 3
    alice.refresh_from_db()
    assert alice.balance == 100
    begun = api.post(f"{place}/start")
    assert (begun.status_code, begun.json()["status"], begun.json()["points"]["balance"]) == (202, "running", 94)
    assert problem(api.form(f"{place}/photos", {"target": upload("biden.jpg")})) == (409, "batch_started")


def test_items_come_by_pages_in_their_order(api: ApiClient) -> None:
    place = api.post(BATCHES, request(*["biden.jpg"] * 5)).headers["Location"]
    seen, following = [], f"{place}?limit=2"
    while following:
        items = api.get(following.removeprefix("http://testserver")).json()["items"]
        seen += [item["position"] for item in items["data"]]
        following = items["next"]
    assert seen == [0, 1, 2, 3, 4]
    assert problem(api.get(f"{place}?cursor=xyz")) == (422, "bad_cursor")


def test_an_earlier_result_and_an_id_are_photos_too(api: ApiClient, alice: User) -> None:
    made = api.post("/api/v1/swaps", {"face": in_base64("obama.jpg"), "target": in_base64("biden.jpg")}).json()
    tasks.run_swap(made["id"])
    found = api.post("/api/v1/faces", {"photo": in_base64("astronaut.png")}).json()["id"]
    targets = [{"url": f"/api/v1/swaps/{made['id']}/result"}, {"id": found}, {"id": "0" * 32}]
    place = api.post(BATCHES, {"face": in_base64("obama2.jpg"), "targets": targets}).headers["Location"]
    work()
    batch = api.get(place).json()
    assert [item["status"] for item in batch["items"]["data"]] == ["done", "done", "failed"]
    assert batch["items"]["data"][2]["error"]["code"] == "no_such_photo"


def test_cancel_and_try_again(api: ApiClient, alice: User) -> None:
    place = api.post(BATCHES, request("biden.jpg", "biden.jpg")).headers["Location"]
    cancelled = api.post(f"{place}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert cancelled.json()["points"]["balance"] == 100
    assert problem(api.post(f"{place}/cancel")) == (409, "batch_not_running")
    one = api.get(place).json()["items"]["data"][0]["id"]
    assert api.post(f"{place}/retry", {"items": [one]}).json()["counts"]["waiting"] == 1
    assert api.post(f"{place}/retry").json()["counts"]["waiting"] == 2
    work()
    assert problem(api.post(f"{place}/retry")) == (409, "nothing_to_retry")
    assert api.get(place).json()["counts"]["done"] == 2
    assert api.delete(place).status_code == 204
    assert not SwapJob.objects.exists()


def test_too_few_points_are_told_with_the_whole_price_and_nothing_is_kept(api: ApiClient, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(balance=3)
    refused = api.post(BATCHES, request("biden.jpg", "astronaut.png"))
    assert problem(refused) == (402, "not_enough_points")
    assert "costs 4 points and you have 3" in refused.json()["detail"]
    assert not SwapBatch.objects.exists()


def test_what_makes_no_batch_is_refused(api: ApiClient) -> None:
    assert problem(api.post(BATCHES, {"targets": [in_base64("biden.jpg")]}))[1] == "bad_request"
    assert problem(api.post(BATCHES, request())) == (422, "batch_empty")
    assert problem(api.form(BATCHES, {"face": upload("obama.jpg")}))[1] == "bad_request"
    assert problem(api.form(BATCHES, {"face": upload("notes.txt"), "target": upload("biden.jpg")}))[0] == 422
    assert problem(api.post(BATCHES, request("biden.jpg", wrong=1)))[1] == "bad_request"
    assert not SwapBatch.objects.exists()


def test_a_named_request_makes_one_batch(api: ApiClient, alice: User) -> None:
    named = {"Idempotency-Key": "party"}
    first = api.post(BATCHES, request("biden.jpg"), **named)
    again = api.post(BATCHES, request("biden.jpg"), **named)
    assert (first.json()["id"], again.headers["Idempotent-Replayed"]) == (again.json()["id"], "true")
    assert SwapBatch.objects.count() == 1
    assert problem(api.post(BATCHES, request("astronaut.png"), **named)) == (422, "idempotency_key_reused")


def test_anothers_batch_does_not_exist(api: ApiClient, bob: User) -> None:
    place = f"{BATCHES}/{started(bob).pk}"
    for answer in (api.get(place), api.post(f"{place}/cancel"), api.delete(place), api.get(f"{place}/results.zip")):
        assert problem(answer)[0] == 404
    assert api.get(BATCHES).json()["data"] == []


def test_the_end_is_told_once_and_signed(api: ApiClient, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[bytes, dict[str, str]]] = []

    def post(_url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> int:
        sent.append((body, headers))
        return 200

    monkeypatch.setattr("faceswap_site.lib.fetch.post", post)
    place = api.post(BATCHES, request("biden.jpg", "astronaut.png", callback_url="https://example.org/hook")).headers[
        "Location"
    ]
    work()
    delivery = webhooks.claim_next()
    assert delivery is not None
    tasks.deliver_webhook(delivery)
    assert WebhookDelivery.objects.get().state == "delivered"
    body, headers = sent[0]
    event = Webhook(secrets_in_use(alice)[0]).verify(body, headers)
    assert (event["type"], event["data"]["counts"]["done"]) == ("batch.completed", 2)
    assert event["data"]["urls"]["self"].endswith(place)
    assert json.loads(body)["data"]["status"] == "done"
