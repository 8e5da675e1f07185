"""What an account's swaps mean for it: they go along in its archive, go with it, and stay for as long as it says."""

from django.db.models import F

from accounts.models import User
from accounts.privacy.export import Packed

from .services import delete_swap

JOBS_AT_ONCE = 100


def delete_swaps(account: User) -> None:
    """Delete all of an account's jobs and their files."""
    # Not by an iterator: SQLite lets nobody write who is still reading what others have changed meanwhile.
    while jobs := list(account.swap_jobs.all()[:JOBS_AT_ONCE]):
        for job in jobs:
            delete_swap(job)


def keep_swaps(account: User) -> None:
    """Let the account's swaps expire when it wants them to, those that are there already too."""
    account.swap_jobs.update(expires=F("created") + account.retention)


def pack_swaps(account: User) -> tuple[str, list[Packed]]:
    """The account's swaps for the archive of all that it has."""
    packed = []
    for job in account.swap_jobs.prefetch_related("faces").iterator(chunk_size=100):
        photos = {"target": job.target, "result": job.result}
        photos |= {f"face-{face.position}": face.photo for face in job.faces.all()}
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
