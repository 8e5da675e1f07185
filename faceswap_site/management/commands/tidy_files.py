"""`manage.py tidy_files`: finds stored files that no row names, which only crashes at bad moments leave behind."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import FileField
from django.utils import timezone


def named_files() -> set[str]:
    """Every name that a row holds, whatever its model."""
    names: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FileField) and not model._meta.proxy:
                names.update(model._default_manager.values_list(field.name, flat=True))
    return names


def stored_files(folder: str = "") -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return
    before = f"{folder}/" if folder else ""
    yield from (before + name for name in files)
    for name in folders:
        yield from stored_files(before + name)


class Command(BaseCommand):
    help = "Lists stored files that no row names and that are older than an hour; --delete deletes them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete what is listed")
        parser.add_argument("--minutes", type=int, default=60, help="how old a file must be (default: 60)")

    def handle(self, *args: Any, **options: Any) -> None:
        # The files first: what is written in between has its row by the time the rows are read, or is too young.
        before = timezone.now() - timedelta(minutes=options["minutes"])
        files = [name for name in stored_files() if default_storage.get_modified_time(name) <= before]
        named = named_files()
        unnamed = [name for name in files if name not in named]
        for name in unnamed:
            self.stdout.write(name)
            if options["delete"]:
                default_storage.delete(name)
        self.stdout.write(f"{len(unnamed)} of {len(files)} files {'deleted' if options['delete'] else 'have no row'}.")
