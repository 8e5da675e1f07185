"""Answers to requests whose body nobody wants: the rest is read and thrown away, and only then the connection ends.

A connection that is closed while data still comes is reset, and a reset takes the answer away from whoever is still
sending: browsers show an error of their own, and nginx makes it 502.
"""

import asyncio
import time

from .waiting import Message, Receive, Send

# Whoever sends from memory, such as a proxy that has read it all, is done by then; whoever doesn't end is cut off.
SECONDS_OF_SILENCE = 1.0
SECONDS = 10.0
BYTES = 70_000_000  # the largest body that is taken anywhere, and some


def lingering(send: Send, receive: Receive) -> Send:
    """A `send` for an answer that is the last one on its connection, and that may come before the end of the body."""

    async def send_and_linger(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        if message["type"] != "http.response.body" or message.get("more_body", False):
            await send(message)
            return
        await send({**message, "more_body": True})  # out it goes; what ends it is sent below
        await _read_the_rest(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_and_linger


async def _read_the_rest(receive: Receive) -> None:
    last, size = time.monotonic() + SECONDS, 0
    while size < BYTES and (left := last - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(min(SECONDS_OF_SILENCE, left)):
                message = await receive()
        except TimeoutError:
            return
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return
        size += len(message.get("body", b""))
