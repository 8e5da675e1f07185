"""`manage.py serve`: prepares what is not prepared yet, then runs web, worker and sweeper under one supervisor."""

import getpass
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from faceswap_site.management.commands.prepare import prepare
from faceswap_site.samples import missing_samples


class Command(BaseCommand):
    help = "Prepares the database, static files and samples, then serves the site with its worker."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(self.stdout.write)
        if missing_samples(settings.SAMPLES_DIR):
            call_command("fetch_samples")
        call_command("make_showcase")
        self._create_first_administrator()
        host, port = settings.HOST, os.environ.get("PORT", "8000")
        self.stdout.write(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C stops it)")
        self.stdout.flush()
        os.environ |= {
            "HOST": host,
            "PORT": port,
            "DATA_DIR": str(settings.DATA_DIR),
            "SITE_PYTHON": sys.executable,
            "SITE_USER": getpass.getuser(),
            "PYTHONWARNINGS": "ignore",
        }
        os.chdir(settings.BASE_DIR)
        config = Path(settings.BASE_DIR) / "faceswap_site" / "supervisord.conf"
        os.execv(sys.executable, [sys.executable, "-m", "supervisor.supervisord", "-c", str(config)])

    def _create_first_administrator(self) -> None:
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser("admin", "admin@localhost", password)
        self.stdout.write(f"Administrator made: user name admin, password {password} (shown only now; /admin/)")
