"""How far a batch is: what came of its photos so far, what is left, and how long that will take."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from swaps.models import SwapBatch, SwapJob

Status = SwapJob.Status
# Of fewer, the rest can't be told.
LEAST_ENDED = 2


@dataclass(frozen=True)
class Progress:
    """Photos by what became of them, and seconds until the last one ends (None where that can't be told yet)."""

    total: int
    waiting: int
    running: int
    done: int
    failed: int
    cancelled: int
    seconds_left: int | None = None

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.cancelled

    @property
    def percent(self) -> int:
        return 100 * self.ended // self.total if self.total else 0

    @property
    def open(self) -> int:
        return self.waiting + self.running


def progress_of(batch: SwapBatch) -> Progress:
    """One query for the numbers."""
    by_status = {str(status): Count("pk", filter=Q(job__status=status)) for status in Status}
    recent = Q(job__completed__gte=batch.started) if batch.started else Q(pk=None)
    counts = batch.items.aggregate(
        total=Count("pk"),
        broken=Count("pk", filter=~Q(error_code="")),
        collected=Count("pk", filter=Q(job=None, error_code="")),
        ended=Count("pk", filter=recent & ~Q(job__status=Status.CANCELLED)),
        **by_status,
    )
    left = counts["queued"] + counts["running"]
    return Progress(
        total=counts["total"],
        waiting=counts["queued"] + counts["collected"],
        running=counts["running"],
        done=counts["done"],
        failed=counts["failed"] + counts["broken"],
        cancelled=counts["cancelled"],
        seconds_left=_seconds_left(batch, counts["ended"], left),
    )


def _seconds_left(batch: SwapBatch, ended: int, left: int) -> int | None:
    if not batch.is_open or batch.started is None or ended < LEAST_ENDED or not left:
        return None
    took: timedelta = timezone.now() - batch.started
    return max(1, round(took.total_seconds() / ended * left))
