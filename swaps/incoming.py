"""Marks in the storage of files that are being written before their row is there.

A process that is killed in between leaves files that no row names. Its mark stays too, and leads the sweep to them:
nobody has to look through every file, and it works on any storage that hosts share.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from .models import FoundPhoto, SwapJob
from .photos import delete_job_files

FOLDER = "incoming"
SWAP, FOUND = "swap", "found"


@contextmanager
def being_written(kind: str, row_id: UUID) -> Iterator[None]:
    """Keep a mark while the files of a row-to-be are written and the row itself is."""
    mark = default_storage.save(f"{FOLDER}/{kind}.{row_id}", ContentFile(b""))
    try:
        yield
    finally:
        default_storage.delete(mark)


def delete_abandoned() -> int:
    """Delete what killed processes were writing; return how many marks there were. Part of the sweep."""
    patience = timedelta(seconds=20 * settings.JOB_LEASE_SECONDS)  # far longer than any request takes
    if not default_storage.exists(FOLDER) and not hasattr(default_storage, "bucket"):
        return 0
    count = 0
    for name in default_storage.listdir(FOLDER)[1]:
        mark = f"{FOLDER}/{name}"
        try:
            if default_storage.get_modified_time(mark) > timezone.now() - patience:
                continue
        except FileNotFoundError:  # its writer has just finished
            continue
        _delete_unless_named(*name.split(".")[:2])
        default_storage.delete(mark)
        count += 1
    return count


def _delete_unless_named(kind: str, row_id: str) -> None:
    if kind == SWAP and not SwapJob.objects.filter(pk=row_id).exists():
        delete_job_files(row_id)
    if kind == FOUND and not FoundPhoto.objects.filter(pk=row_id).exists():
        for name in default_storage.listdir("found")[1]:
            if name.startswith(UUID(row_id).hex):
                default_storage.delete(f"found/{name}")
