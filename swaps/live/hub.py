"""What happens in the live part of one web process: people come, put on a face, send frames and leave.

Knows nothing of sockets or of the database: how to reach a connection and how to take a point are handed in.
"""

import asyncio
import contextlib
import itertools
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from faceswap_site.lib.errors import DomainError

from .clearance import MayNotBeUsed, Watch
from .pool import EngineLost, EngineProcess, Pool
from .rules import Clock, FrameRate, House, Limits
from .session import NO_SOURCE, LiveOptions
from .shared import Shared
from .visit import Figures, Frame, FrameRefused, Visit, read_frame
from .words import ENDINGS, FAILED, RESTARTED, said

logger = logging.getLogger(__name__)

MINUTE = 60.0
STATS_EVERY = 30
_LIVE_OPTIONS = {"strength", "mouth", "face_shape", "forehead", "match_colour", "label"}


class Wire(Protocol):
    """How the hub reaches a connection."""

    async def send(self, sid: str, event: str, payload: dict[str, Any]) -> None: ...

    async def close(self, sid: str) -> None: ...

    def is_jammed(self, sid: str) -> bool: ...


@dataclass(frozen=True)
class Source:
    """A prepared face as an engine process wrote it, and when it was last of use."""

    data: bytes
    at: float


# Takes one minute's price from an account; False where its points don't reach.
PayMinute = Callable[[int], Awaitable[bool]]


