"""The letter about the end of a swap, for whoever asked for one."""

from django.utils import translation

from faceswap_site.lib.email import send_letter
from swaps.models import SwapJob

NAMES = {SwapJob.Status.DONE: "swap_ready", SwapJob.Status.FAILED: "swap_failed"}


def claim_next_letter() -> SwapJob | None:
    """Take the wish for a letter off a job that has ended: a letter is sent at most once. None where nobody waits."""
    wanted = SwapJob.objects.filter(letter_wanted=True, status__in=NAMES)
    for job in wanted.select_related("owner").order_by("completed")[:1]:
        if wanted.filter(pk=job.pk).update(letter_wanted=False):
            return job
    return None


def send_end_of_swap(job: SwapJob) -> None:
    """Write to the owner, in the language in which they asked."""
    with translation.override(job.language or None):
        send_letter(
            NAMES[SwapJob.Status(job.status)],
            job.owner.email,
            username=job.owner.username,
            url=job.site_url + job.get_absolute_url(),
            title=job.title,
            reason=job.error_text,
            days=job.owner.retention.days,
            price=job.price,
        )
