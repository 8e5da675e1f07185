"""How a view of swaps waits for a job, and how the site learns which jobs have ended."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import close_old_connections
from django.http import HttpRequest
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.view import AccountView
from faceswap_site.lib.api.problems import NotFound
from faceswap_site.lib.http.held_answers import Held
from faceswap_site.lib.http.middleware import log_answer
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
    """A view whose POST may hold its answer back until the job has ended."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        held: Held | None = getattr(response, "held", None)
        if held is None or hasattr(request, "scope"):
            return response
        # Nobody keeps answers back around Django's own test client: the thread has to wait.
        deadline = time.monotonic() + held.seconds
        while held.job_id not in ended_jobs([held.job_id]) and time.monotonic() < deadline:
            time.sleep(0.1)
        return held.go_on()

    def wait_for(self, job: SwapJob, seconds: float, answer: Callable[[], Response]) -> Response:
        """Have the request answered by `finished` when the job has ended, or by `answer` where it doesn't wait."""
        if not (seconds and job.is_open):
            return answer()
        self.request = _without_body(self.request)
        since = time.monotonic()
        response = Response(status=202)
        response.held = Held(str(job.pk), seconds, lambda: self._go_on(job.pk, since))  # type: ignore[attr-defined]
        return response

    def _go_on(self, job_id: UUID, since: float) -> Response:
        """The answer after the wait. Whoever was let in stays in: the key is not asked for again."""
        with translation.override(self.request.LANGUAGE_CODE):
            try:
                response = self.finished(SwapJob.objects.select_related("owner").get(pk=job_id))
            except SwapJob.DoesNotExist:  # deleted meanwhile
                response = self.handle_exception(NotFound())
            except Exception as error:
                response = self.handle_exception(error)
            self.finalize_response(self.request, response).render()
        log_answer(self.request, response, since)
        return response

    def finished(self, job: SwapJob) -> Response:
        """Answer for a job that has ended, or for which the time is over."""
        raise NotImplementedError


def _without_body(request: Request) -> Request:
    """The same request without what came in it: photos are large, and it waits for up to a minute."""
    light = Request(request._request)
    light.user, light.auth = request.user, request.auth
    return light
