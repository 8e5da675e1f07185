"""One round of looking after the rows: nothing that was accepted may be forgotten."""

import logging

from accounts import idempotency, points, throttling
from accounts.privacy import deletion
from accounts.sign_in import ended_sessions
from faceswap_site.lib import email
from faceswap_site.lib.database import overwrite_deleted_pages
from recognition.photos import found_faces
from swaps.batches import services as batches
from swaps.clip_jobs import services as clips
from swaps.clip_jobs.files import forget_dead_folders
from swaps.jobs import circuit_breaker, files, services
from swaps.results import consent

from . import storage_use, unnamed_files
from .heartbeat import sweeper_beats

logger = logging.getLogger(__name__)
STEPS = (
    services.requeue_lost,
    clips.requeue_lost_tasks,
    services.delete_expired,
    clips.delete_expired_clips,
    forget_dead_folders,
    batches.delete_expired,
    batches.go_on_with_all,
    circuit_breaker.forget_old,
    points.release_abandoned,
    deletion.finish_deletions,
    consent.finish_refusals,
    found_faces.delete_expired_photos,
    found_faces.delete_abandoned_photos,
    files.delete_abandoned_jobs,
    unnamed_files.delete_unnamed_files,
    idempotency.forget_old,
    email.delete_old_letters,
    ended_sessions.forget_ended_sessions,
    throttling.forget_old_windows,
    storage_use.measure_when_due,
    overwrite_deleted_pages,
    sweeper_beats,
)


def sweep() -> None:
    """Take every step, whatever becomes of the others: where a disk is full, only the later ones make room."""
    for step in STEPS:
        try:
            step()
        except Exception:  # a database, a bucket or a cache that is away for a while; the next round tries again
            logger.exception("%s failed in this round", step.__name__)
