"""What calls other servers, out of the workers' way: each kind of errand has a few threads, and its rows are its queue.

A row tells what is to be done and by when whoever is at it must have said so; so processes may be killed, or be
several, and another goes on where one stopped.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.conf import settings
from django.db import close_old_connections, connection

from swaps import tasks
from swaps.jobs import email, fetching, webhooks

logger = logging.getLogger(__name__)
Errand = TypeVar("Errand")
SECONDS_BETWEEN_LOOKS = 0.2


class Errands(Generic[Errand]):
    """One kind of errand: `claim_next` takes the next one in the database, `do` is called in a thread of its own.

    `renew` keeps its lease a few times in the time that it lasts; without it, the lease is longer than an errand.
    """

    def __init__(
        self,
        claim_next: Callable[[], Errand | None],
        do: Callable[[Errand], object],
        *,
        at_once: int,
        renew: Callable[[Errand], None] | None = None,
    ) -> None:
        self._claim_next = claim_next
        self._do = do
        self._at_once = at_once
        self._renew = renew
        self._renewed = time.monotonic()
        self._under_way: list[Errand] = []

    def start(self) -> None:
        """Start errands while there are places and anything to do."""
        while len(self._under_way) < self._at_once:
            errand = self._claim_next()
            if errand is None:
                return
            self._under_way.append(errand)
            threading.Thread(target=self._run, args=(errand,), daemon=True).start()

    def renew(self) -> None:
        """Keep the leases of what is under way."""
        if self._renew is None or time.monotonic() - self._renewed < settings.JOB_LEASE_SECONDS / 4:
            return
        self._renewed = time.monotonic()
        for errand in list(self._under_way):
            self._renew(errand)

    def _run(self, errand: Errand) -> None:
        try:
            self._do(errand)
        except Exception:  # its lease runs out, and another try begins
            logger.exception("an errand failed")
        finally:
            connection.close()
            self._under_way.remove(errand)


def kinds_of_errands() -> "list[Errands]":  # type: ignore[type-arg]  # of different errands
    return [
        Errands(fetching.claim_next, tasks.fetch_photos, renew=fetching.Fetch.renew, at_once=16),
        Errands(webhooks.claim_next, tasks.deliver_webhook, at_once=8),
        Errands(email.claim_next_letter, tasks.send_letter, at_once=2),
    ]


def run(stop: threading.Event) -> None:
    """Do errands until asked to stop; those under way then end with the process, and are done again when it is back."""
    kinds = kinds_of_errands()
    while not stop.wait(SECONDS_BETWEEN_LOOKS):
        close_old_connections()
        for errands in kinds:
            try:
                errands.renew()
                errands.start()
            except Exception:  # the database is away for a while
                logger.exception("no errand could be taken")
                stop.wait(1)
