"""A request's body is bounded in bytes and time before anything is done with it, with or without Content-Length."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from faceswap_site.bodies import BoundedBodies, Limit
from faceswap_site.waiting import Message, Receive, Scope, Send

Arrives = Callable[[], AsyncIterator[bytes]]
KILOBYTE = b"x" * 1000


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
    """Send a body piece by piece to `reader` behind the layer; the status and body of the answer."""
    sent: list[Message] = []
    pieces = arrives()

    async def receive() -> Message:
        async for piece in pieces:
            return {"type": "http.request", "body": piece, "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", length.encode())] if length else []
    small, usual = Limit(1000, b'{"success": false}'), Limit(10_000)
    layer = BoundedBodies(reader, limit_of=lambda path: small if path == "/small" else usual, **bounds)
    call: Awaitable[None] = layer({"type": "http", "path": path, "headers": headers}, receive, send)
    asyncio.run(asyncio.wait_for(call, 10))
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
