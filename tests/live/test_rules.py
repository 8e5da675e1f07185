"""Rate, time limits and places, on a clock that the test turns."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from faceswap_site.lib.errors import DomainError
from swaps.live.hub import Hub
from swaps.live.pool import Answer, EngineLost
from swaps.live.rules import FrameRate, House, HouseFull, Limits, Silent
from swaps.live.words import RESTARTED


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class FakeEngine:
    """Answers like an engine process, at once; dies when told to."""

    def __init__(self) -> None:
        self.generation, self.alive, self.asked = 1, True, list[str]()
        self.pause: asyncio.Event | None = None

    async def start(self) -> None:
        if not self.alive:
            self.alive, self.generation = True, self.generation + 1

    async def ask(self, header: dict[str, Any], body: bytes = b"", *, seconds: float = 1.0) -> Answer:
        self.asked.append(header["do"])
        if not self.alive:
            raise EngineLost
        if self.pause is not None and header["do"] == "frame":
            await self.pause.wait()
        return Answer({"error": ""}, b"swapped " + body)


class FakePool:
    def __init__(self) -> None:
        self.engine = FakeEngine()

    def assign(self, session: str) -> FakeEngine:
        return self.engine

    async def standing_in(self, engine: FakeEngine) -> FakeEngine:
        await engine.start()
        return engine

    def release(self, session: str) -> None: ...

    async def stop(self) -> None: ...


class FakeWire:
    """Keeps what each connection was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Any]] = []
        self.closed: list[str] = []
        self.jammed = False

    async def send(self, sid: str, event: str, payload: dict[str, Any]) -> None:
        self.told.append((sid, event, payload))

    async def close(self, sid: str) -> None:
        self.closed.append(sid)

    def is_jammed(self, sid: str) -> bool:
        return self.jammed

    def answers(self) -> list[dict[str, Any]]:
        return [payload for _, event, payload in self.told if event == "processed_frame"]

    def reasons(self) -> list[tuple[str, str]]:
        return [(sid, payload["reason"]) for sid, event, payload in self.told if event == "status_update"]


class NobodyProtected:
    """Everyone may be used."""

    async def anyone(self) -> bool:
        return False

    async def allows(self, account: int | None, descriptor: list[float]) -> bool:
        return True


class Room:
    """A hub with everything around it faked, and an account with some minutes to spend."""

    def __init__(self, minutes: int = 100, **limits: Any) -> None:
        self.clock, self.pool, self.wire, self.minutes = Clock(), FakePool(), FakeWire(), minutes
        self.hub = Hub(
            limits=Limits(**limits),
            pool=self.pool,  # type: ignore[arg-type]
            wire=self.wire,
            pay=self.pay,
            watch=NobodyProtected(),
            clock=self.clock,
        )

    async def pay(self, account: int) -> bool:
        self.minutes -= 1
        return self.minutes >= 0

    async def frame(self, sid: str, *, after: float = 0.1) -> None:
        self.clock.now += after
        await self.hub.frame(sid, b"\xff\xd8 frame")
        await settle()


