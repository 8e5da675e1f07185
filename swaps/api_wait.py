"""How a view of swaps asks to wait for a job, and how the layer that waits learns what has ended."""

import re
import time
from collections.abc import Iterable
from typing import Any

from django.db import close_old_connections
from django.http import HttpRequest
from rest_framework.response import Response

from faceswap_site.api import SurfaceView
from faceswap_site.problems import NotFound
from faceswap_site.waiting import WAIT_HEADER

from .models import SwapJob

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


class WaitingView(SurfaceView):
    """A view whose POST may hold its answer back until the job has ended."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        wish = response.get(WAIT_HEADER)
        if not wish or hasattr(request, "scope"):
            return response
        # Served by WSGI, where nobody keeps answers back: the thread has to wait.
        job_id, seconds = wish.split()
        deadline = time.monotonic() + float(seconds)
        while job_id not in ended_jobs([job_id]) and time.monotonic() < deadline:
            time.sleep(0.1)
        request.scope = {"continued": job_id}  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)

    def wait_for(self, job: SwapJob, seconds: float, response: Response) -> Response:
        """Ask for this answer to be replaced, when the job has ended, by what `finished` says."""
        if seconds and job.is_open:
            response[WAIT_HEADER] = f"{job.pk} {seconds:g}"
        return response

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        if self.is_continued:
            return self.finished(self._own_job())
        return self.accept(request, *args, **kwargs)

    def accept(self, request: Any) -> Response:
        """Answer the request; the result of `wait_for` where it wants to wait."""
        raise NotImplementedError

    def finished(self, job: SwapJob) -> Response:
        """Answer for a job that has ended, or for which the time is over."""
        raise NotImplementedError

    def _own_job(self) -> SwapJob:
        scope: dict[str, Any] = getattr(self.request._request, "scope", {})
        job = SwapJob.objects.select_related("owner").filter(pk=scope["continued"], owner=self.account).first()
        if job is None:
            raise NotFound  # deleted meanwhile
        return job
