"""How many requests a key may make in a window of time, counted in the database: one truth for all processes."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from . import key_use
from .models import RateWindow

WINDOW_SECONDS = 60
# In SQL: every request of every surface runs it, and Django's queries can't insert or add in one statement.
_ROWS = RateWindow._meta.db_table
_COUNT_ONE = f"""
    INSERT INTO {_ROWS} AS counted (subject, "window", count) VALUES (%s, %s, 1)
    ON CONFLICT (subject, "window") DO UPDATE SET count = counted.count + 1 WHERE counted.count < %s
    RETURNING count
"""


@dataclass(frozen=True)
class Allowance:
    """What is left of a limit: requests, and seconds until the window ends."""

    policy: str
    limit: int
    remaining: int
    resets_in: int
    granted: bool

    @property
    def headers(self) -> dict[str, str]:
        """The header fields of draft-ietf-httpapi-ratelimit-headers."""
        fields = {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={self.resets_in}',
        }
        return fields if self.granted else fields | {"Retry-After": str(self.resets_in)}


def take(subject: str, policy: str) -> Allowance:
    """Count one request of `subject` under a policy named in settings.RATE_LIMITS."""
    limit = int(settings.RATE_LIMITS[policy])
    window, passed = divmod(int(time.time()), WINDOW_SECONDS)
    # The condition is part of the statement, so of many requests at once exactly `limit` are granted.
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ONE, [subject, window, limit])
        counted = cursor.fetchone()
    left = 0 if counted is None else max(0, limit - counted[0])
    return Allowance(policy, limit, left, WINDOW_SECONDS - passed, granted=counted is not None)


def forget_old_windows() -> None:
    """Delete the counts of windows that are over, after adding those of keys to their days. Part of the sweep."""
    with transaction.atomic():
        over = list(RateWindow.objects.select_for_update().filter(window__lt=int(time.time()) // WINDOW_SECONDS - 1))
        key_use.add([(row.subject, row.window * WINDOW_SECONDS, row.count) for row in over])
        RateWindow.objects.filter(pk__in=[row.pk for row in over]).delete()
