"""The end of an account: from one moment on nothing more is taken for it, and then all that it has is deleted.

Whatever stores a file for an account calls `keep_open` in the transaction that writes the file's row. So a row comes
either before the account is closed, and is deleted with it, or not at all, and its writer deletes the file.
"""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from faceswap_site.lib.errors import DomainError

from .hooks import hooks

# A process that closed an account and then died leaves the rest to the sweep, which comes after this.
PATIENCE = timedelta(minutes=10)


class AccountClosed(DomainError):
    code = "account_closed"


def keep_open(account: User) -> None:
    """Keep an account from being closed until the transaction ends.

    Raises
    ------
    AccountClosed
        Where it is closed already.
    """
    # PostgreSQL locks the row; on SQLite a transaction is alone from its beginning (transaction_mode).
    rows = User.objects.select_for_update(no_key=True).filter(pk=account.pk, is_active=True)
    if rows.values_list("pk", flat=True).first() is None:
        raise AccountClosed


@transaction.atomic
def close_account(account: User) -> None:
    """Let nobody in any more, by password, key or session, and take nothing more."""
    User.objects.filter(pk=account.pk).update(is_active=False, closed=timezone.now())
    account.api_keys.filter(revoked=None).update(revoked=timezone.now())
    for session in UserSession.objects.filter(user=account):
        session.end()


def delete_account(account: User) -> None:
    """Delete an account with all its jobs and files; what is not finished is cancelled first."""
    close_account(account)
    for delete in hooks("delete"):
        delete(account)
    with transaction.atomic():
        account.delete()  # refused by the rows that name files, if any were left


def finish_deletions() -> int:
    """Delete the accounts whose deletion was broken off; return how many. Part of the sweep."""
    left = list(User.objects.filter(closed__lt=timezone.now() - PATIENCE))
    for account in left:
        delete_account(account)
    return len(left)
