"""What a new account gets, whichever way it signs up, and the limits on signing up and in."""

import hashlib
import logging
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_reset
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.authentication import address_of
from accounts.models import User
from faceswap_site.lib.site_url import own_address

from . import guess_limits, invitations
from .invitations import needs_invitation
from .welcome import welcome

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Letters name the site's own address, whatever the request that asked for them says.

        Nobody gets more of them than the limit: who asks for a stranger's address must not fill that mailbox.
        """
        if not throttling.take("letter", hashlib.sha256(email.casefold().encode()).hexdigest()).granted:
            logger.warning("no e-mail sent: its address has had as many as it may in this stretch of time")
            return
        own: dict[str, Any] = {name: own_address(value) for name, value in context.items() if name.endswith("_url")}
        if settings.SITE_URL:
            host = urlsplit(settings.SITE_URL).netloc
            own["current_site"] = SimpleNamespace(name=host, domain=host)
        super().send_mail(template_prefix, email, context | own)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **more: Any
    ) -> None:
        """Say that a letter was sent only where one can be."""
        if message_template == "account/messages/email_confirmation_sent.txt" and not settings.CAN_SEND_MAIL:
            text = _("This site can't send e-mail, so the address stays unconfirmed.")
            super().add_message(request, level, message=text)
        else:
            super().add_message(request, level, message_template, *args, **more)

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.awaits_points = True
        user = super().save_user(request, user, form, commit)
        if commit:
            invitations.redeem(request, user, needed=needs_invitation(by_provider=hasattr(form, "sociallogin")))
        return user

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        if request.method == "POST":
            throttling.spend("sign_up", address_of(request))
        return invitations.is_invited(request) or not needs_invitation()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self.counted = guess_limits.count_password(request, credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        account: User | None = super().authenticate(request, **credentials)
        if account is not None:
            for policy, who in self.counted:
                throttling.give_back(policy, who)
        return account

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        welcome(request, user)
        response: HttpResponse = super().post_login(request, user, **options)
        guess_limits.remember_device(request, response, user)
        return response


@receiver(email_confirmed)
def welcome_confirmed(request: HttpRequest, email_address: EmailAddress, **_more: Any) -> None:
    welcome(request, email_address.user)


@receiver(password_reset)
def unlock(user: User, **_more: Any) -> None:
    """Whoever reads the account's letters need not wait for what was guessed before."""
    throttling.forget("sign_in", user.pk)
