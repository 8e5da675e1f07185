"""`manage.py invite`: prints a link by which somebody signs up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.sign_in.invitations import DAYS, invitation_link, invite
from faceswap_site.lib.site_url import configured_url


class Command(BaseCommand):
    help = "Makes a link by which one person signs up, also where SIGN_UP is set to invitation."
    requires_system_checks: list[str] = []  # they load every page; the worker makes them at each start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--note", default="", help="whom it is for; administrators see it")
        parser.add_argument("--days", type=int, default=DAYS, help="how long it is good")

    def handle(self, *args: Any, **options: Any) -> None:
        invitation = invite(note=options["note"], days=options["days"])
        self.stdout.write(invitation_link(invitation, site_url=configured_url()))
