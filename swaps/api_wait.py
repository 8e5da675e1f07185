"""How a view of swaps asks to wait for a job, and how the layer that waits learns what has ended."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import close_old_connections
from django.http import HttpRequest
from rest_framework.request import Request
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

    job: SwapJob | None = None  # in the second pass, the one that was waited for

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

    def wait_for(self, job: SwapJob, seconds: float, answer: Callable[[], Response]) -> Response:
        """Have the request answered by `finished` when the job has ended, or by `answer` where it doesn't wait."""
        if seconds and job.is_open:
            return Response(status=202, headers={WAIT_HEADER: f"{job.pk} {seconds:g}"})
        return answer()

    def perform_authentication(self, request: Request) -> None:
        """A request that waited was let in when it came: it goes on as the owner of its job, without its key."""
        if self.is_continued:
            try:
                self.job = SwapJob.objects.select_related("owner").get(pk=self.continued_job)
            except SwapJob.DoesNotExist:  # deleted meanwhile
                raise NotFound from None
            request.user = self.job.owner
        else:
            super().perform_authentication(request)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        if self.job is not None:
            return self.finished(self.job)
        return self.accept(request, *args, **kwargs)

    def accept(self, request: Any) -> Response:
        """Answer the request; the result of `wait_for` where it wants to wait."""
        raise NotImplementedError

    def finished(self, job: SwapJob) -> Response:
        """Answer for a job that has ended, or for which the time is over."""
        raise NotImplementedError
