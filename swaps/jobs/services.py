"""The life of a swap job. Every surface calls these functions and writes jobs in no other way.

A transition is one conditional UPDATE that counts rows, so that of two processes that try it exactly one succeeds;
points move in the same transaction.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

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
from recognition.photos.fetch_limits import refuse_after_failures
from swaps.engine.whole_photo import FACE_PHOTO
from swaps.engines.choice import check_usable, to_store
from swaps.models import ClipTask, SwapClip, SwapFace, SwapJob
from swaps.results.made_here import keep_hashes

from . import batch_turns
from .files import delete_job_files, delete_unnamed_files
from .network_queue import queue_of
from .quotas import refuse_over_quota
from .submission import LABEL, FaceInput, Submit, missing_photos, no_files_left_behind, store_photo, swap_price
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
    hashes: Sequence[tuple[bytes, int]] = ()  # by which copies are known again; see chosen_engine.hashes_of_result

    def columns(self) -> dict[str, Any]:
        """What the row of a job says that ended with this."""
        face_x, face_y = self.face or (None, None)
        size = {"width": self.width, "height": self.height, "face_x": face_x, "face_y": face_y}
        price = {} if self.price is None else {"price": self.price}
        done = {"status": Status.DONE, "stage": Stage.DONE, "report": self.report, "completed": timezone.now()}
        return size | price | done

    @property
    def bytes(self) -> int:
        return self.file.size + self.thumbnail.size

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
    NotEnoughPoints, TooManyRequests
        Where the balance is below the price, too many addresses led to no photo lately, or the account holds as much as
        it may; nothing is stored.
    DomainError
        `no_such_engine`, where the account may not name the engine that it names.
    """
    callbacks = 1 if wanted.callback.url else 0
    refuse_over_quota(owner, callbacks=callbacks)  # and again below, where the account's row is locked
    job, rows = _drawn_up(wanted, owner=owner, origin=origin, free=free)
    job.letter_wanted = owner.letters and origin == "site"
    with no_files_left_behind(job) as mark:
        # Photos are written before the transaction: encoding takes long, and SQLite has one writer at a time.
        _store_photos(wanted, job, rows)
        with transaction.atomic():
            keep_open(owner)
            refuse_over_quota(owner, callbacks=callbacks)
            accept(job, rows)
            if not job.fetching:
                enqueue(job)
            if on_accept is not None:
                on_accept(job)
            mark.delete()
    return job


def submit_stored_swap(wanted: Submit, *, job_id: UUID, owner: User, origin: str, stored_bytes: int) -> SwapJob:
    """Accept a swap whose photos are stored already, in the caller's transaction; the caller hands it to the queue.

    For a batch: all of its swaps are accepted, or none. `stored_bytes` are those of its own photo.
    """
    job, rows = _drawn_up(wanted, owner=owner, origin=origin, job_id=job_id)
    job.stored_bytes = stored_bytes
    _store_photos(wanted, job, rows)
    accept(job, rows)
    return job


def _store_photos(wanted: Submit, job: SwapJob, rows: list[SwapFace]) -> None:
    store_photo(job, "target", wanted.target)
    for row, face in zip(rows, wanted.faces, strict=True):
        store_photo(row, "photo", face.photo)
        store_photo(row, "reference", face.reference)


def _drawn_up(
    wanted: Submit, *, owner: User, origin: str, free: bool = False, job_id: UUID | None = None
) -> tuple[SwapJob, list[SwapFace]]:
    """The rows of a swap, not yet saved."""
    check_usable(wanted.choice, owner)
    if wanted.names_addresses:
        refuse_after_failures(owner.pk)
    price = 0 if free else swap_price(wanted.faces, wanted.choice)
    options = asdict(wanted.options) | to_store(wanted.choice)
    job = SwapJob(id=job_id or uuid4(), owner=owner, origin=origin, price=price, options=options)
    job.options[LABEL] = wanted.label or settings.REQUIRE_LABEL
    job.title, job.language = wanted.target.title[:100], get_language() or ""
    job.expires = timezone.now() + owner.retention
    job.callback_url, job.site_url = wanted.callback.url, wanted.callback.site_url
    return job, face_rows(job, wanted.faces)


def face_rows(job: SwapJob, faces: Sequence[FaceInput]) -> list[SwapFace]:
    """The rows of a job's faces, not yet saved and without their photos."""
    return [
        SwapFace(
            job=job,
            position=position,
            index=face.index,
            box=face.box,
            person=face.person,
            fingerprint=face.fingerprint,
            title=face.photo.title[:100],
        )
        for position, face in enumerate(faces)
    ]


def accept(job: SwapJob, rows: list[SwapFace]) -> None:
    """Hold the price and write the rows, in the caller's transaction."""
    job.fetching = bool(missing_photos(job, rows))
    points.hold(job.owner, job.price, reference=job.reference, reason=gettext_noop("Swap"))
    job.save(force_insert=True)
    job.face_rows = SwapFace.objects.bulk_create(rows)


