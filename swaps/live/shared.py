"""Places and figures that several web processes share through Redis.

A seat is kept only while its process says so every second, so that the seats of a process that died become free.
"""

import json
import time
from collections.abc import Iterable
from typing import Any

import redis.asyncio

from swaps.live.rules import HouseFull, Limits
from swaps.live.visit import Figures

SEAT_SECONDS = 10
SEATS = "live:seats"  # who has one, by when it falls free
_KEYS = (SEATS, "live:sids", "live:waiting", "live:asked")
_FIGURES = "live:figures:"

# One script, so that two processes can't both give away the last place.
_ENTER = """
local identity, sid, now, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('HDEL', KEYS[2], gone)
end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now - tonumber(ARGV[6]))) do
  redis.call('ZREM', KEYS[3], gone)
  redis.call('ZREM', KEYS[4], gone)
end
local earlier = redis.call('HGET', KEYS[2], identity)
if not earlier then
  local free = math.max(most - redis.call('ZCARD', KEYS[1]), 0)
  local place = redis.call('ZRANK', KEYS[3], identity) or redis.call('ZCARD', KEYS[3])
  if place >= free then
    redis.call('ZADD', KEYS[3], 'NX', now, identity)
    redis.call('ZADD', KEYS[4], now, identity)
    return {0, place - free + 1}
  end
end
redis.call('ZREM', KEYS[3], identity)
redis.call('ZREM', KEYS[4], identity)
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[5]), identity)
redis.call('HSET', KEYS[2], identity, sid)
return {1, earlier or ''}
"""
_LEAVE = """
if redis.call('HGET', KEYS[2], ARGV[1]) == ARGV[2] then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[1], ARGV[1])
end
"""


class Shared:
    """The seats of all web processes, and the figures of each."""

    def __init__(self, url: str, limits: Limits, name: str) -> None:
        self._redis: Any = redis.asyncio.from_url(url)
        self._enter = self._redis.register_script(_ENTER)
        self._leave = self._redis.register_script(_LEAVE)
        self._limits = limits
        self._name = name

    async def enter(self, identity: str, sid: str) -> str:
        """Take a place; return the connection, of whichever process, that the person had before, or "".

        Raises
        ------
        HouseFull
        """
        limits = self._limits
        arguments = (identity, sid, time.time(), limits.sessions, SEAT_SECONDS, limits.waiting_seconds)
        inside, value = await self._enter(keys=_KEYS, args=arguments)
        if not inside:
            raise HouseFull(int(value))
        return value.decode() if isinstance(value, bytes) else str(value)

    async def leave(self, identity: str, sid: str) -> None:
        """Give the place up, unless another connection of the person has taken it over."""
        await self._leave(keys=_KEYS, args=(identity, sid))

    async def keep(self, identities: Iterable[str], figures: Figures) -> None:
        """Say that these sessions go on, and what this process has counted so far."""
        until = time.time() + SEAT_SECONDS
        async with self._redis.pipeline(transaction=False) as pipeline:
            for identity in identities:
                pipeline.zadd(_KEYS[0], {identity: until}, xx=True)
            pipeline.set(_FIGURES + self._name, json.dumps(vars(figures)), ex=SEAT_SECONDS)
            await pipeline.execute()

    async def others(self) -> Figures:
        """The figures of all other processes together, at most a second old."""
        total = Figures()
        async for key in self._redis.scan_iter(_FIGURES + "*"):
            value = await self._redis.get(key) if key.decode() != _FIGURES + self._name else None
            for name, number in (json.loads(value) if value else {}).items():
                setattr(total, name, getattr(total, name) + number)
        return total

    async def close(self) -> None:
        await self._redis.aclose()
