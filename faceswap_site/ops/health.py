"""Whether this process lives, and whether the site can do its work."""

from collections.abc import Callable
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import OrmQ

from swaps.jobs.services import longest_wait

from .metrics import sends_token

MOST_WAIT = timedelta(minutes=5)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _storage() -> None:
    default_storage.exists("readiness")


def _queue() -> str:
    wait = longest_wait()
    if wait < MOST_WAIT:
        return ""
    return f"a job has waited for {wait.total_seconds():.0f} s; {OrmQ.objects.count()} in the queue"


# Each is wrong where it says something, or raises.
CHECKS: dict[str, Callable[[], str | None]] = {"database": _database, "storage": _storage, "queue": _queue}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked. Under ASGI, `Liveness` says the same sooner."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where everything that a swap needs is there, else 503; what is not, the operator's own people are told."""
    problems = {name: problem for name, check in CHECKS.items() if (problem := _problem(check))}
    body: dict[str, object] = {"status": "unready" if problems else "ok"}
    if _may_know(request):
        body["problems"] = problems
    return JsonResponse(body, status=503 if problems else 200)


def _problem(check: Callable[[], str | None]) -> str | None:
    try:
        return check()
    except (DatabaseError, OSError) as error:
        return type(error).__name__


def _may_know(request: HttpRequest) -> bool:
    if sends_token(request):
        return True
    try:
        return request.user.is_active and request.user.is_staff
    except DatabaseError:  # perhaps the very problem
        return False
