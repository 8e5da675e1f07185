"""The life of a swap job. Every surface calls these functions and writes jobs in no other way.

A transition is one conditional UPDATE that counts rows, so that of two processes that try it exactly one succeeds;
points move in the same transaction.
"""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from accounts import points
from recognition.engine import Photo

from .engine import SwapOptions
from .incoming import SWAP, being_written
from .models import SwapFace, SwapJob
from .photos import delete_job_files, delete_unnamed_files, photo_file
from .webhooks import queue_delivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User

LABEL = "label"  # among a job's options, beside those of the engine

Status, Stage = SwapJob.Status, SwapJob.Stage


@dataclass(frozen=True)
class PhotoInput:
    """A photo as it comes to the service: decoded pixels, or an address that the worker fetches."""

    photo: Photo | None = None
    url: str = ""


@dataclass(frozen=True)
class FaceInput(PhotoInput):
    """A face photo, and the face it goes on: an index, or the person on a reference photo, or neither (the largest)."""

    index: int | None = None
    reference: PhotoInput | None = None


@dataclass(frozen=True)
class SwapResult:
    """A finished picture with its thumbnail, encoded, and what is worth telling about its making."""

    file: ContentFile[bytes]
    thumbnail: ContentFile[bytes]
    width: int
    height: int
    report: dict[str, Any]


def swap_price(faces: Sequence[FaceInput]) -> int:
    """The price of a swap in points: a fixed one for one face, a base and a part for each face in a multi swap."""
    indexes = {face.index for face in faces if face.index is not None}
    chosen = len(indexes) + sum(face.reference is not None for face in faces)
    if not chosen:
        return int(settings.PRICES["swap"])
    return int(settings.PRICES["multi_base"] + settings.PRICES["multi_face"] * chosen)


@dataclass(frozen=True)
class Callback:
    """Whom to tell about the end of a job, and the address of this site as the caller knows it."""

    url: str = ""
    site_url: str = ""


def submit_swap(
    *,
    owner: "User",
    target: PhotoInput,
    faces: Sequence[FaceInput],
    options: SwapOptions | None = None,
    origin: str = "site",
    callback: Callback | None = None,
    label: bool = False,
    free: bool = False,
    on_accept: "Callable[[SwapJob], None] | None" = None,
) -> SwapJob:
    """Accept a swap: hold its price, store its photos and enqueue it, all or nothing.

    `label` asks for the visible label, which the operator may require of all results.
    `on_accept` is called inside the transaction; where it raises, nothing is accepted.

    Raises
    ------
    NotEnoughPoints
        Where the balance is below the price; nothing is stored.
    """
    price = 0 if free else swap_price(faces)
    job = SwapJob(owner=owner, origin=origin, price=price, options=asdict(options or SwapOptions()))
    job.options[LABEL] = label or settings.REQUIRE_LABEL
    job.expires = timezone.now() + timedelta(days=settings.RETENTION_DAYS)
    if callback is not None:
        job.callback_url, job.site_url = callback.url, callback.site_url
    rows = [SwapFace(job=job, position=position, index=face.index) for position, face in enumerate(faces)]
    with _no_files_left_behind(job):
        # Photos are written before the transaction: encoding takes long, and SQLite has one writer at a time.
        _store(job, "target", target)
        for row, face in zip(rows, faces, strict=True):
            _store(row, "photo", face)
            _store(row, "reference", face.reference)
        with transaction.atomic():
            points.hold(owner, job.price, reference=job.reference, reason=_("Swap"))
            job.save(force_insert=True)
            SwapFace.objects.bulk_create(rows)
            enqueue(job)
            if on_accept is not None:
                on_accept(job)
    return job


def enqueue(job: SwapJob) -> None:
    """Put the job's id in the queue, which lies in the same database: both are committed or neither is."""
    async_task("swaps.tasks.run_swap", str(job.pk))


@dataclass(frozen=True)
class Claim:
    """The right to work on a job: only the newest attempt holds it."""

    job: SwapJob
    attempt: int

    def rows(self) -> QuerySet[SwapJob]:
        return SwapJob.objects.filter(pk=self.job.pk, status=Status.RUNNING, attempts=self.attempt)

    def renew(self, stage: SwapJob.Stage) -> bool:
        """Say how far the work is and keep the lease; False where the job was cancelled, deleted or taken over."""
        return bool(self.rows().update(stage=stage, lease_until=_lease_end()))


def start_swap(job_id: UUID | str) -> Claim | None:
    """Claim a job that waits, or whose last worker is lost. The attempt is counted here, before any work."""
    now = timezone.now()
    free = Q(status=Status.QUEUED) | Q(status=Status.RUNNING, lease_until__lt=now)
    waiting = SwapJob.objects.filter(free, pk=job_id)
    exhausted = waiting.filter(attempts__gte=settings.JOB_MAX_ATTEMPTS).first()
    if exhausted is not None:
        fail_exhausted(exhausted)
        return None
    with transaction.atomic():
        claimed = waiting.filter(attempts__lt=settings.JOB_MAX_ATTEMPTS).update(
            status=Status.RUNNING,
            stage=Stage.FINDING,
            attempts=F("attempts") + 1,
            lease_until=_lease_end(),
            started=now,
        )
        if not claimed:
            return None
        job = SwapJob.objects.select_related("owner").get(pk=job_id)
    return Claim(job, job.attempts)