async def settle() -> None:
    """Let every task run until it waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await story()

    asyncio.run(whole())


@pytest.mark.parametrize("camera_fps", [10, 15, 16, 20, 30, 60, 1000])
def test_never_more_than_fifteen_frames_in_any_second(camera_fps: int) -> None:
    clock = Clock()
    rate, taken = FrameRate(15, clock), []
    for number in range(camera_fps * 4):
        clock.now = 1000 + number / camera_fps
        if rate.allows():
            taken.append(clock.now)
    assert all(sum(start <= other < start + 1 for other in taken) <= 15 for start in taken)
    assert len(taken) >= min(camera_fps, 13) * 4 - 4
    # Thinned evenly: no camera is left waiting for a quarter of a second.
    assert max(after - before for before, after in pairwise(taken)) < 0.25


def test_sixteen_frames_in_a_second_are_fifteen() -> None:
    clock = Clock()
    rate, taken = FrameRate(15, clock), 0
    for number in range(16):
        clock.now = 1000 + number / 16
        taken += rate.allows()
    assert taken == 15


def test_the_queue_keeps_its_order_and_forgets_who_left_it() -> None:
    clock = Clock()
    house = House(Limits(sessions=1), clock)
    house.enter("alice", "a")
    for name, place in (("bob", 1), ("charlie", 2), ("bob", 1)):
        with pytest.raises(HouseFull) as full:
            house.enter(name, name)
        assert full.value.place == place
    house.leave("a")
    with pytest.raises(HouseFull):
        house.enter("charlie", "c")  # bob was first
    clock.now += 16
    assert house.enter("charlie", "c") is None  # bob never asked again


def test_idle_and_long_sessions_end_with_a_reason() -> None:
    async def story() -> None:
        room = Room(sessions=2)
        await room.hub.enter("idle", "alice", None)
        await room.hub.enter("busy", "bob", None)
        for _ in range(59):
            await room.frame("busy", after=1)
            await room.hub.tick()
        assert room.wire.reasons() == []
        await room.frame("busy", after=1)
        await room.hub.tick()
        assert room.wire.reasons() == [("idle", "idle_timeout")] and room.wire.closed == ["idle"]
        for _ in range(240):
            await room.frame("busy", after=1)
        await room.hub.tick()
        assert room.wire.reasons()[1:] == [("busy", "session_timeout")]
        assert len(room.hub.house) == 0 and not room.hub.visits

    run(story)


def test_a_face_that_nobody_comes_to_wear_is_forgotten() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.wear("alice", b"face")
        room.clock.now += 59
        await room.hub.tick()
        assert room.hub.has_source("alice")
        room.clock.now += 1
        await room.hub.tick()
        assert not room.hub.has_source("alice")

    run(story)


def test_each_started_minute_costs_one_and_the_end_is_polite() -> None:
    async def story() -> None:
        room = Room(minutes=2)
        await room.hub.enter("a", "alice", 1)
        await room.frame("a")
        assert room.minutes == 2  # without a face to put on there is nothing to pay for
        await room.hub.wear("alice", b"face")
        for _ in range(3):
            await room.frame("a", after=20)
        assert room.minutes == 1
        await room.frame("a", after=20)
        assert room.minutes == 0
        await room.frame("a", after=59)
        assert room.wire.reasons() == []
        await room.frame("a", after=1)
        assert room.wire.reasons() == [("a", "points")] and room.wire.closed == ["a"]
        assert not room.hub.has_source("alice")

    run(story)


def test_a_second_window_takes_over_with_face_minute_and_rate() -> None:
    async def story() -> None:
        room = Room(minutes=1, sessions=1)
        await room.hub.enter("first", "alice", 1)
        await room.hub.wear("alice", b"face")
        await room.frame("first")
        await room.hub.enter("second", "alice", 1)
        assert room.wire.reasons() == [("first", "taken_over")] and room.wire.closed == ["first"]
        await room.frame("first")
        await room.frame("second")
        assert [answer["success"] for answer in room.wire.answers()] == [True, True]
        assert room.minutes == 0

    run(story)


def test_of_frames_that_wait_only_the_newest_is_kept() -> None:
    async def story() -> None:
        room = Room(fps=60)
        room.pool.engine.pause = asyncio.Event()
        await room.hub.enter("a", "alice", None)
        await room.hub.wear("alice", b"face")
        for number in range(5):
            room.clock.now += 0.1
            await room.hub.frame("a", b"\xff\xd8 %d" % number)
            await settle()
        room.pool.engine.pause.set()
        await settle()
        assert [answer["processed"][-1:] for answer in room.wire.answers()] == [b"0", b"4"]

    run(story)


def test_a_client_that_does_not_keep_up_gets_fewer_frames() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.enter("a", "alice", None)
        room.wire.jammed = True
        await room.frame("a")
        assert room.wire.answers() == []

    run(story)


def test_a_lost_engine_costs_one_frame() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.enter("a", "alice", None)
        await room.hub.wear("alice", b"face")
        await room.frame("a")
        room.pool.engine.pause = asyncio.Event()
        await room.hub.frame("a", b"\xff\xd8 lost")

        async def dies(*args: Any, **kwargs: Any) -> Answer:
            room.pool.engine.alive = False
            raise EngineLost

        room.pool.engine.ask, asks = dies, room.pool.engine.ask  # type: ignore[method-assign]
        await room.frame("a")
        room.pool.engine.ask, room.pool.engine.pause = asks, None  # type: ignore[method-assign]
        await room.frame("a")
        last = room.wire.answers()[-2:]
        assert last[0]["error"] == RESTARTED and last[1]["success"]
        assert room.pool.engine.asked[-3:] == ["wear", "options", "frame"]  # the new process learnt the face first

    run(story)


def test_options_outside_their_range_are_refused() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.enter("a", "alice", None)
        room.hub.set_options("a", {"strength": 0.5, "mouth": "target", "blend": "poisson"})
        visit = room.hub.visits["a"]
        assert visit.options == {"strength": 0.5, "mouth": "target"}
        with pytest.raises(DomainError):
            room.hub.set_options("a", {"strength": 7})

    run(story)


def test_who_shows_no_face_to_swap_makes_room_while_others_wait() -> None:
    async def story() -> None:
        room = Room(sessions=2)
        for name in ("idle", "busy"):
            await room.hub.enter(name, name, None)
        await room.hub.wear("busy", b"face")
        for _ in range(40):  # both send frames, but only one of them has a face put on
            await room.frame("idle", after=0.5)
            await room.frame("busy", after=0.5)
        await room.hub.tick()
        assert room.wire.reasons() == []  # nobody waits
        for _ in range(15):
            with pytest.raises(HouseFull):
                await room.hub.enter("late", "late", None)
            await room.frame("idle", after=0.5)
            await room.frame("busy", after=0.5)
        await room.hub.tick()
        assert room.wire.reasons() == [("idle", "not_used")]
        await room.hub.enter("late", "late", None)

    run(story)


def test_connections_that_never_come_in_are_told_apart_from_those_that_do() -> None:
    clock = Clock()
    silent = Silent(clock, seconds=10)
    assert silent.overdue(["a", "b"]) == []
    clock.now += 9.9
    assert silent.overdue(["a", "b"]) == []
    clock.now += 0.2
    assert silent.overdue(["b"]) == ["b"]  # the other one came in
    assert silent.overdue(["a"]) == []  # and was put out again: its time begins anew
