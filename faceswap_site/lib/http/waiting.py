"""Answers that wait for a job, in a coroutine: no thread and no database connection waits with them.

A view that wants to wait puts a `Held` into its request's scope, under HOLD, and answers anything. A layer around
Django keeps that answer back, and when the job has ended (or the time is over) sends the request through Django once
more, without its body and with the same `Held` under HELD, as nginx does after an X-Accel-Redirect: middleware and view
meet the second pass like any request, and its answer is sent. One look at the database, shared by all waiting requests
of the process, asks which jobs have ended.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 0.02  # for each that waits, and once more: where many do, the queue is what they wait for
LONGEST_BETWEEN_LOOKS = 0.2

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Ended = Callable[[Iterable[str]], set[str]]

# So many programs wait at a time; as many requests again are left to all others (see `in_flight`).
MOST_HELD = 300
HOLD, HELD = "faceswap.hold", "faceswap.held"  # in the scope of the first pass and of the second
WAITING_IS_FULL = "faceswap.waiting_is_full"  # in that of the first pass, where no more answers may be kept back


@dataclass(frozen=True)
class Held:
    """What an answer waits for, how long at most, and what the second pass has from the first."""

    job_id: str
    seconds: float
    request_id: str
    headers: dict[str, str]  # of the answer, such as what is left of a limit


class HeldAnswers:
    """A layer around Django that keeps answers back. `ended` says which of some jobs have ended."""

    def __init__(self, app: App, ended: Ended, *, most: int = MOST_HELD) -> None:
        self.app = app
        self._ended = ended
        self._most = most
        self._waiting: dict[asyncio.Event, str] = {}
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watcher")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def unless_held(message: Message) -> None:
            if HOLD not in scope:
                await send(message)

        if len(self._waiting) >= self._most:
            scope[WAITING_IS_FULL] = True
        await self.app(scope, receive, unless_held)
        held: Held | None = scope.pop(HOLD, None)
        if held is None:
            return
        scope.get("forget_body", bool)()
        if await self._outlasts(held, receive):
            again, nothing = without_body(scope, receive)
            headers = [(name, value) for name, value in again["headers"] if name != b"x-request-id"]
            headers.append((b"x-request-id", held.request_id.encode()))
            await self.app({**again, "headers": headers, HELD: held}, nothing, send)

    async def _outlasts(self, held: Held, receive: Receive) -> bool:
        """Wait until an answer is due; False where nobody is there any more to hear it."""
        over = asyncio.Event()
        self._waiting[over] = held.job_id
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        left = asyncio.create_task(disconnected(receive))
        left.add_done_callback(lambda _: over.set())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(held.seconds):
                    await over.wait()
            return not left.done()
        finally:
            del self._waiting[over]
            left.cancel()

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            try:
                ended = await loop.run_in_executor(self._thread, self._ended, set(self._waiting.values()))
            except Exception:  # a database that is away for a moment; everyone's time is limited anyway
                logger.exception("could not ask for the jobs that are waited for")
                ended = set()
            for over, job_id in self._waiting.items():
                if job_id in ended:
                    over.set()
            await asyncio.sleep(min(LONGEST_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS * (1 + len(self._waiting))))


def without_body(scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
    """The same request with nothing in it."""
    about_body = (b"content-length", b"content-type", b"transfer-encoding")
    headers = [(name, value) for name, value in scope["headers"] if name not in about_body]
    given: Iterator[Message] = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def nothing() -> Message:
        return next(given, None) or await receive()

    return {**scope, "headers": headers}, nothing


async def disconnected(receive: Receive) -> None:
    """Wait until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