def keep_finished(*, owner: User, origin: str, result: SwapResult) -> SwapJob:
    """Put a picture that was made and paid elsewhere among the owner's swaps, to stay as long as they do."""
    now = timezone.now()
    job = SwapJob(owner=owner, origin=origin, price=0, started=now, expires=now + owner.retention, **result.columns())
    with no_files_left_behind(job) as mark:
        result.store(job)
        job.stored_bytes = result.bytes
        with transaction.atomic():
            keep_open(owner)
            job.save(force_insert=True)
            keep_hashes(job, result.hashes)
            mark.delete()
    return job


def enqueue(job: SwapJob) -> None:
    """Ask the queue, which lies in the same database, for a place at a worker: both are committed or neither is.

    Which job gets a place is decided when there is one: see turns.
    A task that could not even claim its job, as where the database was away, stays in the queue and is sent again.
    """
    if not job.is_clip:  # the tasks of a clip have asked for theirs
        async_task("swaps.tasks.run_swap", str(job.pk), ack_failure=False, cluster=queue_of(job))


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
        return bool(self.rows().update(stage=stage, lease_until=lease_end()))

    def tell(self, stage: SwapJob.Stage) -> bool:
        """The same a few times a second at most: nobody sees more, and a short job is over sooner."""
        return time.monotonic() - self.renewed < SECONDS_BETWEEN_RENEWALS or self.renew(stage)


def start_swap(job_id: UUID | str) -> Claim | None:
    """Claim a job that waits, or whose last worker is lost. The attempt is counted here, before any work."""
    now = timezone.now()
    free = Q(status=Status.QUEUED, fetching=False) | Q(status=Status.RUNNING, lease_until__lt=now)
    waiting = SwapJob.objects.filter(free, pk=job_id)
    with transaction.atomic():
        claimed = waiting.filter(attempts__lt=settings.JOB_MAX_ATTEMPTS).update(
            status=Status.RUNNING,
            stage=Stage.FINDING,
            attempts=F("attempts") + 1,
            lease_until=lease_end(),
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
        stored = F("stored_bytes") + result.bytes
        done = claim.rows().update(**result.columns(), **files, stored_bytes=stored, lease_until=None)
        if done:
            points.capture(job.reference, price=result.price)
            keep_hashes(job, result.hashes)
            tell_end(job)
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
    failed = fail_rows(claim.rows(), claim.job, error)
    if failed and claim.attempt > 1:
        delete_unnamed_files(claim.job.pk)
    return failed


def fail_rows(rows: QuerySet[SwapJob], job: SwapJob, error: DomainError) -> bool:
    """The same for a job that is claimed otherwise: `rows` finds it as long as the claim holds."""
    return _end(rows, job, Status.FAILED, error)


def refuse_swap(claim: Claim, error: DomainError) -> bool:
    """End a claimed job like `fail_swap`, and delete its photos: nothing of what may not be used is kept."""
    refused = fail_swap(claim, error)
    if refused:
        SwapJob.objects.filter(pk=claim.job.pk).update(target="", target_url="", stored_bytes=0)
        claim.job.faces.update(photo="", url="", reference="", reference_url="")
        delete_job_files(claim.job.pk)
        if error.details.get("place") == FACE_PHOTO:
            _refuse_batch_of(claim.job, error)
    return refused


def _refuse_batch_of(job: SwapJob, error: DomainError) -> None:
    """The face that may not be used is that of a whole batch: nothing of it is kept, and the rest need not try."""
    batch_id = batch_turns.batch_of(job)
    if batch_id is None:
        return
    for other in SwapJob.objects.filter(batch_item__batch=batch_id, status__in=SwapJob.OPEN):
        _end(SwapJob.objects.filter(pk=other.pk, status__in=SwapJob.OPEN), other, Status.FAILED, error)
    batch_turns.forget_faces(batch_id)


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
    cancelled = _end(rows, job, Status.CANCELLED, DomainError("cancelled"))
    if cancelled:
        delete_unnamed_files(job.pk)  # of a worker that died over it; what a live one writes now, it deletes itself
    return cancelled


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
    oldest = SwapJob.objects.filter(~batch_turns.kept_back(), status=SwapJob.Status.QUEUED).aggregate(
        at=Min("created")
    )["at"]
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
            fetching=False,
        )
        if ended:
            points.release(job.reference)
            if job.is_clip:
                forget_clip_work(job)
            tell_end(job)
    return bool(ended)


def forget_clip_work(job: SwapJob) -> None:
    """Let no row name what workers have made of a clip on the way to its result; the files go with unnamed ones."""
    ClipTask.objects.filter(clip=job.pk).update(file="")
    SwapClip.objects.filter(pk=job.pk).update(analysis="", first_frame="")


def tell_end(job: SwapJob) -> None:
    """Write down what is sent about a job's end, and let its batch go on, in the transaction that ends it."""
    queue_delivery(job)
    if (batch_id := batch_turns.batch_of(job)) is not None:
        batch_turns.go_on(batch_id, enqueue)


def want_letter(job: SwapJob, *, site_url: str) -> bool:
    """Send the owner a letter when the job ends; False where it has ended."""
    rows = SwapJob.objects.filter(pk=job.pk, status__in=SwapJob.OPEN)
    return bool(rows.update(letter_wanted=True, site_url=site_url))


def lease_end() -> datetime:
    """Until when who is at a job now must have said so again."""
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
