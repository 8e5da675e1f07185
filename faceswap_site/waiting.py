"""Answers that wait for a job, in a coroutine: no thread and no database connection waits with them.

A view that wants to wait answers as usual and gives its response a `held`. The handler keeps that response back, and
when the job has ended (or the time is over) sends what `held.go_on` makes instead. One look at the database, shared by
all waiting requests of the process, asks which jobs have ended.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
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

    async def outlasts(self, held: Held, receive: Receive) -> bool:
        """Wait until an answer is due; False where nobody is there any more to hear it."""
        ended = asyncio.create_task(self.wait(held.job_id))
        left = asyncio.create_task(_disconnected(receive))
        done, pending = await asyncio.wait({ended, left}, timeout=held.seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        return left not in done


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
