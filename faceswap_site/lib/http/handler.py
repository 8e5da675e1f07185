"""How Django runs under ASGI here: all of a request happens in one thread of its lane, its bytes in the event loop.

Django's own handler gives each request threads, and so database connections, of its own, and crosses between loop and
thread for each middleware and signal: a short request takes 6.0 ms of the processor with it and 3.1 with this one, a
swap 34 and 25.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.core.signals import request_started
from django.http import FileResponse
from django.urls import set_script_prefix

from faceswap_site.lib.errors import DomainError, TryAgainLater

from .gate import ClientGone, Lane, LaneOf, sender_of
from .waiting import HELD, WAITING_IS_FULL

# The kind and the text of what a request is told that can't be let in.
Tell = Callable[[Any, DomainError], tuple[str, bytes]]


async def in_turn(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One part after the other, each made in a thread: Django would collect all of them first, and warn of it."""
    following = sync_to_async(lambda: next(parts, None), thread_sensitive=False)
    while (part := await following()) is not None:
        yield part


class SizedRequest(ASGIRequest):
    """A request that knows its length: a chunked body has no Content-Length, and parsers take that for no body."""

    def __init__(self, scope: Any, body_file: Any) -> None:
        super().__init__(scope, body_file)
        if "CONTENT_LENGTH" not in self.META:
            self.META["CONTENT_LENGTH"] = str(body_file.seek(0, io.SEEK_END))
            body_file.seek(0)


class PooledHandler(ASGIHandler):
    """Django's ASGI handler with one thread a request, taken from its lane and given back.

    A client that goes away meanwhile changes nothing: the view ends as it would have, and the server drops its answer.
    """

    request_class = SizedRequest

    def __init__(self, *, lane_of: LaneOf, tell: Tell) -> None:
        super().__init__()
        self._lane_of = lane_of
        self._tell = tell

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        lane, sender, admitted = self._lane_of(scope), sender_of(scope), HELD in scope
        try:
            if not admitted:  # before its body is read, and again when it is there
                lane.check(sender, waits=bool(scope.get(WAITING_IS_FULL)))
            body = await self.read_body(receive)
        except TryAgainLater as error:
            await self._refuse(scope, send, error)
            return
        except RequestAborted:
            return
        try:
            async with lane.turn(sender, receive, admitted=admitted):
                response = await self._in_a_thread(lane, scope, body)
        except (ClientGone, TryAgainLater) as error:
            body.close()
            if isinstance(error, TryAgainLater):
                await self._refuse(scope, send, error)
            return
        if response.streaming and not response.is_async:
            response.streaming_content = in_turn(response.streaming_content)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await asyncio.get_running_loop().run_in_executor(lane.threads, response.close)

    async def _in_a_thread(self, lane: Lane, scope: Any, body: IO[bytes]) -> Any:
        # Not the loop's own run_in_executor: from such a thread a view that is a coroutine, as those of the live page,
        # would get a loop of its own, and all that belongs to this one would be torn apart.
        return await sync_to_async(self._answer, thread_sensitive=False, executor=lane.threads)(scope, body)

    async def _refuse(self, scope: Any, send: Any, error: TryAgainLater) -> None:
        """Answer without Django, whose middleware and views would take longer than a refusal may."""
        content_type, text = self._tell(scope, error)
        headers = {
            "content-type": content_type,
            "cache-control": "no-store",
            "retry-after": str(error.details["retry_after"]),
            "connection": "close",  # a body may still be coming
        }
        fields = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": error.status, "headers": fields})
        await send({"type": "http.response.body", "body": text})

    def _answer(self, scope: Any, body: IO[bytes]) -> Any:
        """Everything between the last byte of a request and the first of its answer, signals included."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        body.close()
        response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()  # sends request_finished, which looks after this thread's connections
        return response
