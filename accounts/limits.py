"""How many requests a key may make in a window of time, counted in the database: one truth for all processes."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from . import key_use
from .models import RateWindow

WINDOW_SECONDS = 60


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
    rows = RateWindow.objects.filter(subject=subject, window=window)
    # The condition is part of the UPDATE, so of many requests at once exactly `limit` are granted.
    granted = bool(rows.filter(count__lt=limit).update(count=F("count") + 1))
    if not granted and not rows.filter(count__gte=limit).exists():
        # The window's first request, or one that came beside it and looked before its row was there.
        granted = _first_of_window(subject, window) or bool(rows.filter(count__lt=limit).update(count=F("count") + 1))
    used = rows.values_list("count", flat=True).first() or 0
    return Allowance(policy, limit, max(0, limit - used), WINDOW_SECONDS - passed, granted)


def forget_old_windows() -> None:
    """Delete the counts of windows that are over, after adding those of keys to their days. Part of the sweep."""
    with transaction.atomic():
        over = list(RateWindow.objects.select_for_update().filter(window__lt=int(time.time()) // WINDOW_SECONDS - 1))
        key_use.add([(row.subject, row.window * WINDOW_SECONDS, row.count) for row in over])
        RateWindow.objects.filter(pk__in=[row.pk for row in over]).delete()


def _first_of_window(subject: str, window: int) -> bool:
    try:
        with transaction.atomic():
            RateWindow.objects.create(subject=subject, window=window, count=1)
    except IntegrityError:
        return False  # another process was first
    return True
