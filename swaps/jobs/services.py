"""The life of a swap job. Every surface calls these functions and writes jobs in no other way.

A transition is one conditional UPDATE that counts rows, so that of two processes that try it exactly one succeeds;
points move in the same transaction.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django_q.tasks import async_task

from accounts import points
from accounts.models import User
from accounts.privacy.deletion import keep_open
from faceswap_site.lib.errors import DomainError
from swaps.engines.choice import check_usable, to_store
from swaps.models import SwapFace, SwapJob

from .files import delete_job_files, delete_unnamed_files
from .submission import LABEL, Submit, no_files_left_behind, store_photo, swap_price
from .webhooks import queue_delivery

Status, Stage = SwapJob.Status, SwapJob.Stage
SECONDS_BETWEEN_RENEWALS = 0.25


@dataclass(frozen=True)
class SwapResult:
    """A finished picture with its thumbnail, encoded, and what is worth telling about its making."""

    file: ContentFile[bytes]
    thumbnail: ContentFile[bytes]
    width: int
    height: int
    report: dict[str, Any]
    face: tuple[float, float] | None = None  # where the changed face is; see framing.face_place
    price: int | None = None  # what it costs, where another engine than the one that was asked for made it

    def columns(self) -> dict[str, Any]:
        """What the row of a job says that ended with this."""
        face_x, face_y = self.face or (None, None)
        size = {"width": self.width, "height": self.height, "face_x": face_x, "face_y": face_y}
        price = {} if self.price is None else {"price": self.price}
        done = {"status": Status.DONE, "stage": Stage.DONE, "report": self.report, "completed": timezone.now()}
        return size | price | done

    def store(self, job: SwapJob) -> None:
        """Write both files, and their names into the job, which is not saved."""
        job.result.save(str(self.file.name), self.file, save=False)
        job.thumbnail.save(str(self.thumbnail.name), self.thumbnail, save=False)


def submit_swap(
    wanted: Submit,
    *,
    owner: User,
    origin: str = "site",
    free: bool = False,
    on_accept: "Callable[[SwapJob], None] | None" = None,
) -> SwapJob:
    """Accept a swap: hold its price, store its photos and enqueue it, all or nothing.

    `on_accept` is called inside the transaction; where it raises, nothing is accepted.

    Raises
    ------
    NotEnoughPoints
        Where the balance is below the price; nothing is stored.
    DomainError
        `no_such_engine`, where the account may not name the engine that it names.
    """
    check_usable(wanted.choice, owner)
    price = 0 if free else swap_price(wanted.faces, wanted.choice)
    job = SwapJob(owner=owner, origin=origin, price=price, options=asdict(wanted.options) | to_store(wanted.choice))
    job.options[LABEL] = wanted.label or settings.REQUIRE_LABEL
    job.title, job.language = wanted.target.title[:100], get_language() or ""
    job.letter_wanted = owner.letters and origin == "site"
    job.expires = timezone.now() + owner.retention
    job.callback_url, job.site_url = wanted.callback.url, wanted.callback.site_url
    rows = [
        SwapFace(
            job=job,
            position=position,
            index=face.index,
            box=face.box,
            person=face.person,
            fingerprint=face.fingerprint,
            title=face.photo.title[:100],
        )
        for position, face in enumerate(wanted.faces)
    ]
    with no_files_left_behind(job) as mark:
        # Photos are written before the transaction: encoding takes long, and SQLite has one writer at a time.
        store_photo(job, "target", wanted.target)
        for row, face in zip(rows, wanted.faces, strict=True):
            store_photo(row, "photo", face.photo)
            store_photo(row, "reference", face.reference)
        with transaction.atomic():
            keep_open(owner)
            points.hold(owner, job.price, reference=job.reference, reason=gettext_noop("Swap"))
            job.save(force_insert=True)
            job.face_rows = SwapFace.objects.bulk_create(rows)
            enqueue(job)
            if on_accept is not None:
                on_accept(job)
            mark.delete()
    return job


def keep_finished(*, owner: User, origin: str, result: SwapResult) -> SwapJob:
    """Put a picture that was made and paid elsewhere among the owner's swaps, to stay as long as they do."""
    now = timezone.now()
    job = SwapJob(owner=owner, origin=origin, price=0, started=now, expires=now + owner.retention, **result.columns())
    with no_files_left_behind(job) as mark:
        result.store(job)
        with transaction.atomic():
            keep_open(owner)
            job.save(force_insert=True)
            mark.delete()
    return job


def enqueue(job: SwapJob) -> None:
    """Put the job's id in the queue, which lies in the same database: both are committed or neither is.

    A task that could not even claim its job, as where the database was away, stays in the queue and is sent again.
    """
    async_task("swaps.tasks.run_swap", str(job.pk), ack_failure=False)


@dataclass
class Claim:
    """The right to work on a job: only the newest attempt holds it."""

    job: SwapJob
    attempt: int
    renewed: float = field(default_factory=time.monotonic)

    def rows(self) -> QuerySet[SwapJob]:
        return SwapJob.objects.filter(pk=self.job.pk, status=Status.RUNNING, attempts=self.attempt)

    def renew(self, stage: SwapJob.Stage) -> bool:
        """Say how far the work is and keep the lease; False where the job was cancelled, deleted or taken over."""
        self.renewed = time.monotonic()
        return bool(self.rows().update(stage=stage, lease_until=_lease_end()))

    def tell(self, stage: SwapJob.Stage) -> bool:
        """The same a few times a second at most: nobody sees more, and a short job is over sooner."""
        return time.monotonic() - self.renewed < SECONDS_BETWEEN_RENEWALS or self.renew(stage)


