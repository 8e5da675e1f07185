"""What an account's swaps mean for it: they go along in its archive, go with it, and stay for as long as it says."""

from django.db.models import F

from accounts.models import User
from accounts.privacy.export import Packed
from swaps.batches import services as batches
from swaps.clip_jobs.services import delete_clip
from swaps.models import SwapBatch

from .services import delete_swap

JOBS_AT_ONCE = 100


def delete_swaps(account: User) -> None:
    """Delete all of an account's jobs and batches, and their files."""
    for batch in list(account.swap_batches.all()):
        batches.delete(batch)
    # Not by an iterator: SQLite lets nobody write who is still reading what others have changed meanwhile.
    while jobs := list(account.swap_jobs.all()[:JOBS_AT_ONCE]):
        for job in jobs:
            delete_swap(job)
    for clip in list(account.swap_clips.all()):
        delete_clip(clip)


def keep_swaps(account: User) -> None:
    """Let the account's swaps expire when it wants them to, those that are there already too."""
    account.swap_jobs.update(expires=F("created") + account.retention)
    started = account.swap_batches.exclude(status=SwapBatch.Status.COLLECTING)
    started.update(expires=F("started") + account.retention)


def pack_swaps(account: User) -> tuple[str, list[Packed]]:
    """The account's swaps for the archive of all that it has."""
    packed = []
    for job in account.swap_jobs.prefetch_related("faces").iterator(chunk_size=100):
        photos = {"target": job.target, "result": job.result}
        # The face of a batch is not packed with each of its photos, but once, with the batch.
        own = f"swaps/{job.pk}/"
        photos |= {
            f"face-{face.position}": face.photo for face in job.faces.all() if str(face.photo.name).startswith(own)
        }
        told = {
            "id": str(job.pk),
            "title": job.title,
            "created": job.created.isoformat(),
            "status": job.status,
            "price": job.price,
            "origin": job.origin,
            "options": job.options,
            "error": job.error_text,
            "face_titles": [face.title for face in job.faces.all()],
        }
        files = {f"swaps/{job.pk}/{name}": str(photo.name) for name, photo in photos.items() if photo}
        packed.append(Packed(told, files))
    return "swaps", packed


def pack_batches(account: User) -> tuple[str, list[Packed]]:
    """The account's batches for the archive: their faces, and which swaps came of their photos."""
    packed = []
    for batch in account.swap_batches.prefetch_related("faces", "items__job"):
        told = {
            "id": str(batch.pk),
            "created": batch.created.isoformat(),
            "status": batch.status,
            "price_of_one": batch.price,
            "origin": batch.origin,
            "options": batch.options,
            "face_titles": [face.title for face in batch.faces.all()],
            "photos": [
                {"title": item.title, "swap": str(item.job_id or ""), "status": item.status, "error": item.error_text}
                for item in batch.items.all()
            ],
        }
        files = {
            f"batches/{batch.pk}/face-{face.position}": str(face.photo.name) for face in batch.faces.all() if face.photo
        }
        files |= {
            f"batches/{batch.pk}/{item.number:03}": str(item.target.name) for item in batch.items.all() if item.target
        }
        packed.append(Packed(told, files))
    return "batches", packed
