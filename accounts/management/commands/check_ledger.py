"""`manage.py check_ledger`: proves that every balance is the sum of its ledger; exit status 1 where one is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.points import accounts_out_of_balance


class Command(BaseCommand):
    help = "Compares every balance with the sum of its point entries."
    requires_system_checks: list[str] = []  # they load every page; the worker makes them at each start

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [f"{a.username}: balance {a.balance}, ledger {a.ledger}" for a in accounts_out_of_balance()]  # type: ignore[attr-defined]
        if wrong:
            raise CommandError("The ledger does not add up.\n" + "\n".join(wrong))
        self.stdout.write(f"The ledger is clean: {User.objects.count()} accounts checked.")
