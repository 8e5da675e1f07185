"""Whose job is next: accounts with jobs that wait take turns, whatever the number of their jobs.

Next is the account whose last turn is longest ago, and of its jobs the oldest. A turn is one job, or as many as an
administrator says for the account (`User.turn_weight`). It is asked when a worker is free and not when a job is
queued, so what a queue has handed out ahead says how many jobs may be started, never which.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from swaps.models import AccountTurn, SwapJob

from . import batch_turns, services
from .network_queue import for_this_worker

Status = SwapJob.Status


def start_next_swap() -> services.Claim | None:
    """Claim the job whose turn it is; None where none waits."""
    while (job_id := next_job()) is not None:
        with transaction.atomic():
            claim = services.start_swap(job_id)
            if claim is not None:
                take_turn(claim.job.owner)
                return claim
        # Another worker was faster, or the job had no attempt left: the next question finds it gone.
    return None


def next_job() -> UUID | None:
    """The job whose turn it is, or else one whose worker is lost."""
    lost = SwapJob.objects.filter(for_this_worker(), status=Status.RUNNING, lease_until__lt=timezone.now())
    lost = lost.order_by("lease_until")
    return _in_turn().values_list("pk", flat=True).first() or lost.values_list("pk", flat=True).first()


def first_in_turn() -> tuple[datetime | None, datetime] | None:
    """When the account whose turn it is had its last one, and since when its job waits; None where none waits."""
    return _in_turn().values_list("owner__accountturn__ended", "created").first()


def _in_turn() -> QuerySet[SwapJob]:
    waiting = SwapJob.objects.filter(for_this_worker(), status=Status.QUEUED, kind=SwapJob.Kind.PHOTO, fetching=False)
    waiting = waiting.exclude(batch_turns.kept_back())
    return waiting.order_by(F("owner__accountturn__ended").asc(nulls_first=True), "created", "pk")


@transaction.atomic
def take_turn(owner: User) -> None:
    """Count a job that was started; the account's turn ends with the last that its weight allows."""
    AccountTurn.objects.get_or_create(owner=owner)
    turn = AccountTurn.objects.select_for_update().get(owner=owner)
    turn.started += 1
    if turn.started >= owner.turn_weight:
        turn.started, turn.ended = 0, timezone.now()
    turn.save()
