"""What an operator looks at first: the work at hand, what went wrong lately, points, storage and what is set."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import Count, Min, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import PointEntry, User
from swaps.models import ResultReport, SwapJob

from .heartbeat import alive

LATELY = timedelta(days=7)
# Plain values only: never a key, a password or an address that may hold one.
SHOWN_SETTINGS = (
    *("DEBUG", "DATA_DIR", "SITE_URL", "SECURE_TLS", "WORKERS", "JOB_MAX_ATTEMPTS", "JOB_LEASE_SECONDS"),
    *("RETENTION_DAYS", "MAX_UPLOAD_BYTES", "MAX_PHOTO_PIXELS", "POINTS_SIGNUP", "PRICES", "OPEN_ACCESS"),
    *("LIVE_MAX_FPS", "LIVE_MAX_SESSIONS", "RESULT_LINK_TTL", "TIME_ZONE", "ACCOUNT_EMAIL_VERIFICATION"),
)


@staff_member_required
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Dashboard",
        "jobs": _jobs(),
        "failures": _failures(),
        "points": _points(),
        "storage": _storage(),
        "alive": alive(),
        "accounts": User.objects.count(),
        "open_reports": ResultReport.objects.filter(closed=None).count(),
        "settings_in_force": [(name, getattr(settings, name)) for name in SHOWN_SETTINGS],
        "days": LATELY.days,
    }
    return render(request, "admin/dashboard.html", context)


def _jobs() -> dict[str, Any]:
    counts = dict(SwapJob.objects.order_by().values_list("status").annotate(Count("pk")))
    oldest = SwapJob.objects.filter(status=SwapJob.Status.QUEUED).aggregate(at=Min("created"))["at"]
    return {
        "counts": [(label, counts.get(status, 0)) for status, label in SwapJob.Status.choices],
        "queue_age": timezone.now() - oldest if oldest else None,
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


def _storage() -> dict[str, int]:
    """Bytes that the site has written by folder, and what is free on their disk."""
    folder = Path(settings.DATA_DIR)
    media = sum(path.stat().st_size for path in (folder / "media").rglob("*") if path.is_file())
    database = sum(path.stat().st_size for path in folder.glob("site.sqlite3*"))
    return {"photos": media, "database": database, "free": shutil.disk_usage(folder).free}
