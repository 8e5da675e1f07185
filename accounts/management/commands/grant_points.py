"""`manage.py grant_points USER N --reason TEXT`: adds points to an account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import points
from accounts.models import User
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError


class Command(BaseCommand):
    help = "Adds points to an account."
    requires_system_checks: list[str] = []  # they load every page; the worker makes them at each start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("points", type=int)
        parser.add_argument("--reason", required=True, help="shown to the person in the ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        account = User.objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError(f"There is no account named {options['username']}.")
        try:
            points.grant(account, options["points"], reason=options["reason"])
        except DomainError as error:
            raise CommandError(spoken(error)) from error
        self.stdout.write(f"{account.username} has {account.balance} points.")
