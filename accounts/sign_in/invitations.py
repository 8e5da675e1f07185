"""Links by which somebody signs up where not everyone may, once; whoever has one is given their points at once."""

from datetime import timedelta

from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import points
from accounts.models import Invitation, User

PARAMETER = "invitation"  # of the address; also what the session calls it until the form is sent
DAYS = 14


def invite(*, note: str = "", days: int = DAYS) -> Invitation:
    """Make an invitation that is good for so many days."""
    return Invitation.objects.create(note=note[:200], expires=timezone.now() + timedelta(days=days))


def invitation_link(invitation: Invitation, *, site_url: str) -> str:
    """Where it leads. Only the site can make this address, and makes the same again, so that it is kept nowhere."""
    return f"{site_url}{reverse('account_signup')}?{PARAMETER}={signing.dumps(invitation.pk, salt=PARAMETER)}"


def needs_invitation(*, by_provider: bool = False) -> bool:
    """Whether nobody makes an account without one; `by_provider`: whom the identity provider has signed in."""
    return settings.SIGN_UP != "open" and not (by_provider and settings.SIGN_UP == "provider")


def is_invited(request: HttpRequest) -> bool:
    """Whether a request brings an invitation that is still good, in its address or from the page before."""
    if settings.SIGN_UP == "closed":
        return False
    token = request.GET.get(PARAMETER) or request.session.get(PARAMETER, "")
    invited = _good(token).exists()
    if invited and request.session.get(PARAMETER) != token:
        request.session[PARAMETER] = token  # the form is sent without it
    return invited


def redeem(request: HttpRequest, account: User, *, needed: bool) -> None:
    """Use up the invitation by which an account was made, if any, and give the account its points.

    Raises
    ------
    ImmediateHttpResponse
        Where one is needed, and somebody else was first. To be called in the account's transaction.
    """
    brought = _good(request.session.pop(PARAMETER, ""))
    if settings.SIGN_UP != "closed" and brought.update(used=timezone.now(), account=account):
        points.welcome_waiting(account)
    elif needed:
        raise ImmediateHttpResponse(redirect("account_signup"))


def _good(token: str) -> QuerySet[Invitation]:
    try:
        pk = signing.loads(token, salt=PARAMETER)
    except signing.BadSignature:
        return Invitation.objects.none()
    return Invitation.objects.filter(pk=pk, used=None, expires__gt=timezone.now())
