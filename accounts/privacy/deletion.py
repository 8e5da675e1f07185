"""The end of an account: from one moment on nothing more is taken for it, and then all that it has is deleted.

Whatever stores a file for an account calls `keep_open` in the transaction that writes the file's row. So a row comes
either before the account is closed, and is deleted with it, or not at all, and its writer deletes the file.
"""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from faceswap_site.lib.errors import DomainError

# A process that closed an account and then died leaves the rest to the sweep, which comes after this.
PATIENCE = timedelta(minutes=10)
JOBS_AT_ONCE = 100


class AccountClosed(DomainError):
    code = "account_closed"

    def __init__(self) -> None:
        super().__init__(gettext_noop("This account is closed. Nothing was kept and nothing was charged."))


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
    _delete_what_it_has(account)
    with transaction.atomic():
        account.delete()  # refused by the rows that name files, if any were left


def finish_deletions() -> int:
    """Delete the accounts whose deletion was broken off; return how many. Part of the sweep."""
    left = list(User.objects.filter(closed__lt=timezone.now() - PATIENCE))
    for account in left:
        delete_account(account)
    return len(left)


def _delete_what_it_has(account: User) -> None:
    # The services of the apps that depend on accounts; imported here, because they import this app.
    from recognition.photos.found import delete_found_photos
    from recognition.recognise import delete_registry
    from recognition.registry.bulk import delete_uploads
    from swaps.jobs.services import delete_swap

    # Not by an iterator: SQLite lets nobody write who is still reading what others have changed meanwhile.
    while jobs := list(account.swap_jobs.all()[:JOBS_AT_ONCE]):
        for job in jobs:
            delete_swap(job)
    delete_found_photos(account=account)
    delete_uploads(account=account)
    delete_registry(account=account)
