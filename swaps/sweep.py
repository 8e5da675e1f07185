"""One round of looking after the rows: nothing that was accepted may be forgotten."""

from accounts import limits, points
from faceswap_site import storage_use
from faceswap_site.database import overwrite_deleted_pages
from faceswap_site.heartbeat import sweeper_beats

from . import found, idempotency, incoming, services, webhooks


def sweep() -> None:
    services.requeue_lost()
    services.delete_expired()
    webhooks.enqueue_due()
    points.release_abandoned()
    found.delete_expired_photos()
    incoming.delete_abandoned()
    idempotency.forget_old()
    limits.forget_old_windows()
    storage_use.measure_when_due()
    overwrite_deleted_pages()
    sweeper_beats()
