"""Bounds the bodies of all requests, announced or chunked, before anything keeps a byte too many or waits too long."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from .numbers import whole_number
from .storage import StorageFull, is_full_disk
from .waiting import App, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

# Nobody who is still sending is silent for so long, and no upload within the limits takes so long.
SECONDS_OF_SILENCE = 20.0
SECONDS_A_BODY = 300.0


@dataclass(frozen=True)
class Limit:
    """The most bytes of a body, and the answer to one that is larger, where it is not the site's own."""

    size: int
    answer: bytes = b""

    @property
    def words(self) -> str:
        kilobytes = self.size // 1024
        return f"{kilobytes // 1024} MB" if kilobytes >= 1024 else f"{kilobytes} KB"


class BoundedBodies:
    """A layer around an application: 413 for a body over its path's limit, 408 for one that does not come."""

    def __init__(
        self,
        app: App,
        *,
        limit_of: Callable[[str], Limit],
        silence: float = SECONDS_OF_SILENCE,
        total: float = SECONDS_A_BODY,
    ) -> None:
        self.app = app
        self.limit_of = limit_of
        self.silence = silence
        self.total = total

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope["path"])
        declared = dict(scope["headers"]).get(b"content-length", b"0").decode("latin-1")
        if whole_number(declared, most=limit.size) is None:
            await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, limit)
            return
        body = _Body(receive, send, limit, self)
        try:
            await self.app(scope, body.receive, body.send)
        except OSError as error:  # a large body lies on a disk while it comes in
            if not is_full_disk(error):
                raise
            logger.exception("there was no room for the body of a request")
            await body.end(HTTPStatus.INSUFFICIENT_STORAGE)


class _Body:
    """One request's body as it arrives. Once refused, the application only hears that the client is gone."""

    def __init__(self, receive: Receive, send: Send, limit: Limit, bounds: BoundedBodies) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._silence = bounds.silence
        self._deadline = time.monotonic() + bounds.total
        self._size = 0
        self._complete = False
        self._refused = False
        self._answered = False

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        if self._refused:
            return {"type": "http.disconnect"}
        patience = min(self._silence, self._deadline - time.monotonic())
        try:
            async with asyncio.timeout(max(0.0, patience)):  # unlike wait_for, no task for each piece
                message = await self._receive()
        except TimeoutError:
            return await self.end(HTTPStatus.REQUEST_TIMEOUT)
        self._size += len(message.get("body", b""))
        if self._size > self._limit.size:
            return await self.end(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self._complete = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if not self._refused:
            self._answered = True
            await self._send(message)

    async def end(self, status: HTTPStatus) -> Message:
        """Answer in the application's place, which from now on only hears that the client is gone."""
        self._refused = True
        if not self._answered:
            await _refuse(self._send, status, self._limit)
        return {"type": "http.disconnect"}


_WORDS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "request_too_large",
        "The request is larger than the %s that this address takes.",
    ),
    HTTPStatus.INSUFFICIENT_STORAGE: (StorageFull.code, StorageFull.sentence),
    HTTPStatus.REQUEST_TIMEOUT: ("request_timeout", "The request took too long to arrive. Please try again."),
}


async def _refuse(send: Send, status: HTTPStatus, limit: Limit) -> None:
    """Answer without the application, which would read the body; the connection can't be used for another request."""
    too_large = status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    answer = limit.answer if too_large else b""
    code, detail = _WORDS[status]
    detail = detail % limit.words if too_large else detail
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, "code": code}
    content_type = b"application/json" if answer else b"application/problem+json"
    headers = [(b"content-type", content_type), (b"connection", b"close"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": answer or json.dumps(problem).encode()})