def start_swap(job_id: UUID | str) -> Claim | None:
    """Claim a job that waits, or whose last worker is lost. The attempt is counted here, before any work."""
    now = timezone.now()
    free = Q(status=Status.QUEUED) | Q(status=Status.RUNNING, lease_until__lt=now)
    waiting = SwapJob.objects.filter(free, pk=job_id)
    with transaction.atomic():
        claimed = waiting.filter(attempts__lt=settings.JOB_MAX_ATTEMPTS).update(
            status=Status.RUNNING,
            stage=Stage.FINDING,
            attempts=F("attempts") + 1,
            lease_until=_lease_end(),
            started=now,
        )
        if claimed:
            job = SwapJob.objects.select_related("owner").get(pk=job_id)
            return Claim(job, job.attempts)
    exhausted = waiting.filter(attempts__gte=settings.JOB_MAX_ATTEMPTS).first()
    if exhausted is not None:
        fail_exhausted(exhausted)
    return None


def complete_swap(claim: Claim, result: "SwapResult") -> bool:
    """Store the result and capture the points; False (and nothing kept) where the claim is no longer valid."""
    job = claim.job
    try:
        result.store(job)
    except BaseException:
        _delete_files(job)
        raise
    files = {"result": job.result.name, "thumbnail": job.thumbnail.name}
    with transaction.atomic():
        done = claim.rows().update(**result.columns(), **files, lease_until=None)
        if done:
            points.capture(job.reference, price=result.price)
            _tell(job)
    if not done:
        _delete_files(job)
    elif claim.attempt > 1:
        delete_unnamed_files(job.pk)
    return bool(done)


def _delete_files(job: SwapJob) -> None:
    for file in (job.result, job.thumbnail):
        file.delete(save=False)


def fail_swap(claim: Claim, error: DomainError) -> bool:
    """End a claimed job with a sentence for the person and give the points back."""
    return _end(claim.rows(), claim.job, Status.FAILED, error)


def refuse_swap(claim: Claim, error: DomainError) -> bool:
    """End a claimed job like `fail_swap`, and delete its photos: nothing of what may not be used is kept."""
    refused = fail_swap(claim, error)
    if refused:
        SwapJob.objects.filter(pk=claim.job.pk).update(target="", target_url="")
        claim.job.faces.update(photo="", url="", reference="", reference_url="")
        delete_job_files(claim.job.pk)
    return refused


def fail_exhausted(job: SwapJob) -> bool:
    """End a job whose workers died as often as is allowed."""
    rows = SwapJob.objects.filter(pk=job.pk, status__in=SwapJob.OPEN, attempts=job.attempts)
    failed = _end(rows, job, Status.FAILED, DomainError("too_many_attempts", n=job.attempts))
    if failed:
        delete_unnamed_files(job.pk)
    return failed


def cancel_swap(job: SwapJob) -> bool:
    """Cancel a job that has not ended; False where it has."""
    rows = SwapJob.objects.filter(pk=job.pk, status__in=SwapJob.OPEN)
    return _end(rows, job, Status.CANCELLED, DomainError("cancelled"))


def delete_swap(job: SwapJob) -> None:
    """Delete a job with all its files; a job that has not ended is cancelled first."""
    job_id = job.pk
    with transaction.atomic():
        cancel_swap(job)
        job.delete()
    delete_job_files(job_id)


def requeue_lost(now: datetime | None = None) -> int:
    """Enqueue again every job whose worker is lost; return how many. Part of the sweep."""
    lost = SwapJob.objects.filter(status=Status.RUNNING, lease_until__lt=now or timezone.now())
    count = 0
    for job in lost:
        with transaction.atomic():
            # Back to queued under the same condition, so that two sweepers don't enqueue it twice.
            if lost.filter(pk=job.pk, attempts=job.attempts).update(status=Status.QUEUED, stage=Stage.QUEUED):
                enqueue(job)
                count += 1
    return count


def longest_wait() -> timedelta:
    """How long the oldest job has waited for a worker; nothing where none waits."""
    oldest = SwapJob.objects.filter(status=SwapJob.Status.QUEUED).aggregate(at=Min("created"))["at"]
    return timezone.now() - oldest if oldest else timedelta()


def delete_expired() -> int:
    """Delete the jobs whose time is over; return how many. Part of the sweep."""
    expired = list(SwapJob.objects.filter(expires__lt=timezone.now())[:200])
    for job in expired:
        delete_swap(job)
    return len(expired)


def _end(rows: QuerySet[SwapJob], job: SwapJob, status: SwapJob.Status, error: DomainError) -> bool:
    with transaction.atomic():
        ended = rows.update(
            status=status,
            error_code=error.code,
            error_message=error.sentence,
            error_details=error.details,
            completed=timezone.now(),
            lease_until=None,
        )
        if ended:
            points.release(job.reference)
            _tell(job)
    return bool(ended)


def _tell(job: SwapJob) -> None:
    """Queue what is sent about a job's end, in the transaction that ends it."""
    queue_delivery(job)
    # Asked of the row: the person may have asked while the worker was at it.
    if SwapJob.objects.filter(pk=job.pk, letter_wanted=True).exists():
        async_task("swaps.tasks.send_letter", str(job.pk))


def want_letter(job: SwapJob, *, site_url: str) -> bool:
    """Send the owner a letter when the job ends; False where it has ended."""
    rows = SwapJob.objects.filter(pk=job.pk, status__in=SwapJob.OPEN)
    return bool(rows.update(letter_wanted=True, site_url=site_url))


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
