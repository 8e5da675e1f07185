"""The points of an account: the only code that writes the ledger and the balance.

A price is held when work is accepted, captured when it succeeded and released when it did not. Each of the three
happens at most once for a reference, which the ledger's constraints enforce.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from faceswap_site.lib.error_catalogue import FIRST_POINTS, MORE_POINTS, MORE_POINTS_FROM
from faceswap_site.lib.errors import DomainError, filled

from .models import PointEntry, User


class NotEnoughPoints(DomainError):
    code = "not_enough_points"

    def __init__(self, *, price: int, account: User) -> None:
        more = FIRST_POINTS if account.awaits_points else _more()
        super().__init__(price=price, balance=account.balance, more=more, contact=settings.CONTACT_EMAIL)


def how_to_get_more() -> str:
    return filled(_(_more()), {"contact": settings.CONTACT_EMAIL})


def _more() -> str:
    return MORE_POINTS_FROM if settings.CONTACT_EMAIL else MORE_POINTS


def welcome(account: User) -> None:
    """Grant what every new account gets."""
    if settings.POINTS_SIGNUP:
        grant(account, settings.POINTS_SIGNUP, reason=gettext_noop("Welcome"))


@transaction.atomic
def welcome_waiting(account: User) -> bool:
    """Grant it to an account that still awaits it; False for any other."""
    if not User.objects.filter(pk=account.pk, awaits_points=True).update(awaits_points=False):
        return False
    account.awaits_points = False
    welcome(account)
    return True


def grant(account: User, amount: int, *, reason: str) -> None:
    """Add points to the account."""
    if amount <= 0:
        raise DomainError("invalid_amount")
    _move(account, PointEntry.Kind.GRANT, amount, reason=reason)


def hold(account: User, price: int, *, reference: str, reason: str = "") -> None:
    """Set `price` points aside for `reference`, or raise NotEnoughPoints and change nothing."""
    _move(account, PointEntry.Kind.HOLD, -price, reference=reference, reason=reason)


def capture(reference: str, *, price: int | None = None) -> bool:
    """Keep what was held for `reference`, or of it the lower `price` that it came to in the end.

    False where it was already settled, or never held.
    """
    return _settle(reference, PointEntry.Kind.CAPTURE, price=price)


def release(reference: str) -> bool:
    """Give back what was held for `reference`. False where it was already settled, or never held."""
    return _settle(reference, PointEntry.Kind.RELEASE, price=0)


def release_abandoned(prefix: str = "call:", after: timedelta = timedelta(minutes=10)) -> int:
    """Give back what calls hold whose process died before it could settle them; return how many. Part of the sweep."""
    settled = PointEntry.objects.exclude(kind=PointEntry.Kind.HOLD).filter(reference=models.OuterRef("reference"))
    held = PointEntry.objects.filter(
        ~models.Exists(settled),
        kind=PointEntry.Kind.HOLD,
        reference__startswith=prefix,
        created__lt=timezone.now() - after,
    )
    return sum(release(reference) for reference in held.values_list("reference", flat=True)[:200])


def accounts_out_of_balance() -> models.QuerySet[User]:
    """Return the accounts whose balance is not the sum of their ledger: there must be none."""
    ledger = Coalesce(Sum("point_entries__amount"), 0)
    return User.objects.annotate(ledger=ledger).exclude(balance=F("ledger"))


@transaction.atomic
def _move(account: User, kind: PointEntry.Kind, amount: int, *, reference: str = "", reason: str = "") -> None:
    # One statement asks whether the balance suffices and changes it.
    moved = User.objects.filter(pk=account.pk, balance__gte=-amount).update(balance=F("balance") + amount)
    if "balance" not in account.get_deferred_fields():
        del account.balance  # it is read anew where somebody asks
    if not moved:
        raise NotEnoughPoints(price=-amount, account=account)
    PointEntry.objects.create(account=account, kind=kind, amount=amount, reference=reference, reason=reason)


@transaction.atomic
def _settle(reference: str, kind: PointEntry.Kind, *, price: int | None) -> bool:
    held = PointEntry.objects.filter(reference=reference, kind=PointEntry.Kind.HOLD).first()
    if held is None:
        return False
    amount = 0 if price is None else max(0, -held.amount - price)
    # Of two that settle at once, the constraint lets one create the entry; the other gets that.
    _entry, settled_now = PointEntry.objects.get_or_create(
        reference=reference,
        kind__in=[PointEntry.Kind.CAPTURE, PointEntry.Kind.RELEASE],
        defaults={"account_id": held.account_id, "kind": kind, "amount": amount, "reason": held.reason},
    )
    if settled_now and amount:
        User.objects.filter(pk=held.account_id).update(balance=F("balance") + amount)
    return settled_now
