"""Photos that a job names by their addresses are fetched before it waits for a worker, so none waits for a server.

The job's row says how far that is: `fetching`, with the lease and the attempts that a worker has later. Whoever finds a
lease run out goes on with the photos that are not here yet.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from faceswap_site.lib.errors import DomainError, TryAgainLater
from faceswap_site.lib.fetch import SECONDS, FetchError, FetchTooSlow
from recognition.engine import Photo, PhotoError
from recognition.photos.fetch_limits import count_failure
from recognition.photos.pixel_budgets import SECONDS_UNTIL_DECODED
from recognition.photos.reading import fetch_photo
from swaps.models import SwapJob

from . import batch_turns
from .files import delete_unnamed_files
from .services import Claim, enqueue, fail_exhausted, fail_rows, lease_end
from .submission import MissingPhoto, keep_fetched, missing_photos
from .taking_turns import fewest_first

Status, Stage = SwapJob.Status, SwapJob.Stage

SECONDS_A_JOB = 30.0  # for all its photos together
JOBS_AT_ONCE = 2  # of an account
PHOTOS_AT_ONCE = 2  # of a job
FACES = Prefetch("faces", to_attr="face_rows")  # so that no connection is held while servers are waited for
SECONDS_AT_MOST = SECONDS_A_JOB + SECONDS_UNTIL_DECODED + 30  # decoding and storing included


@dataclass(frozen=True)
class Fetch:
    """The right to fetch a job's photos: only the newest attempt holds it."""

    job: SwapJob
    attempt: int
    started: float = field(default_factory=time.monotonic)

    def rows(self) -> QuerySet[SwapJob]:
        to_fetch = SwapJob.objects.filter(status=Status.QUEUED, fetching=True)
        return to_fetch.filter(pk=self.job.pk, attempts=self.attempt)

    def renew(self) -> None:
        """Keep the lease while the process lives, but not for longer than a fetch can take."""
        if time.monotonic() - self.started < SECONDS_AT_MOST:
            self.rows().update(lease_until=lease_end())


def claim_next() -> Fetch | None:
    """Take the next job to fetch photos for, of the account that has the fewest under way; None where none waits."""
    now = timezone.now()
    to_fetch = SwapJob.objects.filter(status=Status.QUEUED, fetching=True)
    under_way = to_fetch.filter(lease_until__gt=now)
    waiting = to_fetch.filter(Q(lease_until=None) | Q(lease_until__lte=now)).order_by("created")
    waiting = waiting.prefetch_related(FACES)  # type: ignore[no-redef]  # of the name face_rows
    for job in fewest_first(waiting, under_way, by="owner", most=JOBS_AT_ONCE):
        if job.attempts >= settings.JOB_MAX_ATTEMPTS:
            fail_exhausted(job)
            continue
        mine = waiting.filter(pk=job.pk, attempts=job.attempts)
        if mine.update(attempts=F("attempts") + 1, lease_until=lease_end()):
            return Fetch(job, job.attempts + 1)
    return None


def fetch_photos(fetch: Fetch) -> bool:
    """Fetch and store what is missing, and let the job wait for a worker; False where it came to nothing."""
    job, until = fetch.job, time.monotonic() + SECONDS_A_JOB
    missing = missing_photos(job, job.face_rows)
    try:
        with ThreadPoolExecutor(PHOTOS_AT_ONCE, thread_name_prefix="photo") as pool:
            # A few at a time: none of them is forgotten in memory while others are written.
            for at in range(0, len(missing), PHOTOS_AT_ONCE):
                some = missing[at : at + PHOTOS_AT_ONCE]
                under_way = [pool.submit(copy_context().run, _fetched, one, until) for one in some]
                for one, photo in zip(some, under_way, strict=True):
                    keep_fetched(one, photo.result())
    except TryAgainLater:
        return False  # the lease runs out
    except DomainError as error:
        if fail_fetch(fetch, error) and isinstance(error, (FetchError, PhotoError)):
            count_failure(job.owner_id)
        return False
    return _hand_over(fetch)


def _fetched(missing: MissingPhoto, until: float) -> Photo:
    left = until - time.monotonic()
    if left <= 0:
        raise FetchTooSlow(case="together", n=round(SECONDS_A_JOB))
    return fetch_photo(missing.url, label=missing.label, seconds=min(SECONDS, left))


def _hand_over(fetch: Fetch) -> bool:
    """Let the job wait for a worker, whose attempts are counted anew."""
    with transaction.atomic():
        handed_over = fetch.rows().update(fetching=False, attempts=0, lease_until=None)
        if handed_over:
            batch_turns.hand_over(fetch.job, enqueue)
    _tidy(fetch)
    return bool(handed_over)


def fail_fetch(fetch: Fetch, error: DomainError) -> bool:
    """End the job with a sentence for the person and give the points back."""
    failed = fail_rows(fetch.rows(), fetch.job, error)
    _tidy(fetch)
    return failed


def put_back(claim: Claim) -> None:
    """Have the photos of a job fetched that a worker has come to before that."""
    columns = {"status": Status.QUEUED, "stage": Stage.QUEUED, "started": None, "lease_until": None}
    claim.rows().update(fetching=True, attempts=0, **columns)


def _tidy(fetch: Fetch) -> None:
    if fetch.attempt > 1:  # another process died between writing a file and naming it
        delete_unnamed_files(fetch.job.pk)