def complete_swap(claim: Claim, result: "SwapResult") -> bool:
    """Store the result and capture the points; False (and nothing kept) where the claim is no longer valid."""
    job = claim.job
    stored: list[str] = []
    for field, content in (("result", result.file), ("thumbnail", result.thumbnail)):
        file = getattr(job, field)
        file.save(content.name, content, save=False)
        stored.append(file.name)
    with transaction.atomic():
        done = claim.rows().update(
            status=Status.DONE,
            stage=Stage.DONE,
            result=job.result.name,
            thumbnail=job.thumbnail.name,
            width=result.width,
            height=result.height,
            report=result.report,
            completed=timezone.now(),
            lease_until=None,
        )
        if done:
            points.capture(job.reference)
            queue_delivery(job)
    if not done:
        for name in stored:
            job.result.storage.delete(name)
    elif claim.attempt > 1:
        delete_unnamed_files(job.pk)
    return bool(done)


def fail_swap(claim: Claim, *, code: str, message: str) -> bool:
    """End a claimed job with a sentence for the person and give the points back."""
    return _end(claim.rows(), claim.job, Status.FAILED, code=code, message=message)


def refuse_swap(claim: Claim, *, code: str, message: str) -> bool:
    """End a claimed job like `fail_swap`, and delete its photos: nothing of what may not be used is kept."""
    refused = fail_swap(claim, code=code, message=message)
    if refused:
        SwapJob.objects.filter(pk=claim.job.pk).update(target="", target_url="")
        claim.job.faces.update(photo="", url="", reference="", reference_url="")
        delete_job_files(claim.job.pk)
    return refused


def fail_exhausted(job: SwapJob) -> bool:
    """End a job whose workers died as often as is allowed."""
    rows = SwapJob.objects.filter(pk=job.pk, status__in=SwapJob.OPEN, attempts=job.attempts)
    message = _("The swap could not be finished: it failed %(n)d times in a row. Your points were given back.")
    failed = _end(rows, job, Status.FAILED, code="too_many_attempts", message=message % {"n": job.attempts})
    if failed:
        delete_unnamed_files(job.pk)
    return failed


def cancel_swap(job: SwapJob) -> bool:
    """Cancel a job that has not ended; False where it has."""
    rows = SwapJob.objects.filter(pk=job.pk, status__in=SwapJob.OPEN)
    return _end(rows, job, Status.CANCELLED, code="cancelled", message=_("Cancelled. Your points were given back."))


def delete_swap(job: SwapJob) -> None:
    """Delete a job with all its files; a job that has not ended is cancelled first."""
    cancel_swap(job)
    job_id = job.pk
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


def delete_expired() -> int:
    """Delete the jobs whose time is over; return how many. Part of the sweep."""
    expired = list(SwapJob.objects.filter(expires__lt=timezone.now())[:200])
    for job in expired:
        delete_swap(job)
    return len(expired)


def _end(rows: QuerySet[SwapJob], job: SwapJob, status: SwapJob.Status, *, code: str, message: str) -> bool:
    with transaction.atomic():
        ended = rows.update(
            status=status, error_code=code, error_message=message, completed=timezone.now(), lease_until=None
        )
        if ended:
            points.release(job.reference)
            queue_delivery(job)
    return bool(ended)


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


URL_FIELDS = {"target": "target_url", "photo": "url", "reference": "reference_url"}


def _store(row: SwapJob | SwapFace, field: str, given: PhotoInput | None) -> None:
    if given is None:
        return
    setattr(row, URL_FIELDS[field], given.url)
    if given.photo is not None:
        content = photo_file(given.photo)
        getattr(row, field).save(content.name, content, save=False)


def keep_fetched(row: SwapJob | SwapFace, field: str, photo: Photo) -> None:
    """Store a photo that the worker fetched with the job it belongs to, unless the job is gone by now."""
    job_id = row.pk if isinstance(row, SwapJob) else row.job_id
    content = photo_file(photo)
    file = getattr(row, field)
    file.save(content.name, content, save=False)
    rows = SwapJob.objects.filter(pk=row.pk) if isinstance(row, SwapJob) else SwapFace.objects.filter(pk=row.pk)
    if not rows.update(**{field: file.name}):
        delete_job_files(job_id)


@contextmanager
def _no_files_left_behind(job: SwapJob) -> "Iterator[None]":
    with being_written(SWAP, job.pk):
        try:
            yield
        except BaseException:
            delete_job_files(job.pk)
            raise


INTERNAL_ERROR = "The swap failed for a reason on our side. Your points were given back; please try again."
