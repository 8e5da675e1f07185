"""Which queues and sweepers are alive: each says so in the cache every few seconds, and what is silent is gone."""

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django_q.status import Stat
from redis.exceptions import RedisError

_SWEEPERS = "sweepers-alive"
SECONDS_UNTIL_SILENT = 30


@dataclass(frozen=True)
class Alive:
    """A queue or a sweeper that was heard of just now."""

    host: str
    what: str
    processes: int
    state: str
    since: datetime


def sweeper_beats() -> None:
    """Say that this host's sweeper is alive. Part of the sweep."""
    now = timezone.now()
    heard: dict[str, datetime] = cache.get(_SWEEPERS) or {}
    fresh = {host: at for host, at in heard.items() if now - at < timedelta(seconds=SECONDS_UNTIL_SILENT)}
    cache.set(_SWEEPERS, fresh | {socket.gethostname(): now}, SECONDS_UNTIL_SILENT)


def alive() -> list[Alive]:
    """Every queue (django-q2's own heartbeat) and every sweeper that was heard of lately; none where Redis is away."""
    try:
        return _heard()
    except RedisError:
        return []


def _heard() -> list[Alive]:
    queues = [Alive(stat.host, "queue", len(stat.workers), str(stat.status), stat.tob) for stat in Stat.get_all()]
    sweepers = [Alive(host, "sweeper", 1, "alive", at) for host, at in (cache.get(_SWEEPERS) or {}).items()]
    return queues + sweepers
