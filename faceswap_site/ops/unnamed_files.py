"""Stored files that no row names, which only crashes at bad moments leave behind: the sweep looks once a day."""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField, Model
from django.utils import timezone

from swaps.models import BatchItem, ClipTask, SwapClip, SwapFace, SwapJob

logger = logging.getLogger(__name__)

# Younger ones may be on their way to their row.
LEAST_AGE = timedelta(hours=1)
SECONDS_BETWEEN_ROUNDS = 24 * 3600
FILES_A_STEP = 500


def file_fields() -> Iterator[tuple[type[Model], str]]:
    """Every field that holds the name of a stored file."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FileField) and not model._meta.proxy:
                yield model, field.name


def stored_files(folder: str = "") -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored, or it has been deleted while we looked
        return
    before = f"{folder}/" if folder else ""
    yield from (before + name for name in files)
    for name in folders:
        yield from stored_files(before + name)


def unnamed(files: list[str], *, before: datetime) -> list[str]:
    """Which of these files no row names and were written before a moment.

    The files are listed before the rows are read: what is written in between has its row by then, or is too young.
    """
    named = _named(files)
    return [name for name in files if name not in named and _written(name) <= before]


def _named(files: list[str]) -> set[str]:
    # Names have no index. Jobs are many, so theirs are asked for by the id that their folder bears.
    jobs = [job for name in files if (job := _job_of(name))]
    narrow = {SwapJob: {"pk__in": jobs}, SwapFace: {"job__in": jobs}, BatchItem: {"pk__in": jobs}}
    narrow |= {SwapClip: {"pk__in": jobs}, ClipTask: {"clip__in": jobs}}
    named: set[str] = set()
    for model, field in file_fields():
        rows = model._default_manager.filter(**{f"{field}__in": files}, **narrow.get(model, {}))
        named.update(rows.values_list(field, flat=True))
    return named


def _job_of(name: str) -> UUID | None:
    folder, _slash, rest = name.partition("/")
    try:
        return UUID(rest.partition("/")[0]) if folder == "swaps" else None
    except ValueError:
        return None


def _written(name: str) -> datetime:
    try:
        return default_storage.get_modified_time(name)
    except FileNotFoundError:  # deleted while we looked
        return timezone.now() + LEAST_AGE


class Rounds:
    """Goes through all files in small steps, so that the sweep is never kept from what is urgent."""

    def __init__(self) -> None:
        self.files: Iterator[str] = iter(())
        self.next_at = 0.0

    def step(self) -> int:
        """Look at the next files and delete those without a row; how many those were."""
        if time.monotonic() >= self.next_at:
            self.files, self.next_at = stored_files(), time.monotonic() + SECONDS_BETWEEN_ROUNDS
        files = list(islice(self.files, FILES_A_STEP))
        found = unnamed(files, before=timezone.now() - LEAST_AGE) if files else []
        for name in found:
            logger.warning("deleted a file without a row: %s", name)
            default_storage.delete(name)
        return len(found)


_rounds = Rounds()


def delete_unnamed_files() -> int:
    """Take a step of the day's round. Part of the sweep."""
    return _rounds.step()
