"""`manage.py reset_link USER`: prints a link with which someone chooses a new password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.sign_in.reset_links import reset_link
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.site_url import configured_url


class Command(BaseCommand):
    help = "Makes a link with which the account's owner chooses a new password. It works once, for three days."
    requires_system_checks: list[str] = []  # they load every page; the worker makes them at each start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        account = User.objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError(f"There is no account named {options['username']}.")
        try:
            self.stdout.write(reset_link(account, site_url=configured_url()))
        except DomainError as error:
            raise CommandError(spoken(error)) from error
