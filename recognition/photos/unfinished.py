"""Rows that tell of files which are being written before the row that names them is there.

A process that is killed in between leaves files that nothing names. What it wrote down here stays too, and leads the
sweep to them: nobody has to look through every file.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from recognition.models import IncomingFiles

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


def delete_abandoned(kind: IncomingFiles.Kind, delete_unless_named: Callable[[UUID], None]) -> int:
    """Delete what killed processes were writing for rows of one kind; return how many marks there were."""
    patience = timedelta(seconds=20 * settings.JOB_LEASE_SECONDS)  # far longer than any request takes
    abandoned = list(IncomingFiles.objects.filter(kind=kind, started__lt=timezone.now() - patience))
    for mark in abandoned:
        delete_unless_named(mark.row)
        mark.delete()
    return len(abandoned)
