"""The letter about the end of a swap, for whoever asked for one."""

from django.utils import translation

from faceswap_site.lib.email import send_letter
from swaps.models import SwapJob

NAMES = {SwapJob.Status.DONE: "swap_ready", SwapJob.Status.FAILED: "swap_failed"}


def send_end_of_swap(job_id: str) -> None:
    """Write to the owner, in the language in which they asked. Sent at most once: who claims the wish sends it."""
    job = SwapJob.objects.select_related("owner").filter(pk=job_id).first()
    name = NAMES.get(SwapJob.Status(job.status)) if job else None
    if job is None or name is None:
        return
    if not SwapJob.objects.filter(pk=job.pk, letter_wanted=True).update(letter_wanted=False):
        return
    with translation.override(job.language or None):
        send_letter(
            name,
            job.owner.email,
            username=job.owner.username,
            url=job.site_url + job.get_absolute_url(),
            title=job.title,
            reason=job.error_text,
            days=job.owner.retention.days,
            price=job.price,
        )
