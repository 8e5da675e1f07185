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

from django.utils import translation

from faceswap_site.lib.error_messages import language_of, spoken
from faceswap_site.lib.errors import DomainError, Overloaded
from faceswap_site.lib.numbers import whole_number
from faceswap_site.lib.storage import StorageFull, is_full_disk

from .in_flight import Bounds, InFlight
from .lingering import lingering
from .waiting import App, Message, Receive, Scope, Send, without_body

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

    def passed(self) -> DomainError:
        """What is said of a body that is larger."""
        kilobytes = self.size // 1024
        words = f"{kilobytes // 1024} MB" if kilobytes >= 1024 else f"{kilobytes} KB"
        return DomainError("request_too_large", case="body", limit=words)


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
            refusal = Overloaded(case="bodies", retry_after=SECONDS_TO_COME_BACK)
            await _refuse(scope, lingering(send, receive), refusal)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0").decode("latin-1")
        if whole_number(declared, most=limit.size) is None:
            if limit.unread:
                await self.app(*without_body(scope, receive), lingering(send, receive))
            else:
                await _refuse(scope, lingering(send, receive), limit.passed(), limit.answer)
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
            await body.end(StorageFull())
        finally:
            body.forget()
            self.in_flight.requests -= 1


class _Body:
    """One request's body as it arrives. Once refused, the application only hears that the client is gone."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: Limit, bounds: BoundedBodies) -> None:
        self._scope = scope
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
            return await self.end(DomainError("request_timeout"))
        count = len(message.get("body", b""))
        if not self._in_flight.take(self._address, count):
            return await self.end(Overloaded(case="bodies", retry_after=SECONDS_TO_COME_BACK))
        self._held += count
        self._size += count
        if self._size > self._limit.size:
            return await self.end(self._limit.passed(), self._limit.answer)
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

    async def end(self, error: DomainError, answer: bytes = b"") -> Message:
        """Answer in the application's place, which from now on only hears that the client is gone."""
        self._refused = True
        self.forget()
        if not self._answered:
            await _refuse(self._scope, lingering(self._send, self._receive), error, answer)
        return {"type": "http.disconnect"}


async def _refuse(scope: Scope, send: Send, error: DomainError, answer: bytes = b"") -> None:
    """Answer without the application, which would read the body.

    `answer` is what clients of a published API expect in place of our own words.
    """
    asked = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    with translation.override(language_of(asked)):
        detail = spoken(error)
    status = HTTPStatus(error.status)
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    content_type = b"application/json" if answer else b"application/problem+json"
    body = answer or json.dumps(problem | {"code": error.code}).encode()
    length = str(len(body)).encode()
    headers = [(b"content-type", content_type), (b"content-length", length), (b"cache-control", b"no-store")]
    if "retry_after" in error.details:
        headers.append((b"retry-after", str(error.details["retry_after"]).encode()))
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
