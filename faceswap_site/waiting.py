"""Requests that wait for their job, in a coroutine: no thread and no database connection waits with them.

A view that wants to wait answers as usual and adds the header `X-Wait-For: <job> <seconds>`. This layer around Django
keeps that answer back, and when the job has ended (or the time is over) calls the same view again with
`scope["continued"] = <job>`; what it answers then is what the client gets. One look at the database, shared by all
waiting requests of the process, asks which jobs have ended.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

logger = logging.getLogger(__name__)
WAIT_HEADER = "X-Wait-For"
_HEADER = WAIT_HEADER.lower().encode()
SECONDS_BETWEEN_LOOKS = 0.02  # for each that waits, and once more: where many do, the queue is what they wait for
LONGEST_BETWEEN_LOOKS = 0.2

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Ended = Callable[[Iterable[str]], set[str]]


class Watcher:
    """Tells coroutines when jobs have ended."""

    def __init__(self, ended: Ended) -> None:
        self._ended = ended
        self._waiting: Counter[str] = Counter()
        self._done: set[str] = set()
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watcher")

    async def wait(self, job_id: str) -> None:
        """Return when the job has ended."""
        self._waiting[job_id] += 1
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._look())
            while job_id not in self._done:
                await self._changed.wait()
        finally:
            self._waiting[job_id] -= 1
            if not self._waiting[job_id]:
                del self._waiting[job_id]
                self._done.discard(job_id)

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            try:
                self._done |= await loop.run_in_executor(self._thread, self._ended, list(self._waiting))
            except Exception:  # a database that is away for a moment; everyone's time is limited anyway
                logger.exception("could not ask for the jobs that are waited for")
            self._changed.set()
            self._changed.clear()
            await asyncio.sleep(min(LONGEST_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS * (1 + len(self._waiting))))


class Waiting:
    """The layer around Django's application."""

    def __init__(self, app: App, ended: Ended) -> None:
        self.app = app
        self._ended = ended
        self._watcher: Watcher | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        held = Held(send)
        await self.app(scope, receive, held)
        if held.job_id:
            await self._continue(scope, receive, send, held)

    async def _continue(self, scope: Scope, receive: Receive, send: Send, held: "Held") -> None:
        self._watcher = self._watcher or Watcher(self._ended)
        ended = asyncio.create_task(self._watcher.wait(held.job_id))
        left = asyncio.create_task(_disconnected(receive))
        done, pending = await asyncio.wait({ended, left}, timeout=held.seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        if left in done:
            return
        await self.app(held.continued(scope), _empty_body(receive), held.send_with_counts)


class Held:
    """Passes an answer on, unless it asks to wait."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.job_id = ""
        self.seconds = 0.0
        self._headers: list[tuple[bytes, bytes]] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            wish = next((value for name, value in message["headers"] if name.lower() == _HEADER), None)
            if wish:
                job_id, seconds = wish.decode().split()
                self.job_id, self.seconds = job_id, float(seconds)
                self._headers = list(message["headers"])
        if not self.job_id:
            await self._send(message)

    def continued(self, scope: Scope) -> Scope:
        """The request once more, without its body and under the same request id."""
        gone = (b"content-length", b"content-type", b"x-request-id")
        headers = [pair for pair in scope["headers"] if pair[0] not in gone]
        headers += [pair for pair in self._headers if pair[0].lower() == b"x-request-id"]
        headers = [(name.lower(), value) for name, value in headers]
        return {**scope, "headers": headers, "continued": self.job_id}

    async def send_with_counts(self, message: Message) -> None:
        """Pass the second answer on with the first one's rate limit fields: the request was counted once."""
        if message["type"] == "http.response.start":
            counts = [pair for pair in self._headers if pair[0].lower().startswith(b"ratelimit")]
            message = {**message, "headers": [*message["headers"], *counts]}
        await self._send(message)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _empty_body(receive: Receive) -> Receive:
    """The body was read the first time."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return again
