"""The letter about the end of a swap or a batch, for whoever asked for one."""

from django.db.models import Count, Q
from django.utils import translation

from faceswap_site.lib.email import send_letter
from swaps.models import SwapBatch, SwapJob

NAMES = {SwapJob.Status.DONE: "swap_ready", SwapJob.Status.FAILED: "swap_failed"}


def claim_next_letter() -> SwapJob | SwapBatch | None:
    """Take the wish for a letter off what has ended: a letter is sent at most once. None where nobody waits."""
    return _claim_of_swaps() or _claim_of_batches()


def _claim_of_swaps() -> SwapJob | None:
    wanted = SwapJob.objects.filter(letter_wanted=True, status__in=NAMES)
    for job in wanted.select_related("owner").order_by("completed")[:1]:
        if wanted.filter(pk=job.pk).update(letter_wanted=False):
            return job
    return None


def _claim_of_batches() -> SwapBatch | None:
    wanted = SwapBatch.objects.filter(letter_wanted=True, status=SwapBatch.Status.DONE)
    for batch in wanted.select_related("owner").order_by("completed")[:1]:
        if wanted.filter(pk=batch.pk).update(letter_wanted=False):
            return batch
    return None


def send_end(ended: SwapJob | SwapBatch) -> None:
    """Write to the owner, in the language in which they asked."""
    with translation.override(ended.language or None):
        name, told = _of_swap(ended) if isinstance(ended, SwapJob) else _of_batch(ended)
        send_letter(
            name,
            ended.owner.email,
            username=ended.owner.username,
            url=ended.site_url + ended.get_absolute_url(),
            days=ended.owner.retention.days,
            **told,
        )


def _of_swap(job: SwapJob) -> tuple[str, dict[str, object]]:
    return NAMES[SwapJob.Status(job.status)], {"title": job.title, "reason": job.error_text, "price": job.price}


def _of_batch(batch: SwapBatch) -> tuple[str, dict[str, object]]:
    done = Count("pk", filter=Q(job__status=SwapJob.Status.DONE))
    counts = batch.items.aggregate(total=Count("pk"), done=done)
    return "batch_ended", counts | {"without": counts["total"] - counts["done"]}
