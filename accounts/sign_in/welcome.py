"""What a new account is given, once: after its address is confirmed where letters can be sent, and so many a day.

Without bounds, one program that signs up again and again would have all points that it wants. What is not given at
once is given when the account's owner signs in later, or by an administrator.
"""

import hmac

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import points, throttling
from accounts.authentication import network_of
from accounts.models import User


def welcome(request: HttpRequest, account: User) -> None:
    """Give an account what it awaits, if it may have it by now; tell its owner what came or what is missing."""
    if not (account.awaits_points and settings.POINTS_SIGNUP):
        return
    given = _may_be_given(request, account) and points.welcome_waiting(account)
    if request.user.is_authenticated and request.user != account:  # an administrator, who confirmed the address
        return
    if not given:
        messages.info(request, what_is_missing(account))
    elif settings.POINTS_AFTER_CONFIRMATION:
        messages.success(request, _("Your first %(n)d points are there.") % {"n": settings.POINTS_SIGNUP})


def what_is_missing(account: User) -> str:
    """Why an account has not been given its points yet, and what to do; nothing for one that awaits none."""
    if not (account.awaits_points and settings.POINTS_SIGNUP):
        return ""
    n = {"n": settings.POINTS_SIGNUP}
    if settings.POINTS_AFTER_CONFIRMATION and not _confirmed(account):
        return _("You get %(n)d points as soon as you open the link in the e-mail that confirms your address.") % n
    if 0 in (settings.RATE_LIMITS["welcome"][0], settings.RATE_LIMITS["welcome_network"][0]):
        return _("An administrator of this site gives you your first %(n)d points.") % n
    return (
        _(
            "So many people signed up today that your first %(n)d points have to wait. Sign in again tomorrow, or ask "
            "an administrator of this site."
        )
        % n
    )


@transaction.atomic
def _may_be_given(request: HttpRequest, account: User) -> bool:
    """Whether this account's turn is now; counted if so."""
    counted: list[tuple[str, str]] = [("welcome_network", network_of(request)), ("welcome", "all")]
    if settings.POINTS_AFTER_CONFIRMATION:
        addresses = _confirmed(account)
        if not addresses:
            return False
        counted = [*(("welcome_address", _digest(address)) for address in addresses), *counted]
    for position, (policy, who) in enumerate(counted):
        if not throttling.take(policy, who).granted:
            for taken in counted[:position]:
                throttling.give_back(*taken)
            return False
    return True


def _confirmed(account: User) -> list[str]:
    return list(EmailAddress.objects.filter(user=account, verified=True).values_list("email", flat=True))


def _digest(address: str) -> str:
    """What is kept of an address: the same for all ways to write it that reach one mailbox."""
    name, _at, domain = address.casefold().rpartition("@")
    mailbox = f"{name.partition('+')[0]}@{domain}"
    return hmac.digest(settings.SECRET_KEY.encode(), f"welcome:{mailbox}".encode(), "sha256").hex()
