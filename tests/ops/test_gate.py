"""The gate: what is too much is refused at once, senders have turns, and nobody's turn is kept for who is gone."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from faceswap_site.lib.errors import Overloaded, TooManyRequests
from faceswap_site.lib.http.gate import Bounds, ClientGone, Lane, sender_of, time_left
from faceswap_site.lib.http.waiting import Message

ALICE, BOB = b"alice", b"bob"


async def stays() -> Message:
    await asyncio.sleep(3600)
    return {"type": "http.disconnect"}


async def leaves() -> Message:
    return {"type": "http.disconnect"}


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(30):
            await story()

    asyncio.run(whole())


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Crowd:
    """Requests in a lane: each notes when it is let in, and stays until it is sent away."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.inside: list[str] = []
        self._tasks: dict[str, tuple[asyncio.Task[None], asyncio.Event]] = {}

    async def comes(self, name: str, sender: bytes, receive: Any = stays, **more: bool) -> None:
        away = asyncio.Event()

        async def request() -> None:
            async with self.lane.turn(sender, receive, **more):
                self.inside.append(name)
                await away.wait()

        self._tasks[name] = asyncio.create_task(request()), away
        await settle()

    async def goes(self, name: str) -> None:
        task, away = self._tasks[name]
        away.set()
        await task
        await settle()

    def failure(self, name: str) -> BaseException | None:
        task, _away = self._tasks[name]
        return task.exception() if task.done() else None

    async def all_go(self) -> None:
        for task, _away in self._tasks.values():
            task.cancel()
        await asyncio.gather(*(task for task, _away in self._tasks.values()), return_exceptions=True)


def test_what_a_lane_can_neither_run_nor_keep_waiting_is_refused() -> None:
    async def story() -> None:
        crowd = Crowd(Lane("test", Bounds(running=1, waiting=1)))
        for name in ("runs", "waits", "too many"):
            await crowd.comes(name, ALICE)
        refusal = crowd.failure("too many")
        assert isinstance(refusal, Overloaded) and refusal.details["retry_after"]
        with pytest.raises(Overloaded):  # as it is asked before a body is read
            crowd.lane.check(BOB)
        assert (crowd.lane.running, crowd.lane.waiting, crowd.lane.refused) == (1, 1, 2)
        await crowd.goes("runs")
        assert crowd.inside == ["runs", "waits"]
        await crowd.goes("waits")
        assert (crowd.lane.running, crowd.lane.waiting) == (0, 0)

    run(story)


def test_who_waits_too_long_is_refused_and_leaves_the_queue() -> None:
    async def story() -> None:
        crowd = Crowd(Lane("test", Bounds(running=1, waiting=5, patience=0.05)))
        await crowd.comes("runs", ALICE)
        await crowd.comes("waits", BOB)
        while crowd.failure("waits") is None:
            await asyncio.sleep(0.01)
        assert isinstance(crowd.failure("waits"), Overloaded) and crowd.lane.waiting == 0
        await crowd.goes("runs")
        assert crowd.lane.running == 0

    run(story)


def test_who_left_is_not_answered_and_keeps_no_thread() -> None:
    async def story() -> None:
        crowd = Crowd(Lane("test", Bounds(running=1, waiting=5)))
        await crowd.comes("runs", ALICE)
        await crowd.comes("leaves", BOB, leaves)
        assert isinstance(crowd.failure("leaves"), ClientGone) and crowd.lane.dropped == 1
        await crowd.comes("stays", BOB)
        await crowd.goes("runs")
        assert crowd.inside == ["runs", "stays"]
        await crowd.all_go()
        assert (crowd.lane.running, crowd.lane.waiting) == (0, 0)

    run(story)


def test_a_sender_has_its_share_and_the_rest_is_for_others() -> None:
    async def story() -> None:
        crowd = Crowd(Lane("test", Bounds(running=2, waiting=9, share=1, own_waiting=2)))
        for number in range(3):
            await crowd.comes(f"alice {number}", ALICE)
        assert crowd.inside == ["alice 0"]
        with pytest.raises(TooManyRequests):
            crowd.lane.check(ALICE)
        await crowd.comes("bob", BOB)
        assert crowd.inside == ["alice 0", "bob"]
        await crowd.all_go()

    run(story)


def test_senders_take_turns() -> None:
    async def story() -> None:
        crowd = Crowd(Lane("test", Bounds(running=1, waiting=9)))
        for name in ("alice 0", "alice 1", "alice 2", "bob 0", "bob 1"):
            await crowd.comes(name, name.split()[0].encode())
        for name in ("alice 0", "alice 1", "bob 0", "alice 2"):
            await crowd.goes(name)
        assert crowd.inside == ["alice 0", "alice 1", "bob 0", "alice 2", "bob 1"]
        await crowd.all_go()

    run(story)


def test_what_was_let_in_before_is_not_refused() -> None:
    async def story() -> None:
        crowd = Crowd(Lane("test", Bounds(running=1, waiting=0, patience=0.01)))
        await crowd.comes("runs", ALICE)
        await crowd.comes("second pass", BOB, admitted=True)
        await asyncio.sleep(0.05)
        await crowd.goes("runs")
        assert crowd.inside == ["runs", "second pass"]
        await crowd.all_go()

    run(story)


def test_no_more_answers_are_kept_back_than_may_be() -> None:
    for may_wait in (True, False):
        lane = Lane("test", Bounds(running=1, waiting=1, may_wait=may_wait))
        if may_wait:
            with pytest.raises(Overloaded):
                lane.check(ALICE, waits=True)
        else:
            lane.check(ALICE, waits=True)


def test_work_knows_how_long_its_answer_is_wanted() -> None:
    async def story() -> None:
        gone = asyncio.Event()

        async def until_gone() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        assert time_left(7) == 7
        async with Lane("test", Bounds(running=1, waiting=0, seconds=5)).turn(ALICE, until_gone):
            assert 4 < time_left(7) <= 5 and time_left(1) == 1
            gone.set()
            await settle()
            assert time_left(7) == 0
        assert time_left(7) == 7

    run(story)


def test_a_sender_is_known_by_key_session_or_address() -> None:
    def sender(*headers: tuple[bytes, bytes]) -> bytes:
        return sender_of({"headers": list(headers), "client": ("192.0.2.1", 1)})

    assert sender((b"authorization", b"Bearer A")) != sender((b"authorization", b"Bearer B"))
    assert sender((b"cookie", b"csrftoken=x; sessionid=A")) == sender((b"cookie", b"sessionid=A; other=y"))
    assert sender((b"cookie", b"csrftoken=x")) == sender() == b"192.0.2.1"


async def whole_stack(stack: AsyncExitStack, lane: Lane, count: int) -> None:
    for number in range(count):
        await stack.enter_async_context(lane.turn(str(number).encode(), stays))


def test_full_lanes_leave_the_others_alone() -> None:
    async def story() -> None:
        full, other = (Lane(name, Bounds(running=2, waiting=0)) for name in ("full", "other"))
        async with AsyncExitStack() as stack:
            await whole_stack(stack, full, 2)
            with pytest.raises(Overloaded):
                await whole_stack(stack, full, 1)
            await whole_stack(stack, other, 2)

    run(story)
