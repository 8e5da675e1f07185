"""The account under which surfaces run that the operator opened to everyone (OPEN_ACCESS)."""

import logging

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import User
from faceswap_site.lib.errors import DomainError

logger = logging.getLogger(__name__)

# Only shown, never looked for: the row is found by its column. No one can sign up under a name with brackets in it.
NAME = "(guest)"


def guest_account() -> User:
    """Return the built-in guest, who can't sign in, owns no points and needs none."""
    new = {"username": NAME, "password": make_password(None)}
    return User.objects.get_or_create(is_guest=True, defaults=new)[0]


def open_access_account() -> User:
    """Return whom requests without a key run on: the account that OPEN_ACCESS_ACCOUNT names, or the built-in guest.

    Raises
    ------
    DomainError
        Where the setting names no account, a closed one, or an administrator's, who sees more than everyone may.
    """
    if not settings.OPEN_ACCESS_ACCOUNT:
        return guest_account()
    account = User.objects.filter(username=settings.OPEN_ACCESS_ACCOUNT, is_active=True, is_staff=False).first()
    if account is None:
        logger.error("OPEN_ACCESS_ACCOUNT names no account that is open and no administrator's")
        raise DomainError("no_key", case="closed")
    return account
