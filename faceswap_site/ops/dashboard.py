"""What an operator looks at first: the work at hand, what went wrong lately, points, storage and what is set."""

import time
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from accounts.models import PointEntry, User
from recognition.models import Person
from swaps.jobs.services import longest_wait
from swaps.live import server
from swaps.live.shared_slots import places_key
from swaps.models import ResultReport, SwapJob

from .heartbeat import alive
from .storage_use import storage_use

LATELY = timedelta(days=7)
SLOW_QUEUE = timedelta(minutes=1)
# Plain values only: never a key, a password or an address that may hold one.
SHOWN_SETTINGS = (
    *("DEBUG", "DATA_DIR", "SITE_URL", "SECURE_TLS", "WORKERS", "JOB_MAX_ATTEMPTS", "JOB_LEASE_SECONDS"),
    *("RETENTION_DAYS", "MAX_UPLOAD_BYTES", "MAX_PHOTO_PIXELS", "POINTS_SIGNUP", "PRICES", "OPEN_ACCESS"),
    *("LIVE_MAX_FPS", "LIVE_MAX_SESSIONS", "RESULT_LINK_TTL", "TIME_ZONE", "ACCOUNT_EMAIL_VERIFICATION"),
)


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Dashboard",
        "jobs": _jobs(),
        "failures": _failures(),
        "points": _points(),
        "storage": storage_use(),
        "live": _live(),
        "alive": alive(),
        "accounts": User.objects.count(),
        "waiting": _waiting(),
        "settings_in_force": [(name, _in_words(getattr(settings, name))) for name in SHOWN_SETTINGS],
        "days": LATELY.days,
    }
    return render(request, "admin/dashboard.html", context)


def _in_words(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in value.items())
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return {True: "yes", False: "no", "": "–"}.get(value, value) if isinstance(value, bool | str) else value


def _jobs() -> dict[str, Any]:
    counts = dict(SwapJob.objects.order_by().values_list("status").annotate(Count("pk")))
    age = longest_wait()
    return {
        "counts": [(label, counts.get(status, 0)) for status, label in SwapJob.Status.choices],
        "open": sum(counts.get(status, 0) for status in SwapJob.OPEN),
        "queue_age": timedelta(seconds=int(age.total_seconds())),
        "queue_is_slow": age > SLOW_QUEUE,
        "lately": SwapJob.objects.filter(created__gte=timezone.now() - LATELY).count(),
    }


def _failures() -> list[Any]:
    failed = SwapJob.objects.filter(status=SwapJob.Status.FAILED, created__gte=timezone.now() - LATELY)
    return list(failed.order_by().values("error_code").annotate(n=Count("pk")).order_by("-n")[:10])


def _points() -> dict[str, int]:
    sums = dict(PointEntry.objects.order_by().values_list("kind").annotate(Sum("amount")))
    held = -(sums.get(PointEntry.Kind.HOLD, 0) + sums.get(PointEntry.Kind.RELEASE, 0))
    return {
        "granted": sums.get(PointEntry.Kind.GRANT, 0) + sums.get(PointEntry.Kind.ADJUST, 0),
        "spent": held,
        "on accounts": User.objects.aggregate(n=Sum("balance"))["n"] or 0,
    }


def _live() -> dict[str, Any]:
    """Sessions at this moment; None where Redis, which counts them for all processes, does not answer."""
    try:
        now: int | None = _live_sessions()
    except RedisError:
        now = None
    return {"now": now, "most": settings.LIVE_MAX_SESSIONS}


def _live_sessions() -> int:
    """Of all web processes; without Redis there is one, and it knows its own."""
    if not settings.REDIS_URL:
        return len(server.hub.sessions)
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as shared:
        return int(shared.zcount(places_key(settings.REDIS_PREFIX), time.time(), "+inf"))


def _waiting() -> dict[str, int]:
    """What only an administrator can decide, and whom no swap may use."""
    return {
        "reports": ResultReport.objects.filter(closed=None).count(),
        "own_faces": Person.objects.filter(reserved=True, reservation_confirmed=None).count(),
        "protected": Person.objects.filter(protected=True).count(),
    }
