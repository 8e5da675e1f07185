"""Answers that wait for a job, in a coroutine: no thread and no database connection waits with them.

A view that wants to wait answers as usual and gives its response a `held`. The handler keeps that response back, and
when the job has ended (or the time is over) sends what `held.go_on` makes instead. One look at the database, shared by
all waiting requests of the process, asks which jobs have ended.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 0.02  # for each that waits, and once more: where many do, the queue is what they wait for
LONGEST_BETWEEN_LOOKS = 0.2

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Ended = Callable[[Iterable[str]], set[str]]


@dataclass(frozen=True)
class Held:
    """What an answer waits for, how long at most, and what makes the answer then."""

    job_id: str
    seconds: float
    go_on: Callable[[], HttpResponse]


class Watcher:
    """Tells coroutines when jobs have ended. `ended` says which of some jobs have."""

    def __init__(self, ended: Ended) -> None:
        self._ended = ended
        self._waiting: dict[asyncio.Event, str] = {}
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watcher")

    async def outlasts(self, held: Held, receive: Receive) -> bool:
        """Wait until an answer is due; False where nobody is there any more to hear it."""
        over = asyncio.Event()
        self._waiting[over] = held.job_id
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        left = asyncio.create_task(_disconnected(receive))
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


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
