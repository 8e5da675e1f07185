"""The engine's functions called in processes of their own, where the web process has opened the door to them.

A function under `in_engine_process` runs there as if it ran here: what it is given and gives back is copied, and what
it raises is raised here. In workers and commands, whose own process is for such work, it runs where it is called.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from faceswap_site.lib.errors import Overloaded
from faceswap_site.lib.http.gate import time_left

from .process import EngineProcess
from .starting import EngineLost, ForkServer
from .values import error_of, packed, result_of

logger = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

# The largest photo takes some seconds; what takes longer than this is stuck, and its process is ended.
CALL_SECONDS = 30.0
SECONDS_TO_COME_BACK = 10
# So long without a call, a process is ended, and with the last one the models that they have in common.
IDLE_SECONDS = 300.0


class Calls:
    """Some engine processes, one call at a time each; whoever finds none free waits."""

    def __init__(self, size: int, *, pixels: int = 50_000_000, imports: Sequence[str] = ()) -> None:
        """So many processes, for photos of at most so many pixels; `imports` are the modules that are called often."""
        self.fork_server = ForkServer(imports)
        self.engines = [EngineProcess(self.fork_server, {"pixels": pixels}) for _ in range(size)]
        self._free = list(self.engines)
        self._places = asyncio.Semaphore(size)
        self._used = dict.fromkeys(self.engines, 0.0)

    async def ask(self, function: str, *arguments: Any, seconds: float = CALL_SECONDS, **by_name: Any) -> Any:
        """Call `module:function` in a process, waiting at most so many seconds until one is free.

        Raises
        ------
        DomainError
            What the function raised.
        Overloaded
            Where no process was free in time, or the one that was ended over this call.
        """
        body = packed((arguments, by_name))
        try:
            async with asyncio.timeout(seconds):
                await self._places.acquire()
        except TimeoutError:
            raise Overloaded(case="queue", retry_after=SECONDS_TO_COME_BACK) from None
        engine = self._free.pop()  # the one that was used last, so that the others may end
        try:
            await engine.start()
            answer = await engine.ask({"do": "call", "function": function}, body, seconds=CALL_SECONDS)
        except EngineLost:
            logger.exception("%s ended an engine process", function)
            raise Overloaded(case="engine", retry_after=SECONDS_TO_COME_BACK) from None
        finally:
            self._used[engine] = asyncio.get_running_loop().time()
            self._free.append(engine)
            self._places.release()
        if "out_of_memory" in answer.header:
            raise Overloaded(case="engine", retry_after=SECONDS_TO_COME_BACK)
        if "error" in answer.header:
            raise error_of(answer.header)
        return result_of(answer.body)

    @property
    def any_alive(self) -> bool:
        return any(engine.alive for engine in self.engines)

    async def warm(self) -> None:
        """Start a process that the next call will find."""
        await self._free[-1].start() if self._free else None

    async def end_idle(self) -> None:
        """End the processes that nobody has called for a while."""
        now = asyncio.get_running_loop().time()
        for engine in list(self._free):
            if engine.alive and now - self._used[engine] > IDLE_SECONDS and engine in self._free:
                await engine.stop()
        await self.fork_server.stop_unused()

    async def stop(self) -> None:
        await asyncio.gather(*(engine.stop() for engine in self.engines))
        await self.fork_server.stop_unused()


class _Door(NamedTuple):
    calls: Calls
    loop: asyncio.AbstractEventLoop


_door: _Door | None = None


def open_door(calls: Calls) -> None:
    """From now on, functions that threads of this process call run in engine processes."""
    global _door
    _door = _Door(calls, asyncio.get_running_loop())


def close_door() -> None:
    global _door
    _door = None


def in_engine_process(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function of a module run in an engine process, where there are any. It may know no database."""
    name = f"{function.__module__}:{function.__qualname__}"

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        door = _door
        if door is None:
            return function(*args, **kwargs)
        asking = door.calls.ask(name, *args, seconds=time_left(CALL_SECONDS), **kwargs)
        answer: R = asyncio.run_coroutine_threadsafe(asking, door.loop).result()
        return answer

    return asked
