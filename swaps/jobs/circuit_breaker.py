"""A circuit breaker for each host that an account's callbacks go to.

Open after a few timeouts in a row, so that a server which never answers holds nobody up; half-open when its time is
over: one call is let through, and how that ends decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone

from faceswap_site.lib.fetch import FetchTooSlow
from swaps.models import CallbackHost

TIMEOUTS = 3
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)  # each time it opens again, for twice as long


@contextmanager
def around(owner_id: int, url: str) -> Iterator[None]:
    """Make a call inside; what comes of it is counted.

    Raises
    ------
    FetchTooSlow
        Without the call, where the host has not answered lately.
    """
    host = _host_of(url)
    rows = CallbackHost.objects.filter(owner=owner_id, host=host)
    _pass(rows.first())
    try:
        yield
    except FetchTooSlow:
        _count_timeout(owner_id, host)
        raise
    rows.delete()  # it answered


def half_open(owner_id: int, url: str) -> None:
    """Let the next call through."""
    CallbackHost.objects.filter(owner=owner_id, host=_host_of(url)).update(open_until=timezone.now())


def _pass(breaker: CallbackHost | None) -> None:
    if breaker is None or breaker.timeouts < TIMEOUTS:
        return
    now = timezone.now()
    # Of several calls at once, one is let through: whoever finds the row as it was read.
    row = CallbackHost.objects.filter(pk=breaker.pk, open_until=breaker.open_until)
    if breaker.open_until > now or not row.update(open_until=now + SHORTEST):
        raise FetchTooSlow(case="left_alone", n=breaker.timeouts)


def _count_timeout(owner_id: int, host: str) -> None:
    now = timezone.now()
    breaker, _made = CallbackHost.objects.get_or_create(owner_id=owner_id, host=host, defaults={"open_until": now})
    CallbackHost.objects.filter(pk=breaker.pk).update(timeouts=F("timeouts") + 1)
    breaker.refresh_from_db()
    doublings = breaker.timeouts - TIMEOUTS
    wait = min(SHORTEST * 2 ** min(doublings, 10), LONGEST) if doublings >= 0 else timedelta()
    CallbackHost.objects.filter(pk=breaker.pk).update(open_until=now + wait)


def forget_old() -> None:
    """Delete the rows of hosts that nobody has called for a day. Part of the sweep."""
    CallbackHost.objects.filter(open_until__lt=timezone.now() - timedelta(days=1)).delete()


def _host_of(url: str) -> str:
    return (urlsplit(url).hostname or "")[:255]
