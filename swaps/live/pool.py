"""The engine processes as the web process sees them: one a core, started when first needed, started again when lost.

Messages go over pipes that asyncio reads and writes, so the web loop never waits; a process that dies or hangs costs
its own sessions a moment and no other session anything.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import pipe
from .pipe import PipeMessage

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30.0
# A frame takes some 10 ms and a large face photo a second; who says nothing for so long is stuck. Not much tighter,
# or a machine with too much to do would end processes that only wait for their turn.
FRAME_SECONDS = 3.0
PREPARE_SECONDS = 20.0
# So many face photos wait for their turn at most: each holds its bytes and a request's thread.
MOST_WAITING = 4
_LIMIT = 64 * 1024 * 1024


class EngineLost(Exception):
    """The engine process died or hung; the next call finds a new one."""


class TooBusy(Exception):
    """As many face photos wait to be prepared as may."""


@dataclass(eq=False)
class EngineProcess:
    """One engine process; `generation` counts how often it was started."""

    command: list[str]
    generation: int = 0
    sessions: set[str] = field(default_factory=set)
    _process: asyncio.subprocess.Process | None = None
    _reader: asyncio.Task[None] | None = None
    _waiting: dict[int, asyncio.Future[PipeMessage]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _heard: float = 0.0  # when it answered last, on the loop's clock
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._reader is not None and not self._reader.done()

    async def start(self) -> None:
        """Start the process unless it runs; return when its models are loaded."""
        async with self._starting:
            if self.alive:
                return
            # A bare environment is not enough (locale, library paths), but no secret of the site is needed there.
            environment = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
            process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=ROOT,
                env=environment | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                limit=_LIMIT,
            )
            self._process = process
            try:
                await asyncio.wait_for(_read(process), START_SECONDS)
            except (asyncio.IncompleteReadError, TimeoutError) as error:
                _kill(process)
                raise EngineLost("the engine process did not start") from error
            except asyncio.CancelledError:
                _kill(process)
                raise
            self.generation += 1
            self._reader = asyncio.create_task(self._listen(process))

    async def ask(self, header: dict[str, Any], body: bytes = b"", *, seconds: float = FRAME_SECONDS) -> PipeMessage:
        """Send a message and wait for its answer.

        Raises
        ------
        EngineLost
            Where the process died, or said nothing at all for `seconds` (it is then killed).
        """
        process = self._process
        if process is None or process.stdin is None or not self.alive:
            raise EngineLost("the engine process is not running")
        number = next(self._numbers)
        future: asyncio.Future[PipeMessage] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            process.stdin.write(pipe.pack({"id": number, **header}, body))
            return await self._answer(future, seconds)
        except TimeoutError as error:
            await self.stop()
            raise EngineLost("the engine process hangs") from error
        except (ConnectionError, RuntimeError) as error:
            raise EngineLost("the engine process is gone") from error
        finally:
            self._waiting.pop(number, None)

    async def _answer(self, future: asyncio.Future[PipeMessage], seconds: float) -> PipeMessage:
        """Wait while the process answers others: that many wait before oneself is no sign that it hangs."""
        clock = asyncio.get_running_loop().time
        asked = clock()
        while True:
            left = max(asked, self._heard) + seconds - clock()
            if left <= 0:
                raise TimeoutError
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(asyncio.shield(future), left)

    async def stop(self) -> None:
        """End the process at once; it holds nothing worth saving."""
        if self._process is not None:
            _kill(self._process)
            await self._process.wait()
        if self._reader is not None and not self._reader.done():
            await asyncio.wait([self._reader])

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        try:
            while True:
                answer = await _read(process)
                self._heard = asyncio.get_running_loop().time()
                future = self._waiting.get(answer.header["id"])
                if future is not None and not future.done():
                    future.set_result(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            logger.info("live engine process %s ended", process.pid)
        finally:
            # It closed its output, so it is gone or about to go; then whoever asks again finds it not alive.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 1)
            _kill(process)
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(EngineLost("the engine process died"))


class Pool:
    """All engine processes; a session stays with one of them, and face photos are prepared in one that has none."""

    def __init__(self, size: int, command: list[str] | None = None) -> None:
        command = command or [sys.executable, "-m", "swaps.live.engine_process"]
        self.engines = [EngineProcess(command) for _ in range(size)]
        self._starts: set[asyncio.Task[None]] = set()
        # Whatever comes in a photo costs this process its time, at low priority, and nobody else's.
        self.preparer = EngineProcess([*command, "aside"])
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
        return any(engine.alive for engine in (*self.engines, self.preparer))

    async def running_for(self, engine: EngineProcess) -> EngineProcess:
        """The process itself where it runs; while it starts, one that runs, so that nobody waits for the start."""
        if engine.alive:
            return engine
        others = [other for other in self.engines if other.alive]
        if not others:
            await engine.start()
            return engine
        self._start_soon(engine)
        return min(others, key=lambda other: len(other.sessions))

    async def prepare(self, header: dict[str, Any], photo: bytes) -> PipeMessage:
        """Have a face photo prepared, one after the other.

        Raises
        ------
        TooBusy, EngineLost
        """
        if self._waiting > MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        self.warm()
        try:
            async with self._preparing:
                await self.preparer.start()
                return await self.preparer.ask({"do": "prepare", **header}, photo, seconds=PREPARE_SECONDS)
        finally:
            self._waiting -= 1

    def warm(self) -> None:
        """Have everything started that the next person will need, without waiting for it."""
        sleeping = [engine for engine in (self.preparer, self._emptiest) if not engine.alive]
        for engine in sleeping:
            self._start_soon(engine)

    @property
    def _emptiest(self) -> EngineProcess:
        return min(self.engines, key=lambda engine: len(engine.sessions))

    def _start_soon(self, engine: EngineProcess) -> None:
        start = asyncio.create_task(_started(engine))
        self._starts.add(start)
        start.add_done_callback(self._starts.discard)

    async def stop(self) -> None:
        for start in self._starts:
            start.cancel()
        await asyncio.gather(*(engine.stop() for engine in (*self.engines, self.preparer)))


_PASSED_ON = {"PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR"}


async def _read(process: asyncio.subprocess.Process) -> PipeMessage:
    assert process.stdout is not None
    head, body = pipe.lengths(await process.stdout.readexactly(pipe.LENGTHS.size))
    return pipe.unpack(await process.stdout.readexactly(head), await process.stdout.readexactly(body))


async def _started(engine: EngineProcess) -> None:
    with contextlib.suppress(EngineLost):  # whoever needs it next tries again
        await engine.start()


def _kill(process: asyncio.subprocess.Process) -> None:
    # One that has ended must not be signalled: asyncio would then lose its exit status.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
