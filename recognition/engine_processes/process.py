"""An engine process as the web process sees it: started when first needed, started again when lost.

Messages go over pipes that asyncio reads and writes, so the web loop never waits; a process that dies or hangs costs
those who wait for it a moment, and nobody else anything.
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
# A frame takes some 10 ms; who says nothing for so long is stuck. Not much tighter, or a machine with too much to do
# would end processes that only wait for their turn.
FRAME_SECONDS = 3.0
COMMAND = [sys.executable, "-m", "recognition.engine_processes.child"]
_LIMIT = 64 * 1024 * 1024


class EngineLost(Exception):
    """The engine process died or hung; the next call finds a new one."""


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
            logger.info("engine process %s ended", process.pid)
        finally:
            # It closed its output, so it is gone or about to go; then whoever asks again finds it not alive.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 1)
            _kill(process)
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(EngineLost("the engine process died"))


_PASSED_ON = {"PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR"}
_PASSED_ON |= {"CUDA_VISIBLE_DEVICES"}  # for networks of the operator's


async def _read(process: asyncio.subprocess.Process) -> PipeMessage:
    assert process.stdout is not None
    head, body = pipe.lengths(await process.stdout.readexactly(pipe.LENGTHS.size))
    return pipe.unpack(await process.stdout.readexactly(head), await process.stdout.readexactly(body))


def _kill(process: asyncio.subprocess.Process) -> None:
    # One that has ended must not be signalled: asyncio would then lose its exit status.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
