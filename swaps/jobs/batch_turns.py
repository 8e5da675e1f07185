"""Whose turn it is in a batch: its jobs go to the queue a few at a time, so that nobody else's wait behind all of them.

A job that ends hands on to the next in its own transaction; the sweep looks after batches whose chain was broken.
"""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from swaps.models import BatchFace, BatchItem, SwapBatch, SwapFace, SwapJob

from .webhooks import queue_delivery

Status = SwapBatch.Status


def batch_of(job: SwapJob) -> UUID | None:
    """The id of the batch that a job belongs to."""
    return BatchItem.objects.filter(job=job.pk).values_list("batch_id", flat=True).first()


def hand_over(job: SwapJob, enqueue: Callable[[SwapJob], None]) -> None:
    """Hand a job to the queue whose photos are here now; one of a batch when its turn there comes."""
    item = BatchItem.objects.filter(job=job.pk).first()
    if item is None or item.handed:
        enqueue(job)
    else:
        go_on(item.batch_id, enqueue)


def kept_back() -> Exists:
    """Of jobs, those that wait for the rest of their batch, and not yet for a worker."""
    return Exists(BatchItem.objects.filter(job=OuterRef("pk"), handed=False))


@transaction.atomic
def go_on(batch_id: UUID, enqueue: Callable[[SwapJob], None]) -> None:
    """Hand the next jobs of a running batch to the queue, as there is room; where none is left open, the batch is done.

    The batch's row is locked: of two workers that end its last two jobs, the second must see the first one's end.
    """
    batch = SwapBatch.objects.select_for_update().filter(pk=batch_id, status=Status.RUNNING).first()
    if batch is None:
        return
    still_open = batch.items.filter(job__status__in=SwapJob.OPEN)
    room = settings.BATCH_JOBS_AT_A_TIME - still_open.filter(handed=True).count()
    waiting = still_open.filter(handed=False, job__fetching=False).order_by("position").select_related("job")
    for item in waiting[: max(0, room)]:
        BatchItem.objects.filter(pk=item.pk).update(handed=True)
        if item.job is not None:
            enqueue(item.job)
    if not still_open.exists():
        batch.status, batch.completed = Status.DONE, timezone.now()
        batch.save(update_fields=["status", "completed"])
        queue_delivery(batch)


def forget_faces(batch_id: UUID) -> None:
    """Delete the face photos of a batch, and let no row name them."""
    files = [
        name for face in BatchFace.objects.filter(batch=batch_id) for name in (face.photo.name, face.reference.name)
    ]
    BatchFace.objects.filter(batch=batch_id).update(photo="", reference="")
    SwapBatch.objects.filter(pk=batch_id).update(stored_bytes=0)
    SwapFace.objects.filter(job__batch_item__batch=batch_id).update(photo="", reference="")
    for name in files:
        if name:
            default_storage.delete(name)
