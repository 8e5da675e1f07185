"""How many people are live now, for whoever runs the site."""

import time

import redis
from django.conf import settings

from . import server
from .shared import seats_key


def open_sessions() -> int:
    """Sessions of all web processes; without Redis there is one, and it knows its own."""
    if not settings.REDIS_URL:
        return len(server.hub.visits)
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as shared:
        return int(shared.zcount(seats_key(settings.REDIS_PREFIX), time.time(), "+inf"))
