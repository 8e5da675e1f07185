"""How much of the site an account may hold at a time: open jobs, bytes of its swaps, callbacks that wait to arrive."""

from django.conf import settings
from django.db.models import Q, Sum

from accounts.models import User
from faceswap_site.lib.errors import TooManyRequests
from swaps.models import BatchItem, SwapBatch, SwapJob, WebhookDelivery

MEGABYTE = 1024 * 1024
MINUTE, HOUR = 60, 3600


def refuse_over_quota(owner: User, *, jobs: int = 1, callbacks: int = 0) -> None:
    """Refuse so many more jobs and callbacks where the account would hold more than it may.

    In a transaction that holds the account's row, as `keep_open` does, of several jobs at once no more pass than may.

    Raises
    ------
    TooManyRequests
        That says what is too much, and what to do.
    """
    kept = SwapJob.objects.filter(owner=owner).order_by()
    if (most := settings.MOST_OPEN_JOBS) and kept.filter(status__in=SwapJob.OPEN).count() + jobs > most:
        raise TooManyRequests(case="open_jobs", n=most, retry_after=MINUTE)
    if (megabytes := settings.MOST_STORED_MB) and stored_bytes(owner) >= megabytes * MEGABYTE:
        raise TooManyRequests(case="stored", n=megabytes, retry_after=HOUR)
    if callbacks and (most := settings.MOST_CALLBACKS):
        mine = Q(job__owner=owner) | Q(batch__owner=owner)
        waiting = WebhookDelivery.objects.filter(mine, state=WebhookDelivery.State.PENDING)
        if waiting.count() + callbacks > most:
            raise TooManyRequests(case="callbacks", n=most, retry_after=HOUR)


def stored_bytes(owner: User) -> int:
    """The bytes of all that the account's swaps and batches keep."""
    kept = (
        SwapJob.objects.filter(owner=owner),
        SwapBatch.objects.filter(owner=owner),
        BatchItem.objects.filter(batch__owner=owner, batch__status=SwapBatch.Status.COLLECTING),
    )
    return sum(rows.order_by().aggregate(total=Sum("stored_bytes"))["total"] or 0 for rows in kept)
