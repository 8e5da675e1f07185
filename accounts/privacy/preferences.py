"""What a person says about their whole account: how long its swaps are kept, and whether letters are sent."""

from django.db import transaction

from accounts.models import User

from .hooks import hooks


@transaction.atomic
def set_preferences(account: User, *, retention_days: int | None, letters: bool) -> None:
    """Keep the account's swaps for so many days (none: as long as the site does), those that are there already too."""
    account.retention_days, account.letters = retention_days, letters
    account.save(update_fields=["retention_days", "letters"])
    for keep in hooks("retention"):
        keep(account)
