"""Time limits, places, minutes and faces, on a clock that the test turns."""

import asyncio
from typing import Any

import pytest

from faceswap_site.lib.errors import DomainError
from recognition.engine_processes.pipe import PipeMessage
from recognition.engine_processes.starting import EngineLost
from swaps.live.sentences import RESTARTED
from swaps.live.slots import Limits, NoPlaceFree, Places, Silent

from .fakes import Clock, Room, run, settle


def test_the_queue_keeps_its_order_and_forgets_who_left_it() -> None:
    clock = Clock()
    places = Places(Limits(sessions=1), clock)
    places.enter("alice", "a")
    for name, place in (("bob", 1), ("charlie", 2), ("bob", 1)):
        with pytest.raises(NoPlaceFree) as full:
            places.enter(name, name)
        assert full.value.place == place
    places.leave("a")
    with pytest.raises(NoPlaceFree):
        places.enter("charlie", "c")  # bob was first
    clock.now += 16
    assert places.enter("charlie", "c") is None  # bob never asked again


def test_idle_and_long_sessions_end_with_a_reason() -> None:
    async def story() -> None:
        room = Room(sessions=2)
        await room.hub.enter("idle", "alice", None)
        await room.hub.enter("busy", "bob", None)
        for _ in range(59):
            await room.frame("busy", after=1)
            await room.hub.tick()
        assert room.connections.reasons() == []
        await room.frame("busy", after=1)
        await room.hub.tick()
        assert room.connections.reasons() == [("idle", "idle_timeout")] and room.connections.closed == ["idle"]
        for _ in range(240):
            await room.frame("busy", after=1)
        await room.hub.tick()
        assert room.connections.reasons()[1:] == [("busy", "session_timeout")]
        assert len(room.hub.places) == 0 and not room.hub.sessions

    run(story)


def test_a_face_that_nobody_comes_for_is_forgotten() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.load_source("alice", b"face")
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
        await room.hub.load_source("alice", b"face")
        for _ in range(3):
            await room.frame("a", after=20)
        assert room.minutes == 1
        await room.frame("a", after=20)
        assert room.minutes == 0
        await room.frame("a", after=59)
        assert room.connections.reasons() == []
        await room.frame("a", after=1)
        assert room.connections.reasons() == [("a", "points")] and room.connections.closed == ["a"]
        assert not room.hub.has_source("alice")

    run(story)


def test_a_second_window_takes_over_with_face_minute_and_rate() -> None:
    async def story() -> None:
        room = Room(minutes=1, sessions=1)
        await room.hub.enter("first", "alice", 1)
        await room.hub.load_source("alice", b"face")
        await room.frame("first")
        await room.hub.enter("second", "alice", 1)
        assert room.connections.reasons() == [("first", "taken_over")] and room.connections.closed == ["first"]
        await room.frame("first")
        await room.frame("second")
        assert [answer["success"] for answer in room.connections.answers()] == [True, True]
        assert room.minutes == 0

    run(story)


def test_of_frames_that_wait_only_the_newest_is_kept() -> None:
    async def story() -> None:
        room = Room(fps=60)
        room.pool.engine.pause = asyncio.Event()
        await room.hub.enter("a", "alice", None)
        await room.hub.load_source("alice", b"face")
        for number in range(5):
            room.clock.now += 0.1
            await room.hub.frame("a", b"\xff\xd8 %d" % number)
            await settle()
        room.pool.engine.pause.set()
        await settle()
        assert [answer["processed"][-1:] for answer in room.connections.answers()] == [b"0", b"4"]

    run(story)


def test_a_client_that_does_not_keep_up_gets_fewer_frames() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.enter("a", "alice", None)
        room.connections.jammed = True
        await room.frame("a")
        assert room.connections.answers() == []

    run(story)


def test_a_lost_engine_costs_one_frame() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.enter("a", "alice", None)
        await room.hub.load_source("alice", b"face")
        await room.frame("a")
        room.pool.engine.pause = asyncio.Event()
        await room.hub.frame("a", b"\xff\xd8 lost")

        async def dies(*args: Any, **kwargs: Any) -> PipeMessage:
            room.pool.engine.alive = False
            raise EngineLost

        room.pool.engine.ask, asks = dies, room.pool.engine.ask  # type: ignore[method-assign]
        await room.frame("a")
        room.pool.engine.ask, room.pool.engine.pause = asks, None  # type: ignore[method-assign]
        await room.frame("a")
        last = room.connections.answers()[-2:]
        assert last[0]["error"] == RESTARTED and last[1]["success"]
        assert room.pool.engine.asked[-3:] == [
            "load_source",
            "options",
            "frame",
        ]  # the new process learnt the face first

    run(story)


def test_options_outside_their_range_are_refused() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.enter("a", "alice", None)
        room.hub.set_options("a", {"strength": 0.5, "mouth": "target", "preset": "natural", "blend": "poisson"})
        session = room.hub.sessions["a"]
        assert session.options == {"strength": 0.5, "mouth": "target", "preset": "natural"}
        with pytest.raises(DomainError):
            room.hub.set_options("a", {"strength": 7})

    run(story)


def test_who_shows_no_face_to_swap_makes_room_while_others_wait() -> None:
    async def story() -> None:
        room = Room(sessions=2)
        for name in ("idle", "busy"):
            await room.hub.enter(name, name, None)
        await room.hub.load_source("busy", b"face")
        for _ in range(40):  # both send frames, but only one of them has a face put on
            await room.frame("idle", after=0.5)
            await room.frame("busy", after=0.5)
        await room.hub.tick()
        assert room.connections.reasons() == []  # nobody waits
        for _ in range(15):
            with pytest.raises(NoPlaceFree):
                await room.hub.enter("late", "late", None)
            await room.frame("idle", after=0.5)
            await room.frame("busy", after=0.5)
        await room.hub.tick()
        assert room.connections.reasons() == [("idle", "not_used")]
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