class Hub:
    """All live sessions of this process."""

    def __init__(
        self,
        *,
        limits: Limits,
        pool: Pool,
        wire: Wire,
        pay: PayMinute,
        watch: Watch,
        clock: Clock = time.monotonic,
        shared: Shared | None = None,
        require_label: bool = False,
    ) -> None:
        self.limits, self.pool, self.wire, self.shared = limits, pool, wire, shared
        # Where places are counted for all processes together, this one's own house is never full.
        self.house = House(replace(limits, sessions=sys.maxsize) if shared else limits, clock)
        self.figures = Figures()
        self.newest_milliseconds = 0.0  # what the newest swapped frame took
        self.visits: dict[str, Visit] = {}
        self._pay, self._watch = pay, watch
        self._required = {"label": True} if require_label else {}
        self._clock = clock
        self._sources: dict[str, Source] = {}
        self._versions = itertools.count(1)

    async def enter(self, sid: str, identity: str, account: int | None, *, language: str = "en") -> None:
        """Begin a session; an earlier connection of the same person is told why it ends.

        Raises
        ------
        HouseFull
        """
        elsewhere = await self.shared.enter(identity, sid) if self.shared else ""
        earlier = self.house.enter(identity, sid)
        if elsewhere and (earlier is None or earlier.sid != elsewhere):
            await self._say_goodbye(elsewhere, "taken_over", language)
        visit = Visit(sid, identity, account, FrameRate(self.limits.fps, self._clock), language=language)
        if earlier is not None:
            before = self.visits.get(earlier.sid)
            if before is not None:
                # Minutes and rate go with the person, so that a second window buys nothing.
                visit.paid_until, visit.rate, visit.options = before.paid_until, before.rate, before.options
            await self._end(earlier.sid, "taken_over")
        visit.version = next(self._versions)
        self.visits[sid] = visit
        visit.task = asyncio.create_task(self._work(visit))

    async def leave(self, sid: str) -> None:
        """End a session whose connection is gone: nothing of it is kept."""
        self.house.leave(sid)
        visit = self.visits.pop(sid, None)
        if visit is None:
            return
        if self.house.of(visit.identity) is None:
            self._sources.pop(visit.identity, None)
        if self.shared:
            await self.shared.leave(visit.identity, sid)
        if visit.task is not None:
            visit.task.cancel()
        self.pool.release(sid)
        await self._move_out(visit)

    async def prepare(self, photo: bytes, *, max_bytes: int, max_pixels: int) -> tuple[bytes, list[float]]:
        """Make a face photo ready: the prepared face and its 128 numbers.

        Raises
        ------
        DomainError
            Where it shows no usable face.
        EngineLost, TooBusy
        """
        answer = await self.pool.prepare({"max_bytes": max_bytes, "max_pixels": max_pixels}, photo)
        if "error" in answer.header:
            raise DomainError(answer.header["error"], code=answer.header["code"], **answer.header["details"])
        return answer.body, answer.header["descriptor"]

    async def wear(self, identity: str, prepared: bytes) -> None:
        """Put a prepared face on a person, who may be live already or is about to be."""
        self._sources[identity] = Source(prepared, self._clock())
        seat = self.house.of(identity)
        if seat is not None:
            visit = self.visits[seat.sid]
            visit.version = next(self._versions)
            with contextlib.suppress(EngineLost):  # the first frame tries again
                await self._ready(visit)

    def has_source(self, identity: str) -> bool:
        return identity in self._sources

    async def clear(self, identity: str) -> None:
        """Take the face off and forget it."""
        self._sources.pop(identity, None)
        seat = self.house.of(identity)
        if seat is not None:
            visit = self.visits[seat.sid]
            visit.version, visit.last = next(self._versions), b""
            await self._move_out(visit)

    def set_options(self, sid: str, wanted: Any) -> None:
        """Change a session's options; OptionError for a value outside its range."""
        visit = self.visits.get(sid)
        if visit is None:
            return
        options = {name: value for name, value in dict(wanted or {}).items() if name in _LIVE_OPTIONS}
        LiveOptions(**options)
        visit.options, visit.version = options, next(self._versions)

    async def frame(self, sid: str, payload: Any) -> None:
        """Take a frame in; too many a second are dropped silently, and of those that wait only the newest is kept."""
        visit = self.visits.get(sid)
        if visit is None:
            return
        self.house.touch(sid)
        if not visit.rate.allows() or self.wire.is_jammed(sid):
            return
        try:
            frame = read_frame(payload)
        except FrameRefused as error:
            visit.figures.count(swapped=False, milliseconds=0)
            self.figures.count(swapped=False, milliseconds=0)
            await self.wire.send(sid, "processed_frame", {"success": False, "error": str(error)})
            return
        visit.offer(frame)

    async def tick(self) -> None:
        """Look after the clock: end what is overdue, forget faces that nobody came to wear."""
        for seat, reason in self.house.overdue():
            await self._end(seat.sid, reason)
        if self.shared:
            for sid in await self.shared.keep(self.visits.values(), self.figures):
                if sid in self.visits:
                    await self._end(sid, "taken_over")
        now = self._clock()
        for identity, source in list(self._sources.items()):
            if self.house.of(identity) is None and now - source.at >= self.limits.idle_seconds:
                del self._sources[identity]

    async def stop(self) -> None:
        """Tell everyone and end the engine processes."""
        for sid in list(self.visits):
            with contextlib.suppress(Exception):
                await self._end(sid, "shutdown")
        await self.pool.stop()
        if self.shared:
            await self.shared.close()

    async def all_figures(self) -> Figures:
        """The figures of this process and of all that share with it."""
        total = await self.shared.others() if self.shared else Figures()
        return total.plus(self.figures)

    async def _end(self, sid: str, reason: str) -> None:
        # Out of the house before anything is awaited, so that no second look ends it again.
        self.house.leave(sid)
        visit = self.visits.get(sid)
        await self.leave(sid)
        await self._say_goodbye(sid, reason, visit.language if visit else "en")

    async def _say_goodbye(self, sid: str, reason: str, language: str) -> None:
        """Tell a connection, of whichever process, why it ends, and end it."""
        message = said(ENDINGS[reason], language, vars(self.limits))
        await self.wire.send(sid, "status_update", {"message": message, "reason": reason})
        await self.wire.close(sid)

    async def _work(self, visit: Visit) -> None:
        while True:
            frame = await visit.take()
            try:
                await self._one(visit, frame)
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.exception("a live frame failed")
                await self._answer(visit, frame, frame.data, said(FAILED, visit.language), 0.0)

    async def _one(self, visit: Visit, frame: Frame) -> None:
        if not self.has_source(visit.identity):
            await self._answer(visit, frame, frame.data, NO_SOURCE, 0.0)
            return
        try:
            engine = await self._ready(visit)
            started, at = time.perf_counter(), self._clock()
            answer = await visit.clearance.swapped(
                lambda face: engine.ask({"do": "frame", "session": visit.sid, "at": at, "cleared": face}, frame.data),
                self._watch,
                visit.account,
                at,
            )
        except EngineLost:
            await self._answer(visit, frame, frame.data, said(RESTARTED, visit.language), 0.0)
            return
        except MayNotBeUsed:
            self._end_soon(visit, "protected_person")
            return
        spent = (time.perf_counter() - started) * 1000
        error = answer.header["error"]
        if not error:
            # Only now: a frame that nothing could be done with, or nothing may, is not paid.
            if not await self._paid(visit):
                self._end_soon(visit, "points")
                return
            self.house.serve(visit.sid)
            visit.last, self.newest_milliseconds = answer.body, round(spent, 1)
        await self._answer(visit, frame, answer.body, error, spent)

    def _end_soon(self, visit: Visit, reason: str) -> None:
        # In a task of its own: ending the session cancels the one that we are in.
        visit.ending = asyncio.create_task(self._end(visit.sid, reason))

    async def _paid(self, visit: Visit) -> bool:
        now = self._clock()
        if visit.account is None or now < visit.paid_until:
            return True
        if not await self._pay(visit.account):
            return False
        visit.paid_until = now + MINUTE
        return True

    async def _ready(self, visit: Visit) -> EngineProcess:
        """The engine process for a session's next frame, running and knowing its newest face and options."""
        home = visit.engine = visit.engine or self.pool.assign(visit.sid)
        engine = await self.pool.standing_in(home)
        if visit.lives_in is not engine:
            await self._move_out(visit)
            visit.lives_in, visit.worn = engine, (-1, -1)
        source = self._sources.get(visit.identity)
        wanted = (engine.generation, visit.version)
        if visit.worn != wanted and source is not None:
            await engine.ask({"do": "wear", "session": visit.sid}, source.data)
            await engine.ask({"do": "options", "session": visit.sid, "options": visit.options | self._required})
            visit.worn = wanted
        return engine

    async def _move_out(self, visit: Visit) -> None:
        """Have the engine process that knows this session forget it."""
        engine, visit.lives_in = visit.lives_in, None
        if engine is not None and engine.alive:
            with contextlib.suppress(EngineLost):
                await engine.ask({"do": "close", "session": visit.sid})

    async def _answer(self, visit: Visit, frame: Frame, data: bytes, error: str, spent: float) -> None:
        for figures in (visit.figures, self.figures):
            figures.count(swapped=not error, milliseconds=spent)
        visit.done_at.append(self._clock())
        payload: dict[str, Any] = {"success": not error, "processed": frame.back(data)}
        if error:
            payload["error"] = error
        if frame.number is not None:
            payload["id"] = frame.number
        if visit.figures.frames % STATS_EVERY == 0:
            payload["stats"] = visit.stats()
        await self.wire.send(visit.sid, "processed_frame", payload)
