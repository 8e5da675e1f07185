"""How a view of swaps waits for a job, and how the site learns which jobs have ended."""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db import close_old_connections
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from accounts.api.base import AccountView
from faceswap_site.lib.api.problems import NotFound
from faceswap_site.lib.http.waiting import HELD, HOLD, Held
from swaps.models import SwapJob

LONGEST_WAIT = 60
WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?", re.IGNORECASE)


def ended_jobs(job_ids: Iterable[str]) -> set[str]:
    """Which of these jobs have ended, or are gone."""
    close_old_connections()
    wanted = set(job_ids)
    still_open = SwapJob.objects.filter(pk__in=wanted, status__in=SwapJob.OPEN).values_list("pk", flat=True)
    return wanted - {str(pk) for pk in still_open}


def preferred_wait(header: str) -> int:
    """The seconds in `Prefer: wait=N`, at most a minute; 0 where the client doesn't want to wait."""
    match = WAIT.search(header)
    return min(LONGEST_WAIT, int(match[1])) if match else 0


class WaitingView(AccountView):
    """A view whose answer may be kept back until a job has ended; `lib.http.waiting` says how.

    Such a request comes twice. The second time its key lets it in once more, but it isn't counted.
    """

    held: Held | None = None  # in the second pass

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.held = _scope_of(request).get(HELD)
        return super().initialize_request(request, *args, **kwargs)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return super().default_response_headers | (self.held.headers if self.held else {})

    def get_throttles(self) -> list[BaseThrottle]:
        return [] if self.held else super().get_throttles()

    def wait_for(self, job: SwapJob, seconds: float, answer: Callable[[], Response]) -> Response:
        """Have the request come again when the job has ended; where it has, or nobody wants to wait, `answer` now."""
        scope = _scope_of(self.request)
        if not (scope and seconds and job.is_open):
            return answer()
        scope[HOLD] = Held(str(job.pk), seconds, self.request_id, self.headers)
        return Response(status=202)

    def finished(self, job: SwapJob) -> Response:
        """Answer the second pass: the job has ended, or the time is over."""
        raise NotImplementedError


def may_wait(act: Callable[..., Response]) -> Callable[..., Response]:
    """A method of a WaitingView that calls `wait_for`; its second pass is answered by `finished`."""

    @wraps(act)
    def method(view: WaitingView, request: Request) -> Response:
        if view.held is None:
            return act(view, request)
        job = SwapJob.objects.select_related("owner").filter(pk=view.held.job_id, owner=view.account).first()
        if job is None:  # deleted meanwhile
            raise NotFound
        return view.finished(job)

    return method


def _scope_of(request: HttpRequest | Request) -> dict[str, Any]:
    """Empty where nothing around Django could keep an answer back, as with Django's own test client."""
    scope: dict[str, Any] = getattr(request, "scope", {})
    return scope
