"""`manage.py prepare`: brings database and static files up to date; does nothing where they already are."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from faceswap_site.lib import private_files
from faceswap_site.lib.database import is_prepared
from faceswap_site.lib.fonts import make_fonts
from recognition.search.pgvector import create_table


def prepare(write: Callable[[str], object]) -> None:
    data, static = Path(settings.DATA_DIR), Path(settings.STATIC_ROOT)
    private_files.mend(data, public=static, done=data / "media")
    if not is_prepared():
        write("Preparing the database …")
        call_command("migrate", verbosity=0)
    if "cache" not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)
    if settings.KNOWN_FACES_SEARCH == "pgvector":
        try:
            create_table()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
    if not make_fonts(Path(settings.FONTS_DIR)):
        write("The packages of letters are missing; pages show the system's own.")
    stamp, state = static / ".collected", _static_state()
    if not stamp.exists() or stamp.read_text() != state:
        write("Collecting static files …")
        with private_files.written_for_others():  # a web server in front may read them
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(state)


def _static_state() -> str:
    """A digest over name, size and time of every static file, so that a change is seen without copying anything."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class Command(BaseCommand):
    help = "Migrates the database, makes the cache table and collects static files where any of that is due."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(self.stdout.write)
