"""Signing in by the operator's identity provider (OpenID Connect): who gets an account by it, and what it is given."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.db import transaction
from django.http import HttpRequest

from accounts import throttling
from accounts.authentication import address_of
from accounts.models import User

from . import invitations
from .invitations import needs_invitation


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever has an account signs in whatever SIGN_UP says; this is about those who have none yet."""
        throttling.spend("sign_up", address_of(request))
        return invitations.is_invited(request) or not needs_invitation(by_provider=True)

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Only where it is confirmed here too, or a stranger could have made an account in that name before."""
        known = EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
        return known and bool(super().can_authenticate_by_email(login, email))

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Without a form nobody has looked yet for an invitation; with one, the adapter of accounts has."""
        sociallogin.user.awaits_points = True
        user: User = super().save_user(request, sociallogin, form)
        if form is None:
            invitations.redeem(request, user, needed=needs_invitation(by_provider=True))
        return user
