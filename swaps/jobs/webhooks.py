"""Callbacks: a row with the end of a job, tries after a literal table, every try written down.

Native callbacks follow Standard Webhooks (https://www.standardwebhooks.com); those of the dialects have their own body
and carry the same signature headers, which their clients may ignore.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_q.tasks import async_task
from standardwebhooks.webhooks import Webhook

from faceswap_site.lib import fetch
from faceswap_site.lib.errors import DomainError
from swaps.models import SwapJob, WebhookAttempt, WebhookDelivery

from .webhook_secrets import secrets_in_use

State = WebhookDelivery.State

# Seconds before each try, counted from the one before.
SCHEDULE = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
SECONDS_A_TRY = 15.0
# How long a claimed try may be silent before another worker makes it, and a queue entry before it is made again.
LEASE = timedelta(seconds=60)
GONE = 410


def queue_delivery(job: SwapJob) -> None:
    """Make the message about a job's end, in the transaction that ends it."""
    if not job.callback_url:
        return
    now = timezone.now()
    delivery = WebhookDelivery.objects.create(job=job, url=job.callback_url, next_try=now, enqueue_at=now + LEASE)
    _enqueue(delivery)


def send_again(delivery: WebhookDelivery) -> None:
    """Make one more try at once, whatever became of the earlier ones."""
    now = timezone.now()
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(state=State.PENDING, next_try=now, enqueue_at=now + LEASE)
        _enqueue(delivery)


def claim(delivery_id: UUID | str) -> WebhookDelivery | None:
    """Take a try that is due. Counted here, before the call, so that a worker that dies has used it up."""
    now = timezone.now()
    due = WebhookDelivery.objects.filter(pk=delivery_id, state=State.PENDING, next_try__lte=now)
    if not due.update(tries=F("tries") + 1, next_try=now + LEASE, enqueue_at=now + LEASE):
        return None
    return WebhookDelivery.objects.select_related("job__owner").filter(pk=delivery_id).first()


def deliver(delivery: WebhookDelivery, make_body: Callable[[], str]) -> None:
    """Call out, outside any transaction, and write down what came of it."""
    if not delivery.body:
        delivery.body = make_body()
        WebhookDelivery.objects.filter(pk=delivery.pk).update(body=delivery.body)
    started = time.monotonic()
    status: int | None = None
    try:
        status = fetch.post(delivery.url, delivery.body.encode(), signed_headers(delivery), seconds=SECONDS_A_TRY)
        outcome: DomainError = fetch.FetchError(case="status", n=status)
    except DomainError as error:
        outcome = error
    _write_down(delivery, status, outcome, time.monotonic() - started)


def signed_headers(delivery: WebhookDelivery) -> dict[str, str]:
    """The header fields of Standard Webhooks; during a rotation both secrets sign."""
    now = timezone.now()
    message_id = f"msg_{delivery.pk.hex}"
    signatures = [Webhook(secret).sign(message_id, now, delivery.body) for secret in secrets_in_use(delivery.job.owner)]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def enqueue_due() -> int:
    """Put tries that are due into the queue, those of lost queue entries included. Part of the sweep."""
    now = timezone.now()
    due = WebhookDelivery.objects.filter(state=State.PENDING, next_try__lte=now, enqueue_at__lte=now)
    count = 0
    for delivery in due[:200]:
        with transaction.atomic():
            if due.filter(pk=delivery.pk).update(enqueue_at=now + LEASE):
                _enqueue(delivery)
                count += 1
    return count


def _enqueue(delivery: WebhookDelivery) -> None:
    async_task("swaps.tasks.deliver_webhook", str(delivery.pk))


def _write_down(delivery: WebhookDelivery, status: int | None, outcome: DomainError, seconds: float) -> None:
    state, wait = _after(status, delivery.tries)
    next_try = timezone.now() + timedelta(seconds=wait)
    with transaction.atomic():
        rows = WebhookDelivery.objects.filter(pk=delivery.pk, tries=delivery.tries)
        if not rows.update(state=state, next_try=next_try, enqueue_at=next_try):
            return  # deleted with its job, or another worker took over
        WebhookAttempt.objects.create(
            delivery_id=delivery.pk,
            status=status,
            outcome=outcome.sentence,
            outcome_details=outcome.details,
            seconds=round(seconds, 3),
        )


def _after(status: int | None, tries: int) -> tuple[WebhookDelivery.State, float]:
    """What a try leads to: the delivery's state, and the seconds until the next try."""
    if status is not None and 200 <= status < 300:
        return State.DELIVERED, 0
    if status == GONE:
        return State.GONE, 0
    if tries >= len(SCHEDULE):
        return State.FAILED, 0
    return State.PENDING, SCHEDULE[tries]
