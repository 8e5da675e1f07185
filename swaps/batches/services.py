"""The life of a batch. Its photos are collected first; when it starts, each becomes a job and all are paid, or none.

Every one of them is an ordinary swap from then on, with its own lease, attempts, points and result.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from accounts.points import NotEnoughPoints
from accounts.privacy.deletion import keep_open
from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import describe_faces, largest_face
from recognition.models import IncomingFiles
from recognition.photos.content_check import check_content, checked_file
from recognition.photos.fetch_limits import fetch_now
from recognition.photos.intake import PhotoInput
from recognition.photos.pixel_budgets import pixels_of_a_request
from recognition.photos.unfinished import being_written
from recognition.registry.protection import anyone_protected, refuse_protected
from swaps.engine import SwapOptions
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.engines.choice import EngineChoice, check_usable, choice_of, to_store
from swaps.jobs import batch_turns
from swaps.jobs.files import delete_job_files
from swaps.jobs.quotas import refuse_over_quota
from swaps.jobs.services import cancel_swap, delete_swap, enqueue, submit_stored_swap
from swaps.jobs.submission import (
    LABEL,
    REFERENCE_PHOTO,
    Callback,
    FaceInput,
    Submit,
    fingerprint_of,
    options_of,
    swap_price,
    wants_label,
)
from swaps.models import BatchFace, BatchItem, SwapBatch, SwapJob

Status = SwapBatch.Status
SWAP = IncomingFiles.Kind.SWAP
# What was collected and never started is nobody's for long.
COLLECTED_FOR = timedelta(days=1)


def collect(
    faces: Sequence[FaceInput],
    *,
    owner: User,
    options: SwapOptions | None = None,
    label: bool = False,
    choice: EngineChoice | None = None,
    callback: Callback | None = None,
    origin: str = "site",
) -> SwapBatch:
    """Begin a batch: its faces are stored, once for all photos that are added later. Nothing is paid yet.

    Raises
    ------
    DomainError
        Where a face photo can't be used: no face is found on it, or it is of someone who may not be used.
    """
    chosen, engine, told = options or SwapOptions(), choice or EngineChoice(), callback or Callback()
    check_usable(engine, owner)
    refuse_over_quota(owner, jobs=0, callbacks=1 if told.url else 0)
    batch = SwapBatch(owner=owner, origin=origin, price=swap_price(faces, engine), language=get_language() or "")
    batch.options = asdict(chosen) | to_store(engine) | {LABEL: label or settings.REQUIRE_LABEL}
    batch.callback_url, batch.site_url = told.url, told.site_url
    batch.expires = timezone.now() + COLLECTED_FOR
    rows = []
    try:
        with being_written(SWAP, batch.pk) as mark:
            for position, face in enumerate(faces):
                row = BatchFace(batch=batch, position=position, index=face.index, person=face.person)
                row.title, row.fingerprint = face.photo.title[:100], face.fingerprint
                _store_face(row, "photo", face.photo, FACE_PHOTO)
                _store_face(row, "reference", face.reference, REFERENCE_PHOTO)
                rows.append(row)
            with transaction.atomic():
                keep_open(owner)
                batch.save(force_insert=True)
                BatchFace.objects.bulk_create(rows)
                mark.delete()
    except BaseException:
        delete_job_files(batch.pk)
        raise
    return batch


def _store_face(row: BatchFace, field: str, given: PhotoInput | None, label: str) -> None:
    """Store a face photo that holds for the whole batch, after a look at it: 200 errors would say the same."""
    if given is None:
        return
    photo = given.photo or fetch_now(given.url, label=label, account_id=row.batch.owner_id)
    check_content(photo, name=label)
    found = largest_face(photo.rgb, label)
    if field == "photo" and anyone_protected():
        descriptors = describe_faces(photo.rgb, [found])
        refuse_protected(account=row.batch.owner, descriptors=list(descriptors), where=f"batch: {label}")
    content = checked_file(photo, name=label)
    getattr(row, field).save(content.name, content, save=False)
    row.batch.stored_bytes += content.size
    if field == "photo" and not row.fingerprint:
        row.fingerprint = fingerprint_of(content)


def add_photo(batch: SwapBatch, read: Callable[[], PhotoInput], *, title: str = "") -> BatchItem:
    """Add a photo to a batch that is not started. What can't be used becomes an item too, which says why.

    Raises
    ------
    DomainError
        Where the batch takes no more photos, or the account holds as much as it may.

    Parameters
    ----------
    read
        Gives the photo; its pixels count by themselves, so that one is decoded after the other.
    """
    item = BatchItem(batch=batch, title=title[:100])
    try:
        with being_written(SWAP, item.pk) as mark:
            try:
                with pixels_of_a_request():
                    _store_target(item, read())
            except DomainError as error:
                item.target, item.stored_bytes = "", 0
                delete_job_files(item.pk)
                item.error_code, item.error_message = error.code, error.sentence
                item.error_details = error.details
            with transaction.atomic():
                keep_open(batch.owner)
                refuse_over_quota(batch.owner, jobs=0)
                _place(item)
                mark.delete()
    except BaseException:
        delete_job_files(item.pk)
        raise
    return item


def _store_target(item: BatchItem, given: PhotoInput) -> None:
    item.target_url = given.url
    item.title = item.title or given.title[:100]
    if given.photo is not None:
        content = checked_file(given.photo, name=TARGET_PHOTO)
        item.target.save(str(content.name), content, save=False)
        item.stored_bytes = content.size


def _place(item: BatchItem) -> None:
    """Save an item as the last of its batch, which is locked and still collects."""
    batch = SwapBatch.objects.select_for_update().filter(pk=item.batch_id, status=Status.COLLECTING).first()
    if batch is None:
        raise DomainError("batch_started")
    last = batch.items.aggregate(last=Max("position"))["last"]
    refuse_more_than_fit(0 if last is None else last + 1, 1)
    item.position = 0 if last is None else last + 1
    item.save(force_insert=True)


def refuse_more_than_fit(held: int, more: int) -> None:
    """Raise a DomainError where a batch of so many photos can't take so many more."""
    if held + more > settings.BATCH_MAX_PHOTOS:
        raise DomainError("batch_full", n=settings.BATCH_MAX_PHOTOS, count=held + more)


