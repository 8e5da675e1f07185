"""`manage.py issue_key USERNAME --name NAME`: makes an API key and prints it, and nothing else."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.keys import ALL_SCOPES, issue_api_key
from accounts.models import User
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError


class Command(BaseCommand):
    help = "Makes an API key for an account and prints it. It can't be shown again."
    requires_system_checks: list[str] = []  # they load every page; the worker makes them at each start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what the key is for; shown on the account's page")
        parser.add_argument("--scopes", nargs="+", choices=ALL_SCOPES, default=list(ALL_SCOPES))
        parser.add_argument("--days", type=int, help="days until the key expires; without it, never")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(username=options["username"]).first()
        if owner is None:
            raise CommandError(f"There is no account named {options['username']}.")
        expires = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        try:
            _key, text = issue_api_key(owner=owner, name=options["name"], scopes=options["scopes"], expires=expires)
        except DomainError as error:
            raise CommandError(spoken(error)) from error
        self.stdout.write(text)
