"""Files on this machine's disk, and what happens to them and to requests when it is full."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

import psycopg
from django.core.files.storage import FileSystemStorage

from .errors import DomainError

_FULL = {errno.ENOSPC, errno.EDQUOT}


class StorageFull(DomainError):
    """There is no room for what was sent."""

    code = "storage_full"


def is_full_disk(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, says that a disk is full: a file's, SQLite's or PostgreSQL's."""
    return any(
        (isinstance(one, OSError) and one.errno in _FULL)
        or getattr(one, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or isinstance(one, psycopg.errors.DiskFull)
        for one in with_causes(error)
    )


def with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


class WholeFiles(FileSystemStorage):
    """Django's storage on a disk, where a file is there whole or not at all.

    Django's own leaves the beginning of a file whose disk was full, under the name that the file was to have.
    """

    def _save(self, name: str, content: IO[Any]) -> str:
        partial = f"{name}.{token_hex(4)}.part"
        try:
            written = super()._save(partial, content)  # type: ignore[misc]
            whole = self.get_available_name(name)
            Path(self.path(written)).rename(self.path(whole))
        except BaseException:
            with suppress(OSError):
                self.delete(partial)
            raise
        return whole

    def delete(self, name: str) -> None:
        """Delete a file, or a folder unless something lies in it by now: whoever wrote that deletes it."""
        try:
            super().delete(name)
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise
