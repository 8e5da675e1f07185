"""A request's body is bounded in bytes and time before anything is done with it, with or without Content-Length."""

import asyncio
import errno
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from faceswap_site.lib.http.bodies import LEAST_BYTES_A_SECOND, BoundedBodies, Limit
from faceswap_site.lib.http.in_flight import Bounds
from faceswap_site.lib.http.waiting import Message, Receive, Scope, Send

Arrives = Callable[[], AsyncIterator[bytes]]
KILOBYTE = b"x" * 1000
LIMITS = {"/small": Limit(1000, b'{"success": false}'), "/unread": Limit(1000, unread=True)}


class Reader:
    """An application that reads its whole body and answers how much it was, or notes that the client left."""

    def __init__(self) -> None:
        self.read = 0
        self.client_left = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.client_left = True
                return
            self.read += len(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(self.read).encode()})


def request(reader: Reader, arrives: Arrives, *, path: str = "/", length: str = "", **bounds: Any) -> tuple[int, bytes]:
    """Send a body piece by piece to `reader` behind a layer; the status and body of the answer."""
    layer = BoundedBodies(reader, limit_of=lambda scope: LIMITS.get(scope["path"], Limit(10_000)), **bounds)
    return asyncio.run(asyncio.wait_for(ask(layer, arrives, path=path, length=length), 10))


async def ask(
    layer: BoundedBodies,
    arrives: Arrives,
    *,
    path: str = "/",
    length: str = "",
    address: str = "192.0.2.1",
    language: str = "en",
) -> tuple[int, bytes]:
    sent: list[Message] = []
    pieces = arrives()

    async def receive() -> Message:
        async for piece in pieces:
            return {"type": "http.request", "body": piece, "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"accept-language", language.encode()), *([(b"content-length", length.encode())] if length else [])]
    await layer({"type": "http", "path": path, "headers": headers, "client": (address, 1)}, receive, send)
    return sent[0]["status"], sent[1]["body"]


async def nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def nine_kilobytes() -> AsyncIterator[bytes]:
    for _ in range(9):
        yield KILOBYTE


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield KILOBYTE


async def silent() -> AsyncIterator[bytes]:
    yield KILOBYTE
    await asyncio.sleep(3600)


async def dripping() -> AsyncIterator[bytes]:
    while True:
        yield b"x"
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("length", ["", "9000"])
def test_a_body_within_the_limit_arrives_whole(length: str) -> None:
    assert request(Reader(), nine_kilobytes, length=length) == (200, b"9000")


@pytest.mark.parametrize("length", ["10001", "3221225472", "-1", "many"])
def test_an_announced_body_over_the_limit_is_refused_unread(length: str) -> None:
    reader = Reader()
    status, answer = request(reader, endless, length=length)
    assert (status, reader.read) == (413, 0)
    assert b"request_too_large" in answer


def test_a_chunked_body_is_left_at_the_limit() -> None:
    reader = Reader()
    status, _answer = request(reader, endless)
    assert (status, reader.read, reader.client_left) == (413, 10_000, True)


def test_a_body_that_lies_about_its_length_is_left_at_the_limit() -> None:
    assert request(Reader(), endless, length="5")[0] == 413


def test_a_path_may_have_a_limit_and_an_answer_of_its_own() -> None:
    assert request(Reader(), nine_kilobytes, path="/small") == (413, b'{"success": false}')


@pytest.mark.parametrize("arrives", [silent, dripping])
def test_a_body_that_does_not_come_is_given_up(arrives: Arrives) -> None:
    reader = Reader()
    status, answer = request(reader, arrives, silence=0.2, total=0.5)
    assert (status, reader.client_left) == (408, True)
    assert b"request_timeout" in answer


def test_a_request_without_a_body_is_passed_on() -> None:
    assert request(Reader(), nothing) == (200, b"0")


async def slow() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * (LEAST_BYTES_A_SECOND // 100)
        await asyncio.sleep(0.05)


async def steady() -> AsyncIterator[bytes]:
    for _ in range(9):
        yield KILOBYTE
        await asyncio.sleep(0.05)


def test_a_body_that_comes_slower_than_any_line_is_given_up() -> None:
    """Never silent for long, and within the limit of all: what ends it is the rate."""
    assert request(Reader(), slow, begin=0.3)[0] == 408


def test_a_body_that_comes_steadily_has_the_time_that_it_takes() -> None:
    assert request(Reader(), steady, begin=0.1) == (200, b"9000")


def test_a_body_that_nobody_would_be_let_in_with_is_not_read() -> None:
    reader = Reader()
    assert request(reader, nine_kilobytes, path="/unread", length="9000") == (200, b"0")


class Holder(Reader):
    """An application that has read its body and answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            return
        if scope["path"] == "/forgets":
            scope["forget_body"]()
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def while_one_is_held(bounds: Bounds, *, held: str = "/", **other: Any) -> tuple[int, int, int]:
    """The status of a request of 9 kB while another one is held, and after that; and of the one that was held."""
    holder = Holder()
    layer = BoundedBodies(holder, limit_of=lambda _scope: Limit(10_000), bounds=bounds)
    first = asyncio.create_task(ask(layer, nine_kilobytes, path=held))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(ask(layer, nine_kilobytes, **other))
    await asyncio.sleep(0.05)
    holder.may_answer.set()
    held_status = (await first)[0]
    statuses = (await second)[0], (await ask(layer, nine_kilobytes, **other))[0], held_status
    assert (layer.in_flight.bytes, layer.in_flight.requests) == (0, 0)
    return statuses


@pytest.mark.parametrize(
    ("bounds", "other", "status"),
    [
        (Bounds(bytes=17_000), {"address": "192.0.2.2"}, 503),
        (Bounds(bytes=18_000), {"address": "192.0.2.2"}, 200),
        (Bounds(bytes_of_an_address=17_000), {}, 503),
        (Bounds(bytes_of_an_address=17_000), {"address": "192.0.2.2"}, 200),
        (Bounds(bytes=17_000), {"held": "/forgets"}, 200),
        (Bounds(requests=1), {}, 503),
        (Bounds(requests=1), {"path": "/healthz"}, 200),
    ],
)
def test_what_is_held_at_a_time_is_bounded(bounds: Bounds, other: dict[str, Any], status: int) -> None:
    assert asyncio.run(while_one_is_held(bounds, **other)) == (status, 200, 200)


def test_who_finds_no_room_is_told_when_to_come_back() -> None:
    status, answer = request(Reader(), nine_kilobytes, bounds=Bounds(bytes=1000))
    assert status == 503
    assert b"overloaded" in answer and b"try again in 5 seconds" in answer


@pytest.mark.parametrize(("language", "told"), [("en", "This site has no room left"), ("zh-CN", "磁盘")])
def test_who_is_refused_before_django_reads_why_in_their_language(language: str, told: str) -> None:
    async def full(scope: Scope, receive: Receive, send: Send) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    layer = BoundedBodies(full, limit_of=lambda scope: Limit(10_000))
    status, body = asyncio.run(ask(layer, nothing, language=language))
    problem = json.loads(body)
    assert (status, problem["status"], problem["code"]) == (507, 507, "storage_full")
    assert told in problem["detail"]
