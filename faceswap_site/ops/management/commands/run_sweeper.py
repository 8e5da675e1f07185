"""`manage.py run_sweeper`: looks every few seconds for work that the queue lost and for what has expired."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from faceswap_site.ops import sweep

SECONDS_BETWEEN_SWEEPS = 2.0


class Command(BaseCommand):
    help = "Re-queues jobs whose worker died, deletes what has expired; runs until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(SECONDS_BETWEEN_SWEEPS):
            sweep.sweep()
            close_old_connections()
