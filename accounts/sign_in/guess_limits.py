"""How often passwords and codes may be guessed, by account, by address and by device.

Whoever knows only a name can use up what is counted for an account; a device on which its owner has signed in before
has a count of its own, so that strangers can't lock the owner out.
"""

import hashlib
import secrets
from typing import Any

from allauth.account.utils import filter_users_by_email, filter_users_by_username
from allauth.mfa.base import forms as mfa_forms
from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts import throttling
from accounts.authentication import address_of
from accounts.models import User
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import TooManyRequests

COOKIE = "known_device"
COOKIE_SECONDS = 365 * 24 * 3600
MOST_ACCOUNTS = 5  # of one device; whoever signed in least lately is forgotten

Counted = tuple[str, str]  # a policy and who


def count_password(request: HttpRequest, credentials: dict[str, Any]) -> list[Counted]:
    """Count one password that is tried; returns what to give back when it is right. Raises ValidationError."""
    counted = _counted_for(request, credentials)
    for policy, who in counted:
        count_guess(policy, who)
    return counted


def remember_device(request: HttpRequest, response: HttpResponse, account: User) -> None:
    """Let the browser prove from now on that this account has signed in on it."""
    devices = _devices(request)
    devices = {account.pk: devices.pop(account.pk, None) or secrets.token_urlsafe(12)} | devices
    response.set_cookie(
        COOKIE,
        signing.dumps(list(devices.items())[:MOST_ACCOUNTS], salt=COOKIE),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class _CountedCode(forms.Form):
    """Counts the codes that are tried where no cache evicts the count; it is an account's, whichever form asks."""

    user: User

    def clean_code(self) -> str:
        count_guess("code", self.user.pk)
        code: str = super().clean_code()  # type: ignore[misc]
        throttling.give_back("code", self.user.pk)
        return code


class AuthenticateForm(_CountedCode, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(_CountedCode, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


def count_guess(policy: str, who: object) -> None:
    """Count one guess; raises ValidationError, which says how long to wait."""
    allowance = throttling.take(policy, who)
    if not allowance.granted:
        error = TooManyRequests(case="attempts", retry_after=allowance.resets_in)
        raise forms.ValidationError(spoken(error), code=error.code)


def _counted_for(request: HttpRequest, credentials: dict[str, Any]) -> list[Counted]:
    typed = str(credentials.get("email") or credentials.get("username") or "").strip()
    # As allauth looks an account up, so that its name and its address, however they are written, are one count.
    found = {account.pk for account in (*filter_users_by_username(typed), *filter_users_by_email(typed))}
    devices = _devices(request)
    if found and found <= devices.keys():
        return [("sign_in_device", f"{pk}:{devices[pk]}") for pk in sorted(found)]
    # An unknown name is limited just so, or the limit would tell which names there are.
    unknown = "name:" + hashlib.sha256(typed.casefold().encode()).hexdigest()[:32]
    return [
        ("sign_in_address", address_of(request)),
        *(("sign_in", str(who)) for who in sorted(found) or [unknown]),
    ]


def _devices(request: HttpRequest) -> dict[int, str]:
    """The accounts that have signed in on this device, each with its mark; the latest first."""
    try:
        return dict(signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_SECONDS))
    except signing.BadSignature:
        return {}
