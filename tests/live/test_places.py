"""The places that processes share, in a real Redis: a lease for its holder, and nothing once nobody renews it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import redis

from swaps.live import shared_slots
from swaps.live.session import Figures
from swaps.live.shared_slots import Shared
from swaps.live.slots import Limits, NoPlaceFree

pytestmark = [pytest.mark.redis, pytest.mark.xdist_group("live")]


@dataclass
class Holder:
    identity: str
    sid: str


ALICE, BOB = Holder("alice", "a"), Holder("bob", "b")


def with_two(redis_url: str, story: Callable[[Shared, Shared], Awaitable[None]]) -> None:
    """Play a story with two processes of a site with one place."""

    async def whole() -> None:
        prefix = uuid4().hex
        first, second = (
            Shared(redis_url, Limits(sessions=1), name=name, prefix=prefix) for name in ("first", "second")
        )
        try:
            await story(first, second)
        finally:
            await first.close()
            await second.close()

    asyncio.run(whole())


async def is_full(places: Shared, who: Holder) -> bool:
    try:
        await places.enter(who.identity, who.sid)
    except NoPlaceFree:
        return True
    return False


@pytest.mark.long
def test_a_place_is_kept_while_it_is_renewed_and_free_when_nobody_does(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_slots, "LEASE_SECONDS", 1)

    async def story(first: Shared, second: Shared) -> None:
        await first.enter(ALICE.identity, ALICE.sid)
        for _ in range(4):
            await asyncio.sleep(0.4)
            assert await first.keep([ALICE], Figures()) == []
            assert await is_full(second, BOB)
        await asyncio.sleep(1.1)
        assert not await is_full(second, BOB)

    with_two(redis_url, story)


def test_who_was_silent_too_long_gets_the_place_back_unless_the_person_moved(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_slots, "LEASE_SECONDS", 1)

    async def story(first: Shared, second: Shared) -> None:
        await first.enter(ALICE.identity, ALICE.sid)
        await asyncio.sleep(1.1)
        assert await first.keep([ALICE], Figures()) == []
        assert await is_full(second, BOB)
        assert await second.enter(ALICE.identity, "elsewhere") == ALICE.sid
        assert await first.keep([ALICE], Figures()) == [ALICE.sid]
        await first.leave(ALICE.identity, ALICE.sid)  # which is not hers any more
        assert await is_full(first, BOB)

    with_two(redis_url, story)


def test_a_place_that_is_given_up_while_others_are_renewed_stays_given_up(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(first: Shared, second: Shared) -> None:
        renew = first._keep

        async def late(**named: Any) -> Any:
            await asyncio.sleep(0.1)
            return await renew(**named)

        monkeypatch.setattr(first, "_keep", late)
        await first.enter(ALICE.identity, ALICE.sid)
        holders = {ALICE.sid: ALICE}
        renewed = asyncio.create_task(first.keep(holders.values(), Figures()))
        await asyncio.sleep(0)
        holders.clear()
        await asyncio.gather(first.leave(ALICE.identity, ALICE.sid), renewed)
        assert not await is_full(second, BOB)

    with_two(redis_url, story)


def test_nothing_is_left_once_nobody_is_there(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_slots, "LEASE_SECONDS", 1)

    async def story(first: Shared, second: Shared) -> None:
        with redis.Redis.from_url(redis_url) as server:
            before = set(server.scan_iter("*:live:s*"))
            await first.enter(ALICE.identity, ALICE.sid)
            assert set(server.scan_iter("*:live:s*")) - before
            await asyncio.sleep(1.2)
            assert set(server.scan_iter("*:live:s*")) - before == set()

    with_two(redis_url, story)
