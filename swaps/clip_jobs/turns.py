"""Whose turn it is at a worker, between pieces of clips and swaps of photos: see swaps.jobs.turns.

A piece takes longer than a photo, so whoever works on one lets the photos of others go first, in between.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from swaps.jobs import services as jobs
from swaps.jobs import turns

from .services import TaskClaim, start_task, waiting_tasks

Work = Callable[[jobs.Claim], None]
Place = tuple[bool, datetime, datetime]
LONG_AGO = datetime.min.replace(tzinfo=timezone.get_current_timezone())


def start_next_task(swap: Work) -> TaskClaim | None:
    """Claim the task whose turn it is, after the photos whose turn is before it; None where none waits."""
    in_turn = waiting_tasks().order_by(
        F("clip__owner__accountturn__ended").asc(nulls_first=True), "created", "number", "pk"
    )
    rows = in_turn.values_list("pk", "clip__owner__accountturn__ended", "created")
    while (row := rows.first()) is not None:
        task_id, ended, created = row
        if let_pass(swap, (ended is not None, ended or LONG_AGO, created)):
            continue
        claim = start_task(task_id)
        if claim is not None:
            turns.take_turn(claim.clip.owner)
            return claim
    return None


def give_way(swap: Work, owner: User) -> None:
    """Count another second of work as a turn of the owner, and let a photo of somebody else go first."""
    turns.take_turn(owner)
    now = timezone.now()
    let_pass(swap, (True, now, now))


def let_pass(swap: Work, place: Place) -> bool:
    """Swap a photo here and now whose turn is before this place in the row; False where there is none."""
    first = turns.first_in_turn()
    if first is None or (first[0] is not None, first[0] or LONG_AGO, first[1]) >= place:
        return False
    claim = turns.start_next_swap()
    if claim is None:
        return False
    swap(claim)
    return True
