"""Callbacks: a row with the end of a job, tries after a literal table, every try written down.

Native callbacks follow Standard Webhooks (https://www.standardwebhooks.com); those of the dialects have their own body
and carry the same signature headers, which their clients may ignore.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from faceswap_site.lib import fetch
from faceswap_site.lib.errors import DomainError
from swaps.models import SwapBatch, SwapJob, WebhookAttempt, WebhookDelivery

from . import circuit_breaker
from .taking_turns import fewest_first
from .webhook_secrets import secrets_in_use

State = WebhookDelivery.State

# Seconds before each try, counted from the one before.
SCHEDULE = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
SECONDS_A_TRY = 15.0
# How long a claimed try may be silent before another process makes it.
LEASE = timedelta(seconds=60)
GONE = 410
TRIES_AT_ONCE = 2  # of an account
ATTEMPTS_KEPT = 20  # of a delivery


def queue_delivery(ended: SwapJob | SwapBatch) -> None:
    """Make the message about the end of a job or a batch, in the transaction that ends it."""
    if ended.callback_url:
        about = {"job": ended} if isinstance(ended, SwapJob) else {"batch": ended}
        WebhookDelivery.objects.create(**about, url=ended.callback_url, next_try=timezone.now())


def send_again(delivery: WebhookDelivery) -> bool:
    """Make one more try at once, whatever became of the earlier ones; False where one is under way."""
    now = timezone.now()
    resting = WebhookDelivery.objects.filter(_nobody_is_at_it(now), pk=delivery.pk)
    with transaction.atomic():
        again = resting.update(state=State.PENDING, next_try=now)
        if again:
            circuit_breaker.half_open(delivery.about.owner_id, delivery.url)
    return bool(again)


def claim_next() -> WebhookDelivery | None:
    """Take the try that is due the longest, of the account that has the fewest under way; None where there is none."""
    now = timezone.now()
    deliveries = WebhookDelivery.objects.annotate(account=Coalesce("job__owner", "batch__owner"))
    under_way = deliveries.filter(lease_until__gt=now)
    due = deliveries.filter(_nobody_is_at_it(now), state=State.PENDING, next_try__lte=now)
    for row in fewest_first(due.order_by("next_try"), under_way, by="account", most=TRIES_AT_ONCE):
        if delivery := claim(row.pk):
            return delivery
    return None


def claim(delivery_id: UUID | str) -> WebhookDelivery | None:
    """Take a try that is due. Counted here, before the call, so that a process that dies has used it up."""
    now = timezone.now()
    due = WebhookDelivery.objects.filter(_nobody_is_at_it(now), pk=delivery_id, state=State.PENDING, next_try__lte=now)
    if not due.update(tries=F("tries") + 1, lease_until=now + LEASE):
        return None
    return WebhookDelivery.objects.select_related("job__owner", "batch__owner").filter(pk=delivery_id).first()


def _nobody_is_at_it(now: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=now)


def deliver(delivery: WebhookDelivery, make_body: Callable[[], str]) -> None:
    """Call out, outside any transaction, and write down what came of it."""
    if not delivery.body:
        delivery.body = make_body()
        WebhookDelivery.objects.filter(pk=delivery.pk).update(body=delivery.body)
    started = time.monotonic()
    status: int | None = None
    try:
        with circuit_breaker.around(delivery.about.owner_id, delivery.url):
            status = fetch.post(delivery.url, delivery.body.encode(), signed_headers(delivery), seconds=SECONDS_A_TRY)
        outcome: DomainError = fetch.FetchError(case="status", n=status)
    except DomainError as error:
        outcome = error
    _write_down(delivery, status, outcome, time.monotonic() - started)


def signed_headers(delivery: WebhookDelivery) -> dict[str, str]:
    """The header fields of Standard Webhooks; during a rotation both secrets sign."""
    now = timezone.now()
    message_id = f"msg_{delivery.pk.hex}"
    signatures = [
        Webhook(secret).sign(message_id, now, delivery.body) for secret in secrets_in_use(delivery.about.owner)
    ]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _write_down(delivery: WebhookDelivery, status: int | None, outcome: DomainError, seconds: float) -> None:
    state, wait = _after(status, delivery.tries)
    next_try = timezone.now() + timedelta(seconds=wait)
    with transaction.atomic():
        rows = WebhookDelivery.objects.filter(pk=delivery.pk, tries=delivery.tries)
        if not rows.update(state=state, next_try=next_try, lease_until=None):
            return  # deleted with its job, or another process took over
        WebhookAttempt.objects.create(
            delivery_id=delivery.pk,
            status=status,
            outcome=outcome.sentence,
            outcome_details=outcome.details,
            seconds=round(seconds, 3),
        )
        old = WebhookAttempt.objects.filter(delivery_id=delivery.pk).order_by("-pk").values_list("pk", flat=True)
        WebhookAttempt.objects.filter(pk__in=list(old[ATTEMPTS_KEPT:])).delete()


def _after(status: int | None, tries: int) -> tuple[WebhookDelivery.State, float]:
    """What a try leads to: the delivery's state, and the seconds until the next try."""
    if status is not None and 200 <= status < 300:
        return State.DELIVERED, 0
    if status == GONE:
        return State.GONE, 0
    if tries >= len(SCHEDULE):
        return State.FAILED, 0
    return State.PENDING, SCHEDULE[tries]
