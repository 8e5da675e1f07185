"""Bounds the bodies of all requests, announced or chunked, before anything keeps a byte too many or waits too long.

Each on its own, and all that are held at a time together.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from faceswap_site.lib.errors import Overloaded
from faceswap_site.lib.numbers import whole_number
from faceswap_site.lib.storage import StorageFull, is_full_disk

from .held_answers import App, Message, Receive, Scope, Send
from .in_flight import Bounds, InFlight

logger = logging.getLogger(__name__)

# Nobody who is still sending is silent for so long, and no upload within the limits takes so long.
SECONDS_OF_SILENCE = 20.0
SECONDS_A_BODY = 300.0
# On average, once it had some seconds to begin: a tenth of the slowest line that photos are sent on.
LEAST_BYTES_A_SECOND = 1000
SECONDS_TO_BEGIN = 10.0
# What asks whether this process lives is answered however many requests there are.
PROBES = ("/healthz", "/readyz")
SECONDS_TO_COME_BACK = 5


@dataclass(frozen=True)
class Limit:
    """The most bytes of a body, and the answer to one that is larger, where it is not the site's own.

    `unread` says that the application can answer a larger one without reading it: it lets nobody in without a key or a
    session, and this request has neither.
    """

    size: int
    answer: bytes = b""
    unread: bool = False

    @property
    def words(self) -> str:
        kilobytes = self.size // 1024
        return f"{kilobytes // 1024} MB" if kilobytes >= 1024 else f"{kilobytes} KB"


class BoundedBodies:
    """A layer around an application.

    413 for a body over its limit, 408 for one that does not come, 503 where too much is held already.
    """

    def __init__(
        self,
        app: App,
        *,
        limit_of: Callable[[Scope], Limit],
        bounds: Bounds | None = None,
        silence: float = SECONDS_OF_SILENCE,
        total: float = SECONDS_A_BODY,
        begin: float = SECONDS_TO_BEGIN,
    ) -> None:
        self.app = app
        self.limit_of = limit_of
        self.in_flight = InFlight(bounds or Bounds())
        self.silence = silence
        self.total = total
        self.begin = begin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope)
        if scope["path"] not in PROBES and not self.in_flight.has_room():
            await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE, limit)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0").decode("latin-1")
        if whole_number(declared, most=limit.size) is None:
            if limit.unread:
                await self.app(*_without_body(scope, receive, send))
            else:
                await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, limit)
            return
        await self._answer(scope, _Body(scope, receive, send, limit, self))

    async def _answer(self, scope: Scope, body: "_Body") -> None:
        self.in_flight.requests += 1
        scope["forget_body"] = body.forget
        try:
            await self.app(scope, body.receive, body.send)
        except OSError as error:  # a large body lies on a disk while it comes in
            if not is_full_disk(error):
                raise
            logger.exception("there was no room for the body of a request")
            await body.end(HTTPStatus.INSUFFICIENT_STORAGE)
        finally:
            body.forget()
            self.in_flight.requests -= 1


class _Body:
    """One request's body as it arrives. Once refused, the application only hears that the client is gone."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: Limit, bounds: BoundedBodies) -> None:
        self._address = str((scope.get("client") or ("",))[0])
        self._in_flight = bounds.in_flight
        self._held = 0
        self._receive = receive
        self._send = send
        self._limit = limit
        self._silence = bounds.silence
        self._began = time.monotonic()
        self._total = bounds.total
        self._begin = bounds.begin
        self._size = 0
        self._complete = False
        self._refused = False
        self._answered = False

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        if self._refused:
            return {"type": "http.disconnect"}
        last = self._began + min(self._total, self._begin + self._size / LEAST_BYTES_A_SECOND)
        patience = min(self._silence, last - time.monotonic())
        try:
            async with asyncio.timeout(max(0.0, patience)):  # unlike wait_for, no task for each piece
                message = await self._receive()
        except TimeoutError:
            return await self.end(HTTPStatus.REQUEST_TIMEOUT)
        count = len(message.get("body", b""))
        if not self._in_flight.take(self._address, count):
            return await self.end(HTTPStatus.SERVICE_UNAVAILABLE)
        self._held += count
        self._size += count
        if self._size > self._limit.size:
            return await self.end(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self._complete = not message.get("more_body", False)
        return message

    def forget(self) -> None:
        """Count its bytes no longer: they are given up, or nobody needs them any more."""
        self._in_flight.give_back(self._address, self._held)
        self._held = 0

    async def send(self, message: Message) -> None:
        if not self._refused:
            self._answered = True
            await self._send(message)

    async def end(self, status: HTTPStatus) -> Message:
        """Answer in the application's place, which from now on only hears that the client is gone."""
        self._refused = True
        self.forget()
        if not self._answered:
            await _refuse(self._send, status, self._limit)
        return {"type": "http.disconnect"}


_WORDS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "request_too_large",
        "The request is larger than the %s that this address takes.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        Overloaded.code,
        f"Too much is being sent at this moment. Nothing was charged; try again in {SECONDS_TO_COME_BACK} seconds.",
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
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", str(SECONDS_TO_COME_BACK).encode()))
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": answer or json.dumps(problem).encode()})


def _without_body(scope: Scope, receive: Receive, send: Send) -> tuple[Scope, Receive, Send]:
    """The same request with nothing in it; the connection, on which its body still comes, ends with the answer."""
    about_body = (b"content-length", b"content-type", b"transfer-encoding")
    headers = [(name, value) for name, value in scope["headers"] if name not in about_body]
    given = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def nothing() -> Message:
        return next(given, None) or await receive()

    async def and_close(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return {**scope, "headers": headers}, nothing, and_close
