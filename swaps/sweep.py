"""One round of looking after the rows: nothing that was accepted may be forgotten."""

from . import services


def sweep() -> None:
    services.requeue_lost()
    services.delete_expired()
