"""`manage.py run_sweeper`: the one process beside the workers, for what would keep them from work on pixels.

It looks every few seconds for work that the queue lost and for what has expired, and calls other servers.
"""

import os
import signal
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from faceswap_site.ops import outbound, sweep

SECONDS_BETWEEN_SWEEPS = 2.0
SECONDS_TO_STOP = 2.0


class Command(BaseCommand):
    help = (
        "Re-queues jobs whose worker died, deletes what has expired, fetches photos, delivers callbacks and letters; "
        "runs until it is stopped."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        sweeping = threading.Thread(target=_sweep_until, args=(stop,), daemon=True)
        sweeping.start()
        outbound.run(stop)
        sweeping.join(SECONDS_TO_STOP)
        # A call may be waiting for a server for many seconds yet. What is broken off is done again: its row says so.
        sys.stdout.flush()
        os._exit(0)


def _sweep_until(stop: threading.Event) -> None:
    while not stop.wait(SECONDS_BETWEEN_SWEEPS):
        sweep.sweep()
        close_old_connections()
