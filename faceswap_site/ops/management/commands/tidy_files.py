"""`manage.py tidy_files`: finds stored files that no row names, which only crashes at bad moments leave behind."""

from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from faceswap_site.ops.unnamed_files import FILES_A_STEP, stored_files, unnamed


class Command(BaseCommand):
    help = "Lists stored files that no row names and that are older than an hour; --delete deletes them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete what is listed")
        parser.add_argument("--minutes", type=int, default=60, help="how old a file must be (default: 60)")

    def handle(self, *args: Any, **options: Any) -> None:
        before = timezone.now() - timedelta(minutes=options["minutes"])
        files, looked_at, found = stored_files(), 0, 0
        while some := list(islice(files, FILES_A_STEP)):
            looked_at += len(some)
            for name in unnamed(some, before=before):
                found += 1
                self.stdout.write(name)
                if options["delete"]:
                    default_storage.delete(name)
        self.stdout.write(f"{found} of {looked_at} files {'deleted' if options['delete'] else 'have no row'}.")
