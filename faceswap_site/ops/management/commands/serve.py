"""`manage.py serve`: prepares what is not prepared yet, then keeps web, worker and sweeper running."""

import gc
import os
import secrets
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections, transaction

from accounts import points
from accounts.models import User
from faceswap_site.lib.http.header_timeout import MOST_CONNECTIONS, PatientProtocol
from faceswap_site.lib.samples import missing_samples
from faceswap_site.lib.site_url import local_url
from faceswap_site.ops.supervisor import Program, Supervisor, command
from recognition.engine.weights import encoder, predictor

from .prepare import prepare


class Command(BaseCommand):
    help = "Prepares the database, static files and samples, then serves the site with its worker."
    requires_system_checks: list[str] = []  # the web server's own start runs into whatever they would find

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(self.stdout.write)
        if missing_samples(settings.SAMPLES_DIR):
            call_command("fetch_samples")
        call_command("make_showcase")
        self._create_first_administrator()
        self.stdout.write(f"Serving on {local_url()}/ (Ctrl-C stops it)")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        connections.close_all()  # a connection must not be shared with a forked process
        gc.collect()
        gc.freeze()  # a collection that looked through what they have in common would copy it
        Supervisor(
            [
                Program("web", serve_web),
                Program("worker", serve_queue),
                Program("sweeper", command("run_sweeper", niceness=5)),
            ]
        ).run()

    def _create_first_administrator(self) -> None:
        if User.objects.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            points.welcome(User.objects.create_superuser("admin", "admin@localhost", password))
        self.stdout.write(f"Administrator made: user name admin, password {password} (shown only now; /admin/)")


def serve_queue() -> None:
    if not settings.FAKE_ENGINE:
        predictor(), encoder()  # before the queue forks its workers, which have these 120 MB in common then
    command("qcluster", niceness=5)()


def serve_web() -> None:
    uvicorn.run(
        "faceswap_site.asgi:application",
        host=settings.HOST,
        port=settings.PORT,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        proxy_headers=settings.BEHIND_PROXY,
        forwarded_allow_ips="*" if settings.BEHIND_PROXY else None,
        server_header=False,
        http=PatientProtocol,
        limit_concurrency=MOST_CONNECTIONS,
    )
