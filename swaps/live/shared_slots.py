"""Places and figures that several web processes share through Redis.

A place is a lease of some seconds that its holder renews every second, so that the places of a process that died become
free. A holder that was silent for too long takes its place again, unless the person has another connection by now.
"""

import asyncio
import json
import math
import time
from collections.abc import Collection
from typing import Any, Protocol

import redis.asyncio

from .session import Figures
from .slots import Limits, NoPlaceFree

LEASE_SECONDS = 10


def places_key(prefix: str) -> str:
    """Where it is written who has a place, by when it falls free; sites that share a Redis differ in `prefix`."""
    return f"{prefix}:live:seats"  # an older word, kept for the minute in which two releases run side by side


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
    redis.call('EXPIRE', KEYS[3], ARGV[6])
    redis.call('EXPIRE', KEYS[4], ARGV[6])
    return {0, place - free + 1}
  end
end
redis.call('ZREM', KEYS[3], identity)
redis.call('ZREM', KEYS[4], identity)
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[5]), identity)
redis.call('HSET', KEYS[2], identity, sid)
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[5])
return {1, earlier or ''}
"""
_LEAVE = """
if redis.call('HGET', KEYS[2], ARGV[1]) == ARGV[2] then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[1], ARGV[1])
end
"""
# Renews the places of pairs of a person and a connection; returns the connections whose person has another one.
_KEEP = """
local lost = {}
for i = 3, #ARGV, 2 do
  local holder = redis.call('HGET', KEYS[2], ARGV[i])
  if holder and holder ~= ARGV[i + 1] then
    table.insert(lost, ARGV[i + 1])
  else
    redis.call('ZADD', KEYS[1], ARGV[1], ARGV[i])
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return lost
"""


class Holder(Protocol):
    """Somebody who has a place, and by which connection."""

    identity: str
    sid: str


class Shared:
    """The places of all web processes, and the figures of each."""

    def __init__(self, url: str, limits: Limits, *, name: str, prefix: str) -> None:
        self._redis: Any = redis.asyncio.from_url(url)
        self._enter, self._leave, self._keep = map(self._redis.register_script, (_ENTER, _LEAVE, _KEEP))
        self._limits = limits
        self._keys = (places_key(prefix), *(f"{prefix}:live:{what}" for what in ("sids", "waiting", "asked")))
        self._figures = f"{prefix}:live:figures:"
        self._name = name
        self._lock = asyncio.Lock()

    async def enter(self, identity: str, sid: str) -> str:
        """Take a place; return the connection, of whichever process, that the person had before, or "".

        Raises
        ------
        NoPlaceFree
        """
        limits = self._limits
        arguments = (identity, sid, time.time(), limits.sessions, LEASE_SECONDS, math.ceil(limits.waiting_seconds))
        async with self._lock:
            inside, value = await self._enter(keys=self._keys, args=arguments)
        if not inside:
            raise NoPlaceFree(int(value))
        return value.decode() if isinstance(value, bytes) else str(value)

    async def leave(self, identity: str, sid: str) -> None:
        """Give the place up, unless another connection of the person has taken it over."""
        async with self._lock:
            await self._leave(keys=self._keys, args=(identity, sid))

    async def keep(self, holders: Collection[Holder], figures: Figures) -> list[str]:
        """Renew these places and say what this process has counted so far.

        Returns
        -------
        list of str
            The connections that have no place any more, because their person came in by another one.
        """
        # Who leaves is gone from `holders` first: under the lock no place is renewed after it was given up.
        async with self._lock:
            pairs = [word for one in holders for word in (one.identity, one.sid)]
            lost = await self._keep(keys=self._keys, args=(time.time() + LEASE_SECONDS, LEASE_SECONDS, *pairs))
        await self._redis.set(self._figures + self._name, json.dumps(vars(figures)), ex=LEASE_SECONDS)
        return [sid.decode() for sid in lost]

    async def others(self) -> Figures:
        """The figures of all other processes together, at most a second old."""
        total = Figures()
        async for key in self._redis.scan_iter(self._figures + "*"):
            value = await self._redis.get(key) if key.decode() != self._figures + self._name else None
            for name, number in (json.loads(value) if value else {}).items():
                setattr(total, name, getattr(total, name) + number)
        return total

    async def close(self) -> None:
        await self._redis.aclose()
