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
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from recognition.engine_processes.process import EngineProcess
from recognition.engine_processes.starting import EngineLost

from .frame_rate import Clock, FrameRate
from .frame_swap import CLASSIC, ENGINE_LOADING, NO_SOURCE, LiveOptions
from .pool import Pool
from .protection_check import MayNotBeUsed, Watch
from .sentences import ENDINGS, FAILED, LOADING, RESTARTED, STOOD_IN, said
from .session import CameraFrame, Figures, FrameRefused, Session, read_frame
from .shared_slots import Shared
from .slots import Limits, Places

logger = logging.getLogger(__name__)

MINUTE = 60.0
STATS_EVERY = 30
_LIVE_OPTIONS = {field.name for field in fields(LiveOptions)}


class Connections(Protocol):
    """How the hub reaches a connection."""

    async def send(self, sid: str, event: str, payload: dict[str, Any]) -> None: ...

    async def close(self, sid: str) -> None: ...

    def is_jammed(self, sid: str) -> bool: ...


@dataclass(frozen=True)
class Source:
    """A prepared face as an engine process wrote it, and when it was last of use."""

    data: bytes
    at: float


# Takes one minute's price from an account, and so many points more for its engine; False where its points don't reach.
PayMinute = Callable[[int, int], Awaitable[bool]]


def _price(engines: list[dict[str, Any]]) -> int:
    return int(engines[0]["price"]) if engines else 0


