"""An engine process as the web process sees it: started when first needed, started again when lost.

Messages go over a connection that asyncio reads and writes, so the web loop never waits; a process that dies or hangs
costs those who wait for it a moment, and nobody else anything.
"""

import asyncio
import contextlib
import itertools
import logging
from dataclasses import dataclass, field
from typing import Any

from . import pipe
from .pipe import PipeMessage
from .starting import START_SECONDS, EngineLost, Started, Starter

logger = logging.getLogger(__name__)

# A frame takes some 10 ms; who says nothing for so long is stuck. Not much tighter, or a machine with too much to do
# would end processes that only wait for their turn.
FRAME_SECONDS = 3.0


@dataclass(eq=False)
class EngineProcess:
    """One engine process; `generation` counts how often it was started, `options` are those of `child.serve`."""

    starter: Starter
    options: dict[str, Any] = field(default_factory=dict)
    generation: int = 0
    sessions: set[str] = field(default_factory=set)
    _process: Started | None = None
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
        """Start the process unless it runs; return when it is ready.

        Raises
        ------
        EngineLost
        """
        async with self._starting:
            if self.alive:
                return
            process = await self.starter.start(self.options)
            try:
                await asyncio.wait_for(_read(process), START_SECONDS)
            except (OSError, asyncio.IncompleteReadError) as error:  # TimeoutError is an OSError
                await self._end(process)
                raise EngineLost("the engine process did not start") from error
            except asyncio.CancelledError:
                await self._end(process)
                raise
            self._process = process
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
        if process is None or not self.alive:
            raise EngineLost("the engine process is not running")
        number = next(self._numbers)
        future: asyncio.Future[PipeMessage] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            process.writer.write(pipe.pack({"id": number, **header}, body))
            return await self._answer(future, seconds)
        except TimeoutError as error:
            future.cancel()
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
            await self._end(self._process)
        if self._reader is not None and not self._reader.done():
            await asyncio.wait([self._reader])

    async def _listen(self, process: Started) -> None:
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
            # It closed its connection, so it is gone or about to go; then whoever asks again finds it not alive.
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(EngineLost("the engine process died"))
            await self._end(process)

    async def _end(self, process: Started) -> None:
        await self.starter.end(process.pid)
        process.writer.close()
        with contextlib.suppress(ConnectionError):
            await process.writer.wait_closed()


async def _read(process: Started) -> PipeMessage:
    head, body = pipe.lengths(await process.reader.readexactly(pipe.LENGTHS.size))
    return pipe.unpack(await process.reader.readexactly(head), await process.reader.readexactly(body))
