"""A connection whose header fields don't end is closed; one that asks and waits is not."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
import uvicorn

from faceswap_site.lib.http import header_timeout
from faceswap_site.lib.http.header_timeout import MOST_BYTES_OF_HEADERS, PatientProtocol
from faceswap_site.lib.http.waiting import Receive, Scope, Send
from tests.running_site import free_port

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Says hello, after longer than headers may take."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.sleep(0.5)
        await send({"type": "websocket.send", "text": "hello"})
    elif scope["type"] == "http":
        await asyncio.sleep(0.5)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"hello"})


def heard(talk: Talk, monkeypatch: pytest.MonkeyPatch, seconds: float = 0.2) -> bytes:
    """What a client heard that talked to a server which is patient for so long."""
    monkeypatch.setattr(header_timeout, "SECONDS_FOR_HEADERS", seconds)

    async def run() -> bytes:
        port = free_port()
        config = uvicorn.Config(answer, port=port, http=PatientProtocol, log_level="critical", lifespan="off")
        server: Any = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await asyncio.wait_for(talk(reader, writer), 5)
        finally:
            writer.close()
            server.should_exit = True
            await serving

    return asyncio.run(run())


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    return await reader.read()


async def begins_and_drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(REQUEST[:-4])

    async def drip() -> None:
        while True:
            writer.write(b"\r\nX-Header: 1")
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    try:
        return await reader.read()
    finally:
        dripping.cancel()


async def begins_a_second_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(REQUEST)
    first = await reader.readuntil(b"hello")
    writer.write(REQUEST[:-4])
    return await reader.read() or first[-5:]


async def sends_header_fields_without_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    for line in [REQUEST[:-2], *[b"X-Header: " + b"x" * 1000 + b"\r\n"] * (2 * MOST_BYTES_OF_HEADERS // 1000)]:
        writer.write(line)
        await asyncio.sleep(0.001)
    with suppress(ConnectionError):
        return await reader.read()
    return b""


async def asks_twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(REQUEST)
    await reader.readuntil(b"hello")
    await asyncio.sleep(0.3)
    writer.write(REQUEST)
    return (await reader.readuntil(b"hello"))[-5:]


async def opens_a_web_socket(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    return (await reader.readuntil(b"hello"))[-5:]


@pytest.mark.parametrize("talk", [says_nothing, begins_and_drips])
def test_header_fields_that_do_not_end_are_given_up(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert heard(talk, monkeypatch) == b""


def test_those_of_a_second_request_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heard(begins_a_second_one, monkeypatch) == b"hello"


def test_header_fields_without_end_are_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heard(sends_header_fields_without_end, monkeypatch, seconds=60) == b""


@pytest.mark.parametrize("talk", [asks_twice, opens_a_web_socket])
def test_who_asks_and_waits_is_answered(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert heard(talk, monkeypatch) == b"hello"