class Hub:
    """All live sessions of this process."""

    def __init__(
        self,
        *,
        limits: Limits,
        pool: Pool,
        connections: Connections,
        pay: PayMinute,
        watch: Watch,
        clock: Clock = time.monotonic,
        shared: Shared | None = None,
        require_label: bool = False,
        engine_megabytes: int = 0,
    ) -> None:
        self.limits, self.pool, self.connections, self.shared = limits, pool, connections, shared
        # Where places are counted for all processes together, this one's own are never all taken.
        self.places = Places(replace(limits, sessions=sys.maxsize) if shared else limits, clock)
        self.figures = Figures()
        self.newest_milliseconds = 0.0  # what the newest swapped frame took
        self.sessions: dict[str, Session] = {}
        self._pay, self._watch = pay, watch
        self._required = {"label": True} if require_label else {}
        self._engine_megabytes = engine_megabytes
        self._clock = clock
        self._sources: dict[str, Source] = {}
        self._versions = itertools.count(1)

    async def enter(self, sid: str, identity: str, account: int | None, *, language: str = "en") -> None:
        """Begin a session; an earlier connection of the same person is told why it ends.

        Raises
        ------
        NoPlaceFree
        """
        elsewhere = await self.shared.enter(identity, sid) if self.shared else ""
        earlier = self.places.enter(identity, sid)
        if elsewhere and (earlier is None or earlier.sid != elsewhere):
            await self._say_goodbye(elsewhere, "taken_over", language)
        session = Session(sid, identity, account, FrameRate(self.limits.fps, self._clock), language=language)
        if earlier is not None:
            before = self.sessions.get(earlier.sid)
            if before is not None:
                # Minutes and rate go with the person, so that a second window buys nothing.
                session.paid_until, session.rate, session.options = before.paid_until, before.rate, before.options
                session.engines = before.engines
            await self._end(earlier.sid, "taken_over")
        session.version = next(self._versions)
        self.sessions[sid] = session
        session.task = asyncio.create_task(self._work(session))

    async def leave(self, sid: str) -> None:
        """End a session whose connection is gone: nothing of it is kept."""
        self.places.leave(sid)
        session = self.sessions.pop(sid, None)
        if session is None:
            return
        if self.places.of(session.identity) is None:
            self._sources.pop(session.identity, None)
        if self.shared:
            await self.shared.leave(session.identity, sid)
        if session.task is not None:
            session.task.cancel()
        self.pool.release(sid)
        await self._close_in_engine(session)

    async def prepare(self, photo: bytes, *, max_bytes: int, max_pixels: int) -> tuple[bytes, list[float]]:
        """Make a face photo ready: the prepared face and its 128 numbers.

        Raises
        ------
        DomainError
            Where it shows no usable face, or can't be worked on at this moment.
        TooBusy
        """
        return await self.pool.prepare(photo, max_bytes=max_bytes, max_pixels=max_pixels)

    async def load_source(self, identity: str, prepared: bytes) -> None:
        """Put a prepared face on a person, who may be live already or is about to be."""
        self._sources[identity] = Source(prepared, self._clock())
        place = self.places.of(identity)
        if place is not None:
            session = self.sessions[place.sid]
            session.version = next(self._versions)
            with contextlib.suppress(EngineLost):  # the first frame tries again
                await self._ready(session)

    def has_source(self, identity: str) -> bool:
        return identity in self._sources

    async def clear(self, identity: str) -> None:
        """Take the face off and forget it."""
        self._sources.pop(identity, None)
        place = self.places.of(identity)
        if place is not None:
            session = self.sessions[place.sid]
            session.version, session.last = next(self._versions), b""
            await self._close_in_engine(session)

    def set_options(self, sid: str, wanted: Any, engines: list[dict[str, Any]] | None = None) -> None:
        """Change a session's options, and its engines where they are given; OptionError for a value out of range."""
        session = self.sessions.get(sid)
        if session is None:
            return
        options = {name: value for name, value in dict(wanted or {}).items() if name in _LIVE_OPTIONS}
        LiveOptions(**options)
        session.options, session.version = options, next(self._versions)
        if engines is not None and engines != session.engines:
            if _price(engines) > _price(session.engines):
                session.paid_until = 0.0  # a minute of that engine begins
            session.engines, session.made_by = engines, ""

    async def frame(self, sid: str, payload: Any) -> None:
        """Take a frame in; too many a second are dropped silently, and of those that wait only the newest is kept."""
        session = self.sessions.get(sid)
        if session is None:
            return
        self.places.touch(sid)
        if not session.rate.allows() or self.connections.is_jammed(sid):
            return
        try:
            frame = read_frame(payload)
        except FrameRefused as error:
            session.figures.count(swapped=False, milliseconds=0)
            self.figures.count(swapped=False, milliseconds=0)
            await self.connections.send(sid, "processed_frame", {"success": False, "error": str(error)})
            return
        session.offer(frame)

    async def tick(self) -> None:
        """Look after the clock: end what is overdue, forget faces that nobody came for."""
        for place, reason in self.places.overdue():
            await self._end(place.sid, reason)
        if self.shared:
            for sid in await self.shared.keep(self.sessions.values(), self.figures):
                if sid in self.sessions:
                    await self._end(sid, "taken_over")
        await self.pool.end_idle()
        now = self._clock()
        for identity, source in list(self._sources.items()):
            if self.places.of(identity) is None and now - source.at >= self.limits.idle_seconds:
                del self._sources[identity]

    async def stop(self) -> None:
        """Tell everyone and end the engine processes."""
        for sid in list(self.sessions):
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
        # Without a place before anything is awaited, so that no second look ends it again.
        self.places.leave(sid)
        session = self.sessions.get(sid)
        await self.leave(sid)
        await self._say_goodbye(sid, reason, session.language if session else "en")

    async def _say_goodbye(self, sid: str, reason: str, language: str) -> None:
        """Tell a connection, of whichever process, why it ends, and end it."""
        message = said(ENDINGS[reason], language, vars(self.limits))
        await self.connections.send(sid, "status_update", {"message": message, "reason": reason})
        await self.connections.close(sid)

    async def _work(self, session: Session) -> None:
        while True:
            frame = await session.take()
            try:
                await self._one(session, frame)
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.exception("a live frame failed")
                await self._answer(session, frame, frame.data, said(FAILED, session.language), 0.0)

    async def _one(self, session: Session, frame: CameraFrame) -> None:
        if not self.has_source(session.identity):
            await self._answer(session, frame, frame.data, NO_SOURCE, 0.0)
            return
        try:
            engine = await self._ready(session)
            started, at = time.perf_counter(), self._clock()
            answer = await session.clearance.swapped(
                lambda face: engine.ask({"do": "frame", "session": session.sid, "at": at, "cleared": face}, frame.data),
                self._watch,
                session.account,
                at,
            )
        except EngineLost:
            await self._answer(session, frame, frame.data, said(RESTARTED, session.language), 0.0)
            return
        except MayNotBeUsed:
            self._end_soon(session, "protected_person")
            return
        spent = (time.perf_counter() - started) * 1000
        error = answer.header["error"]
        if error == ENGINE_LOADING:
            error = said(LOADING, session.language)
        if not error:
            await self._tell_who_made(session, answer.header.get("engine", CLASSIC))
            # Only now: a frame that nothing could be done with, or nothing may, is not paid.
            if not await self._paid(session):
                self._end_soon(session, "points")
                return
            self.places.serve(session.sid)
            session.last, self.newest_milliseconds = answer.body, round(spent, 1)
        await self._answer(session, frame, answer.body, error, spent)

    def _end_soon(self, session: Session, reason: str) -> None:
        # In a task of its own: ending the session cancels the one that we are in.
        session.ending = asyncio.create_task(self._end(session.sid, reason))

    async def _paid(self, session: Session) -> bool:
        now = self._clock()
        if session.account is None or now < session.paid_until:
            return True
        if not await self._pay(session.account, _price([e for e in session.engines if e["name"] == session.made_by])):
            return False
        session.paid_until = now + MINUTE
        return True

    async def _tell_who_made(self, session: Session, engine: str) -> None:
        """Say so where another engine stands in for the one that was chosen."""
        asked = session.engines[0]["name"] if session.engines else CLASSIC
        if engine != session.made_by and engine != asked:
            message = said(STOOD_IN, session.language, {"asked": asked, "engine": engine})
            payload = {"message": message, "reason": "engine_stood_in"}
            await self.connections.send(session.sid, "status_update", payload)
        session.made_by = engine

    async def _ready(self, session: Session) -> EngineProcess:
        """The engine process for a session's next frame, running and knowing its newest face and options."""
        home = session.engine = session.engine or self.pool.assign(session.sid)
        engine = await self.pool.running_for(home)
        if session.known_to is not engine:
            await self._close_in_engine(session)
            session.known_to, session.told = engine, (-1, -1)
        source = self._sources.get(session.identity)
        wanted = (engine.generation, session.version)
        if session.told != wanted and source is not None:
            await engine.ask({"do": "load_source", "session": session.sid}, source.data)
            wish = {"engines": session.engines, "megabytes": self._engine_megabytes}
            options = session.options | self._required
            await engine.ask({"do": "options", "session": session.sid, "options": options, **wish})
            session.told = wanted
        return engine

    async def _close_in_engine(self, session: Session) -> None:
        """Have the engine process that knows this session forget it."""
        engine, session.known_to = session.known_to, None
        if engine is not None and engine.alive:
            with contextlib.suppress(EngineLost):
                await engine.ask({"do": "close", "session": session.sid})

    async def _answer(self, session: Session, frame: CameraFrame, data: bytes, error: str, spent: float) -> None:
        for figures in (session.figures, self.figures):
            figures.count(swapped=not error, milliseconds=spent)
        session.done_at.append(self._clock())
        payload: dict[str, Any] = {"success": not error, "processed": frame.back(data)}
        if error:
            payload["error"] = error
        if frame.number is not None:
            payload["id"] = frame.number
        if session.figures.frames % STATS_EVERY == 0:
            payload["stats"] = session.stats()
        await self.connections.send(session.sid, "processed_frame", payload)
