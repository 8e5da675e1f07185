"""Calls that are answered at once: hold the price, do, then capture or give back; a named call is answered once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from rest_framework.response import Response

from . import points
from .idempotency import NamedRequest
from .models import User


@dataclass
class Charge:
    """What a call costs, and how it was answered."""

    account: User
    price: int
    kept: dict[str, Any] = field(default_factory=dict)

    def answer(self, body: Any, *, status: int = 200, location: str = "") -> Response:
        """The answer, which every repetition of a named request gets too."""
        self.kept = {"body": body, "status": status, "location": location}
        return Response(body, status=status, headers={"Location": location} if location else None)


@contextmanager
def charged(
    account: User, operation: str = "", *, free: bool = False, reason: str = "", named: NamedRequest | None = None
) -> Iterator[Charge]:
    """Hold the price of `operation` (a name in settings.PRICES, or none) around a block, then capture or release it.

    A named request's key is claimed with the hold, keeps what `Charge.answer` says with the capture, and is forgotten
    with the release, each in one transaction. What a process that dies leaves held or claimed, the sweep gives back.
    """
    price = 0 if free or not operation else int(settings.PRICES[operation])
    reference = f"call:{operation}:{uuid4()}"
    charge = Charge(account, price)
    with transaction.atomic():
        if operation:
            text = reason or operation.replace("_", " ").capitalize()
            points.hold(account, price, reference=reference, reason=text)
        if named:
            named.claim()
    try:
        yield charge
    except BaseException:
        with transaction.atomic():
            points.release(reference)
            if named:
                named.forget()
        account.refresh_from_db(fields=["balance"])
        raise
    with transaction.atomic():
        points.capture(reference)
        if named:
            named.answer(**charge.kept)
