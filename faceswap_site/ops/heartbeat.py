"""Which queues and sweepers are alive: each says so every few seconds, and what is silent is gone."""

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django_q.status import Stat
from redis.exceptions import RedisError

from .models import Heartbeat

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
    """Say that this host's sweeper is alive, in a row of its own, so that no two lose each other. Part of the sweep."""
    now = timezone.now()
    Heartbeat.objects.bulk_create(
        [Heartbeat(host=socket.gethostname(), at=now)],
        update_conflicts=True,
        unique_fields=["host"],
        update_fields=["at"],
    )
    Heartbeat.objects.filter(at__lt=now - timedelta(days=1)).delete()


def alive() -> list[Alive]:
    """Every queue (django-q2's own heartbeat) and sweeper that was heard of lately; no queue where Redis is away."""
    heard_since = timezone.now() - timedelta(seconds=SECONDS_UNTIL_SILENT)
    sweepers = Heartbeat.objects.filter(at__gte=heard_since).order_by("host")
    return [*_queues(), *(Alive(beat.host, "sweeper", 1, "alive", beat.at) for beat in sweepers)]


def _queues() -> list[Alive]:
    try:
        return [Alive(stat.host, "queue", len(stat.workers), str(stat.status), stat.tob) for stat in Stat.get_all()]
    except RedisError:
        return []
