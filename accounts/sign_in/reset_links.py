"""Links for a new password that an administrator makes and hands over, where no letter can."""

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from accounts.models import User
from faceswap_site.lib.errors import DomainError

logger = logging.getLogger(__name__)


def reset_link(account: User, *, site_url: str) -> str:
    """An address under `site_url` at which a new password is chosen: once, within PASSWORD_RESET_TIMEOUT.

    Raises
    ------
    DomainError
        For an account that nobody may sign in to.
    """
    if account.is_guest or not account.is_active:
        raise DomainError("account_closed", case="sign_in")
    # The token is made of the old password and the last time of signing in, so that both end it.
    parts = {"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)}
    logger.warning("a link for a new password was made for account %d", account.pk)
    return site_url + reverse("account_reset_password_from_key", kwargs=parts)
