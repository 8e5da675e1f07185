"""What calls other servers, out of the workers' way: each kind of errand has a few threads, and its rows are its queue.

A row tells what is to be done and by when whoever is at it must have said so; so processes may be killed, or be
several, and another goes on where one stopped.
"""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import close_old_connections, connection

from swaps import tasks
from swaps.jobs import email, webhooks

logger = logging.getLogger(__name__)
Errand = TypeVar("Errand")
SECONDS_BETWEEN_LOOKS = 0.2


class Lane(Generic[Errand]):
    """One kind of errand. `claim_next` takes the next one in the database, `do` is called in a thread of its own."""

    def __init__(self, claim_next: Callable[[], Errand | None], do: Callable[[Errand], None], *, at_once: int) -> None:
        self._claim_next = claim_next
        self._do = do
        self._places = threading.Semaphore(at_once)

    def fill(self) -> None:
        """Start errands while there are places and anything to do."""
        while self._places.acquire(blocking=False):
            started = False
            try:
                errand = self._claim_next()
                if errand is None:
                    return
                threading.Thread(target=self._run, args=(errand,), daemon=True).start()
                started = True
            finally:
                if not started:
                    self._places.release()

    def _run(self, errand: Errand) -> None:
        try:
            self._do(errand)
        except Exception:  # its lease runs out, and another try begins
            logger.exception("an errand failed")
        finally:
            connection.close()
            self._places.release()


def lanes() -> "list[Lane]":  # type: ignore[type-arg]  # of different errands
    return [
        Lane(webhooks.claim_next, tasks.deliver_webhook, at_once=8),
        Lane(email.claim_next_letter, tasks.send_letter, at_once=2),
    ]


def run(stop: threading.Event) -> None:
    """Do errands until asked to stop; those under way then end with the process, and are done again when it is back."""
    kept = lanes()
    while not stop.wait(SECONDS_BETWEEN_LOOKS):
        close_old_connections()
        for lane in kept:
            try:
                lane.fill()
            except Exception:  # the database is away for a while
                logger.exception("no errand could be taken")
                stop.wait(1)
