"""A file goes out piece by piece, as it is read: none is collected in memory first, and nobody is warned of that."""

import asyncio
import io
import warnings
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, StreamingHttpResponse

from faceswap_site.lib.http.handler import PooledHandler
from faceswap_site.ops.lanes import lane_of
from faceswap_site.ops.refusals import tell

SCOPE = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"localhost")]}


def sent_by(answer: Any, at_each: Any = None) -> bytes:
    """What goes out of an answer; `at_each` is called with every piece."""
    handler = PooledHandler(lane_of=lane_of, tell=tell)
    handler.get_response = lambda _request: answer  # type: ignore[assignment,method-assign]
    pieces: list[bytes] = []
    begun = False

    async def receive() -> Any:
        nonlocal begun
        if begun:
            await asyncio.Event().wait()
        begun = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        pieces.append(message.get("body", b""))
        if at_each and pieces[-1]:
            at_each()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(handler.handle(SCOPE, receive, send))
    return b"".join(pieces)


def test_a_file_goes_out_without_a_warning_and_is_closed() -> None:
    file = io.BytesIO(b"0123456789" * 100_000)
    assert sent_by(FileResponse(file)) == b"0123456789" * 100_000
    assert file.closed


def test_a_piece_is_made_when_the_one_before_has_gone_out() -> None:
    made, gone = [0], [0]

    def pieces() -> Iterator[bytes]:
        for _ in range(5):
            assert made[0] == gone[0]
            made[0] += 1
            yield b"piece"

    def went() -> None:
        gone[0] += 1

    assert sent_by(StreamingHttpResponse(pieces()), went) == 5 * b"piece"


def test_an_answer_of_a_coroutine_stays_one() -> None:
    async def pieces() -> Any:
        yield b"one"
        yield b"two"

    assert sent_by(StreamingHttpResponse(pieces())) == b"onetwo"