def start(batch: SwapBatch, *, on_accept: Callable[[SwapBatch], None] | None = None) -> None:
    """Make a job of every photo that was collected, and pay for all of them; or do nothing at all.

    Raises
    ------
    NotEnoughPoints
        With the price of all photos.
    DomainError
        Where the batch was started before, or none of its photos can be used.
    """
    now = timezone.now()
    with transaction.atomic():
        keep_open(batch.owner)
        started = _running(batch, now) | {"expires": now + batch.owner.retention}
        if not SwapBatch.objects.filter(pk=batch.pk, status=Status.COLLECTING).update(**started):
            raise DomainError("batch_started")
        items = list(batch.items.filter(error_code=""))
        if not items:
            raise DomainError("batch_empty")
        refuse_over_quota(batch.owner, jobs=len(items), callbacks=1 if batch.callback_url else 0)
        _refuse_unless_paid(batch, len(items))
        faces = _faces_of(batch)
        for item in items:
            target = PhotoInput(stored=str(item.target.name or ""), url=item.target_url, title=item.title)
            item.job = _submit(batch, target, faces, job_id=item.pk, stored_bytes=item.stored_bytes)
            item.target, item.target_url, item.stored_bytes = "", "", 0
        BatchItem.objects.bulk_update(items, ["job", "target", "target_url", "stored_bytes"])
        batch_turns.go_on(batch.pk, enqueue)
        if on_accept is not None:
            on_accept(batch)
    batch.refresh_from_db()


def _running(batch: SwapBatch, now: datetime) -> dict[str, object]:
    """What the row of a batch says that starts, or goes on: a letter tells its end where the owner wants such."""
    wanted = batch.owner.letters and batch.origin == "site"
    return {"status": Status.RUNNING, "started": now, "completed": None, "letter_wanted": wanted}


def _refuse_unless_paid(batch: SwapBatch, count: int) -> None:
    """Say what all of it costs, and not what the next photo would."""
    account = User.objects.get(pk=batch.owner_id)
    if account.balance < batch.price * count:
        raise NotEnoughPoints(price=batch.price * count, account=account)


def _submit(
    batch: SwapBatch, target: PhotoInput, faces: Sequence[FaceInput], *, job_id: UUID, stored_bytes: int
) -> SwapJob:
    options = batch.options
    wanted = Submit(
        target,
        faces,
        options_of(options),
        wants_label(options),
        choice_of(options),
        Callback("", batch.site_url),
    )
    return submit_stored_swap(wanted, job_id=job_id, owner=batch.owner, origin=batch.origin, stored_bytes=stored_bytes)


def _faces_of(batch: SwapBatch) -> list[FaceInput]:
    """The faces as every one of its jobs gets them: rows of its own that name the batch's files."""
    return [
        FaceInput(
            PhotoInput(stored=str(face.photo.name), title=face.title),
            index=face.index,
            reference=PhotoInput(stored=str(face.reference.name)) if face.reference else None,
            person=face.person,
            fingerprint=face.fingerprint,
        )
        for face in batch.faces.select_related("person")
    ]


