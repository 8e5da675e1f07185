"""A request whose answer waits goes through the site twice: what it keeps meanwhile, and what the second pass is."""

import asyncio
import gc
import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, connections
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import ApiKey, RateWindow
from faceswap_site.lib.http.handler import PooledHandler
from faceswap_site.lib.http.waiting import App, HeldAnswers, Message
from faceswap_site.ops.lanes import lane_of
from faceswap_site.ops.refusals import tell
from swaps.jobs import services
from swaps.models import SwapJob
from tests.photos import sample
from tests.running_site import wait_until

from .conftest import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)
Meanwhile = Callable[[], object]


@pytest.fixture(autouse=True)
def threads_keep_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


def swap_and_wait(api: ApiClient, meanwhile: Meanwhile = bool, **headers: str) -> tuple[int, dict[str, str], Any]:
    """Status, header fields and body of the answer to a swap; `meanwhile` happens while it waits, and ends the wait."""

    def ended(job_ids: Iterable[str]) -> set[str]:
        meanwhile()
        connection.close()
        return set(job_ids)

    with ExitStack() as files:
        photos = {name: files.enter_context(sample("obama.jpg").open("rb")) for name in ("face", "target")}
        made = RequestFactory().post("/", photos)
    fields = api.headers | headers | {"Prefer": "wait=60", "Content-Type": made.META["CONTENT_TYPE"]}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/swaps",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in fields.items()]
        + [(b"host", b"localhost"), (b"content-length", str(len(made.body)).encode())],
    }
    arriving = [{"type": "http.request", "body": made.body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        if not arriving:
            await asyncio.sleep(3600)  # the client stays
        return cast("Message", arriving.pop())

    async def send(message: Message) -> None:
        sent.append(message)

    del made
    asyncio.run(
        asyncio.wait_for(
            HeldAnswers(cast("App", PooledHandler(lane_of=lane_of, tell=tell)), ended)(scope, receive, send), 60
        )
    )
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    answered = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, json.loads(sent[1]["body"])


def parts_of_requests() -> set[int]:
    gc.collect()
    kinds = (HttpRequest, UploadedFile, SpooledTemporaryFile)
    return {id(thing) for thing in gc.get_objects() if issubclass(type(thing), kinds)}


def test_nothing_that_came_with_it_is_kept_while_it_waits(api: ApiClient) -> None:
    before = parts_of_requests()

    def look() -> None:  # the thread of the first pass needs a moment to forget what it did
        wait_until(lambda: not parts_of_requests() - before, what="the request to be forgotten")
        looked.append(True)

    looked: list[bool] = []
    status, _fields, _job = swap_and_wait(api, look)
    assert status == 202 and looked


def test_it_is_counted_once(api: ApiClient, settings: Any) -> None:
    _status, fields, _job = swap_and_wait(api)
    assert list(RateWindow.objects.values_list("count", flat=True)) == [1, 1]  # of the key, of its account
    assert f";r={settings.RATE_LIMITS['key'][0] - 1};" in fields["ratelimit"]


def test_both_passes_have_one_id_and_the_readers_language(api: ApiClient) -> None:
    def delete() -> None:
        services.delete_swap(SwapJob.objects.get())

    status, fields, problem = swap_and_wait(api, delete, **{"X-Request-Id": "mine", "Accept-Language": "zh-hans"})
    assert (status, problem["code"]) == (404, "not_found")
    assert fields["x-request-id"] == problem["request_id"] == "mine"
    assert fields["content-language"] == "zh-hans" and not problem["detail"].isascii()


def test_a_key_that_is_revoked_meanwhile_opens_nothing(api: ApiClient) -> None:
    status, fields, problem = swap_and_wait(api, lambda: ApiKey.objects.update(revoked="2026-01-01T00:00Z"))
    assert (status, problem["code"]) == (401, "invalid_key")
    assert fields["content-type"] == "application/problem+json"
