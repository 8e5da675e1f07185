"""The engine processes of live sessions: one a core, each started when first needed and started again when lost.

Face photos are prepared by the engine processes of all others, so that no upload costs those who are live a frame.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any

from recognition.engine_processes.calls import IDLE_SECONDS, Calls
from recognition.engine_processes.process import EngineProcess
from recognition.engine_processes.starting import EngineLost

# So many face photos wait for their turn at most: each holds its bytes and a request's thread.
MOST_WAITING = 4
PREPARE_SECONDS = 20.0


class TooBusy(Exception):
    """As many face photos wait to be prepared as may."""


class Pool:
    """A session stays with one of the processes."""

    def __init__(self, size: int, calls: Calls, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.engines = [
            EngineProcess(calls.fork_server, {"sessions": "swaps.live.engine_sessions:Sessions"}) for _ in range(size)
        ]
        self.calls = calls
        self._starts: set[asyncio.Task[None]] = set()
        self._clock = clock
        self._used = clock()
        self._preparing = asyncio.Semaphore(1)
        self._waiting = 0

    def assign(self, session: str) -> EngineProcess:
        """Give a session to the process with the fewest."""
        engine = self._emptiest
        engine.sessions.add(session)
        return engine

    def release(self, session: str) -> None:
        for engine in self.engines:
            engine.sessions.discard(session)

    @property
    def any_alive(self) -> bool:
        return self.calls.any_alive or any(engine.alive for engine in self.engines)

    async def running_for(self, engine: EngineProcess) -> EngineProcess:
        """The process itself where it runs; while it starts, one that runs, so that nobody waits for the start."""
        if engine.alive:
            return engine
        others = [other for other in self.engines if other.alive]
        if not others:
            await engine.start()
            return engine
        self._start_soon(engine.start())
        return min(others, key=lambda other: len(other.sessions))

    async def prepare(self, photo: bytes, **bounds: int) -> tuple[bytes, list[float]]:
        """Have a face photo prepared, one after the other: the face as it is given to a session, and its numbers.

        Raises
        ------
        TooBusy, DomainError
        """
        if self._waiting > MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        self.warm()
        try:
            async with self._preparing:
                prepared: tuple[bytes, list[float]] = await self.calls.ask(
                    "swaps.live.source:prepared_source", photo, seconds=PREPARE_SECONDS, **bounds
                )
                return prepared
        finally:
            self._waiting -= 1

    def warm(self) -> None:
        """Have everything started that the next person will need, without waiting for it."""
        self._used = self._clock()
        if not self._emptiest.alive:
            self._start_soon(self._emptiest.start())
        if not self.calls.any_alive:
            self._start_soon(self.calls.warm())

    async def end_idle(self) -> None:
        """End the processes that nobody needs: nobody is live, or was for a while."""
        if any(engine.sessions for engine in self.engines):
            self._used = self._clock()
        elif self._clock() - self._used > IDLE_SECONDS:
            await asyncio.gather(*(engine.stop() for engine in self.engines if engine.alive))
        await self.calls.end_idle()

    @property
    def _emptiest(self) -> EngineProcess:
        return min(self.engines, key=lambda engine: len(engine.sessions))

    def _start_soon(self, starting: Coroutine[Any, Any, None]) -> None:
        start = asyncio.create_task(_started(starting))
        self._starts.add(start)
        start.add_done_callback(self._starts.discard)

    async def stop(self) -> None:
        for start in self._starts:
            start.cancel()
        await asyncio.gather(*(engine.stop() for engine in self.engines))
        await self.calls.stop()


async def _started(starting: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(EngineLost):  # whoever needs it next tries again
        await starting
