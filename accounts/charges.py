"""Operations that are paid for and answered at once: hold, do, then capture or give back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from . import points
from .idempotency import NamedRequest
from .models import User


@dataclass
class Charge:
    """What the operation costs, and what to do in the transaction that settles it."""

    price: int
    on_capture: Callable[[], None] = lambda: None


@contextmanager
def charged(
    account: User,
    operation: str,
    *,
    free: bool = False,
    reason: str = "",
    on_hold: Callable[[], None] = lambda: None,
    on_release: Callable[[], None] = lambda: None,
) -> Iterator[Charge]:
    """Hold the price of `operation` (a name in settings.PRICES) around a block: captured, or released if it raises.

    The three callables run in the transaction of their step. A hold whose process dies is given back by the sweep.
    """
    charge = Charge(0 if free else int(settings.PRICES[operation]))
    reference = f"call:{operation}:{uuid4()}"
    with transaction.atomic():
        points.hold(
            account, charge.price, reference=reference, reason=reason or operation.replace("_", " ").capitalize()
        )
        on_hold()
    try:
        yield charge
    except BaseException:
        with transaction.atomic():
            points.release(reference)
            on_release()
        account.refresh_from_db(fields=["balance"])
        raise
    with transaction.atomic():
        points.capture(reference)
        charge.on_capture()


def named_charge(named: NamedRequest | None) -> dict[str, Any]:
    """What a paid call does for its Idempotency-Key in the transactions that hold and release."""
    return {} if named is None else {"on_hold": named.claim, "on_release": named.forget}
