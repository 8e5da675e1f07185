"""The face before the camera is looked at before it is changed, and again when it may be another one."""

import asyncio
from collections.abc import Awaitable, Callable

import cv2
import numpy as np
import pytest

from recognition.engine_processes.calls import Calls
from swaps.live.hub import Hub
from swaps.live.pool import Pool
from swaps.live.protection_check import CLEAR_SECONDS
from swaps.live.slots import Limits
from tests.bench.live import camera_path, portrait

from .fakes import Clock, FakeConnections, answered, with_known_source

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("live"), pytest.mark.long]

EMPTY = bytes(cv2.imencode(".jpg", np.full((480, 640, 3), 90, np.uint8))[1])


class Watchman:
    """Keeps the descriptors that it was asked about; lets everyone pass until told otherwise."""

    def __init__(self) -> None:
        self.protects_someone, self.lets_pass, self.minutes = True, True, 10
        self.seen: list[list[float]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def anyone(self) -> bool:
        return self.protects_someone

    async def allows(self, account: int | None, descriptor: list[float]) -> bool:
        self.seen.append(descriptor)
        await self.gate.wait()
        return self.lets_pass

    async def pay(self, account: int, over: int) -> bool:
        self.minutes -= 1
        return True


class Stage:
    """A hub with one real engine process, a watchman and a clock."""

    def __init__(self) -> None:
        self.clock, self.connections, self.watch = Clock(), FakeConnections(), Watchman()
        self.hub = Hub(
            limits=Limits(fps=120),
            pool=Pool(1, Calls(1)),
            connections=self.connections,
            pay=self.watch.pay,
            watch=self.watch,
            clock=self.clock,
        )

    async def send(self, frame: bytes) -> None:
        self.clock.now += 0.1
        await self.hub.frame("alice", frame)

    async def show(self, frame: bytes) -> bool:
        """Whether a frame comes back changed."""
        count = len(self.connections.answers())
        await self.send(frame)
        await answered(self.connections, count + 1)
        return bool(self.connections.answers()[-1]["success"])

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0.005)


def play(story: Callable[[Stage, bytes], Awaitable[None]]) -> None:
    async def whole() -> None:
        stage = Stage()
        try:
            await with_known_source(stage.hub, "alice")
            stage.hub.sessions["alice"].account = 1
            await story(stage, next(camera_path(portrait("obama.jpg"), 1)))
        finally:
            await stage.hub.stop()

    asyncio.run(whole())


def test_no_changed_frame_leaves_before_the_face_was_looked_at() -> None:
    async def story(stage: Stage, frame: bytes) -> None:
        stage.watch.gate.clear()
        await stage.send(frame)
        await stage.until(lambda: len(stage.watch.seen) == 1)
        await stage.send(frame)
        assert stage.connections.answers() == []
        stage.watch.gate.set()
        await answered(stage.connections, 2)
        assert [answer["success"] for answer in stage.connections.answers()] == [True, True]
        assert len(stage.watch.seen[0]) == 128 and len(stage.watch.seen) == 1

    play(story)


def test_a_protected_face_ends_the_session_before_anything_is_paid() -> None:
    async def story(stage: Stage, frame: bytes) -> None:
        stage.watch.lets_pass = False
        await stage.send(frame)
        await stage.until(lambda: stage.connections.closed == ["alice"])
        assert stage.connections.reasons() == [("alice", "protected_person")]
        assert stage.connections.answers() == [] and not stage.hub.sessions
        assert stage.watch.minutes == 10 and not stage.hub.has_source("alice")

    play(story)


def test_a_face_that_comes_after_a_loss_is_looked_at_anew() -> None:
    async def story(stage: Stage, frame: bytes) -> None:
        assert await stage.show(frame) and await stage.show(frame)
        assert len(stage.watch.seen) == 1
        assert not await stage.show(EMPTY)
        stage.watch.lets_pass = False
        await stage.send(frame)
        await stage.until(lambda: stage.connections.closed == ["alice"])
        assert len(stage.watch.seen) == 2 and stage.hub.sessions == {}

    play(story)


def test_a_face_that_stays_is_looked_at_every_few_seconds() -> None:
    async def story(stage: Stage, frame: bytes) -> None:
        for _ in range(int(2 * CLEAR_SECONDS / 0.5)):
            stage.clock.now += 0.4
            assert await stage.show(frame)
        assert 2 <= len(stage.watch.seen) <= 3

    play(story)


def test_where_nobody_is_protected_nothing_is_looked_at_until_somebody_is() -> None:
    async def story(stage: Stage, frame: bytes) -> None:
        stage.watch.protects_someone = False
        assert await stage.show(frame)
        assert stage.watch.seen == []
        stage.watch.protects_someone = True
        stage.clock.now += CLEAR_SECONDS
        assert await stage.show(frame)
        assert len(stage.watch.seen) == 1

    play(story)