def cancel(batch: SwapBatch) -> bool:
    """Cancel what has not ended, and give its points back; False where nothing was running."""
    rows = SwapBatch.objects.filter(pk=batch.pk, status=Status.RUNNING)
    cancelled = bool(rows.update(status=Status.CANCELLED, completed=timezone.now()))
    if cancelled:
        _cancel_rest(batch)
        batch.refresh_from_db()
    return cancelled


def _cancel_rest(batch: SwapBatch) -> None:
    # Each by itself: while one of them ends, a worker may wait for the batch's row.
    for job in list(SwapJob.objects.filter(batch_item__batch=batch, status__in=SwapJob.OPEN)):
        cancel_swap(job)


def try_again(batch: SwapBatch, items: Iterable[UUID] | None = None) -> int:
    """Make new jobs of what failed or was cancelled, of `items` or of all; how many. They are paid like the first ones.

    Raises
    ------
    DomainError
        Where there is nothing to try again, or the batch was not started.
    """
    failed = batch.items.filter(Q(job__status__in=SwapJob.ENDED_WITHOUT)).select_related("job")
    failed = failed if items is None else failed.filter(pk__in=list(items))
    again = [item for item in failed if item.can_be_tried_again]
    faces = [face for face in _faces_of(batch) if face.photo.stored]
    if batch.status == Status.COLLECTING or not again or not faces:
        raise DomainError("nothing_to_retry")
    refuse_over_quota(batch.owner, jobs=len(again))
    _refuse_unless_paid(batch, len(again))
    now = timezone.now()
    SwapBatch.objects.filter(pk=batch.pk).update(**_running(batch, now))
    try:
        for item in again:
            _try_item_again(batch, item, faces)
    finally:
        batch_turns.go_on(batch.pk, enqueue)
    batch.refresh_from_db()
    return len(again)


def _try_item_again(batch: SwapBatch, item: BatchItem, faces: Sequence[FaceInput]) -> None:
    old, job_id = item.job, uuid4()
    if old is None:
        return
    try:
        with being_written(SWAP, job_id) as mark:
            name, size = _copied(old, job_id)
            target = PhotoInput(stored=name, url=old.target_url, title=old.title)
            with transaction.atomic():
                keep_open(batch.owner)
                job = _submit(batch, target, faces, job_id=job_id, stored_bytes=size)
                # Of two who ask at once, one replaces the job.
                if not BatchItem.objects.filter(pk=item.pk, job=old).update(job=job, handed=False):
                    raise DomainError("nothing_to_retry")
                mark.delete()
    except BaseException:
        delete_job_files(job_id)
        raise
    delete_swap(old)


def _copied(job: SwapJob, job_id: UUID) -> tuple[str, int]:
    """The photo to change in the folder of another job, and its bytes; empty where it has none and is fetched."""
    if not job.target:
        return "", 0
    name = f"swaps/{job_id}/{uuid4().hex}.{str(job.target.name).rsplit('.', 1)[-1]}"
    try:
        with job.target.open("rb") as file:
            return default_storage.save(name, file), file.size
    except FileNotFoundError:  # somebody else tries it again, or has deleted it
        raise DomainError("nothing_to_retry") from None


def want_letter(batch: SwapBatch, *, site_url: str) -> bool:
    """Send the owner one letter when the batch has come to its end; False where it is not running."""
    rows = SwapBatch.objects.filter(pk=batch.pk, status=Status.RUNNING)
    return bool(rows.update(letter_wanted=True, site_url=site_url))


def delete(batch: SwapBatch) -> None:
    """Delete a batch with all its jobs and files; what has not ended is cancelled first."""
    cancel(batch)
    while jobs := list(SwapJob.objects.filter(batch_item__batch=batch)[:100]):
        for job in jobs:
            delete_swap(job)
    collected = list(batch.items.values_list("pk", flat=True))
    SwapBatch.objects.filter(pk=batch.pk).delete()
    for folder in (*collected, batch.pk):
        delete_job_files(folder)


def delete_expired() -> int:
    """Delete the batches whose time is over; return how many. Part of the sweep."""
    expired = list(SwapBatch.objects.filter(expires__lt=timezone.now())[:20])
    for batch in expired:
        delete(batch)
    return len(expired)


def go_on_with_all() -> int:
    """Mend what a process that died left undone in batches; return how many were looked at. Part of the sweep."""
    halted = SwapBatch.objects.filter(status=Status.CANCELLED, items__job__status__in=SwapJob.OPEN).distinct()
    for batch in halted:
        _cancel_rest(batch)
    running = list(SwapBatch.objects.filter(status=Status.RUNNING).values_list("pk", flat=True))
    for batch_id in running:
        batch_turns.go_on(batch_id, enqueue)
    return len(running)
