"""Rows that tell of files which are being written before the row that names them is there.

A process that is killed in between leaves files that nothing names. What it wrote down here stays too, and leads the
sweep to them: nobody has to look through every file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from swaps.models import FoundPhoto, IncomingFiles, SwapJob

from .stored import delete_job_files

Kind = IncomingFiles.Kind


@contextmanager
def being_written(kind: IncomingFiles.Kind, row_id: UUID) -> Iterator[IncomingFiles]:
    """Keep a mark while the files of a row-to-be are written; the transaction that writes the row may delete it."""
    mark = IncomingFiles.objects.create(kind=kind, row=row_id)
    try:
        yield mark
    finally:
        if mark.pk:
            mark.delete()


def delete_abandoned() -> int:
    """Delete what killed processes were writing; return how many marks there were. Part of the sweep."""
    patience = timedelta(seconds=20 * settings.JOB_LEASE_SECONDS)  # far longer than any request takes
    abandoned = list(IncomingFiles.objects.filter(started__lt=timezone.now() - patience))
    for mark in abandoned:
        _delete_unless_named(mark)
        mark.delete()
    return len(abandoned)


def _delete_unless_named(mark: IncomingFiles) -> None:
    if mark.kind == Kind.SWAP and not SwapJob.objects.filter(pk=mark.row).exists():
        delete_job_files(mark.row)
    if mark.kind == Kind.FOUND and not FoundPhoto.objects.filter(pk=mark.row).exists():
        for name in default_storage.listdir("found")[1]:
            if name.startswith(mark.row.hex):
                default_storage.delete(f"found/{name}")
