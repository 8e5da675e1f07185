"""ZIP archives that strangers send: what files are in them, each read when its turn comes and never beyond a limit.

Nothing is unpacked to a disk, no name becomes a path, and no size that an archive tells of itself is believed.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from .errors import DomainError

BEGINS = b"PK\x03\x04"
BEGINS_EMPTY = b"PK\x05\x06"
# What programs put beside the files that people chose.
_JUNK_FOLDERS = {"__macosx", "@eadir", "$recycle.bin"}
_JUNK_FILES = {"thumbs.db", "desktop.ini", "icon\r"}
# The list of files at the end is read whole: an honest archive of thousands of files has no longer one.
_LONGEST_LIST = 2 * 1024 * 1024
_END, _END_FORMAT = b"PK\x05\x06", "<4s4H2LH"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError)


@dataclass
class SentFile:
    """A file of an archive: its name without folders, and a way to its bytes."""

    name: str
    _archive: zipfile.ZipFile
    _entry: zipfile.ZipInfo
    _left: "_Left"

    @property
    def size(self) -> int:
        """In bytes, as the archive says."""
        return self._entry.file_size

    def read(self, most: int) -> bytes:
        """The bytes, or `most` + 1 of them where there are more.

        Raises
        ------
        DomainError
            Where the file is damaged or locked by a password, or the archive unpacks to far more than it may.
        """
        if self._entry.flag_bits & 0x1:
            raise DomainError("bad_archive", case="locked", name=self.name)
        wanted = min(most, self._left.bytes) + 1
        try:
            with self._archive.open(self._entry) as file:
                data = file.read(wanted)
        except (*_BROKEN, RuntimeError) as error:
            raise DomainError("bad_archive", case="file", name=self.name) from error
        if len(data) > self._left.bytes:
            self._left.bytes = 0
            raise DomainError("bad_archive", case="bomb")
        self._left.bytes -= len(data)
        return data


@dataclass
class _Left:
    """How many bytes may still come out of an archive."""

    bytes: int


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is a ZIP archive."""
    return head.startswith((BEGINS, BEGINS_EMPTY))


def files_in(sent: IO[bytes], *, most_bytes: int) -> list[SentFile]:
    """The files of an archive by their names' order, folders and what systems leave in them passed over.

    Parameters
    ----------
    most_bytes
        That all files together may unpack to.

    Raises
    ------
    DomainError
        Where it can't be read at all.
    """
    _refuse_long_list(sent)
    try:
        archive = zipfile.ZipFile(sent)
    except _BROKEN as error:
        raise DomainError("bad_archive") from error
    left = _Left(most_bytes)
    return [
        SentFile(name, archive, entry, left)
        for name, entry in sorted(_chosen(archive), key=lambda one: one[1].filename)
    ]


def _chosen(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        folders = {part.lower() for part in path.parts[:-1]}
        hidden = path.name.startswith(".") or path.name.lower() in _JUNK_FILES
        if not entry.is_dir() and path.name and not hidden and not folders & _JUNK_FOLDERS:
            yield path.name, entry


def _refuse_long_list(sent: IO[bytes]) -> None:
    """Look at the archive's end, before a million entries are made into objects."""
    size = sent.seek(0, 2)
    sent.seek(max(0, size - 65_557))  # the longest comment and the record before it
    tail = sent.read()
    sent.seek(0)
    at = tail.rfind(_END)
    record = tail[at : at + struct.calcsize(_END_FORMAT)] if at >= 0 else b""
    if len(record) < struct.calcsize(_END_FORMAT):
        raise DomainError("bad_archive")
    if struct.unpack(_END_FORMAT, record)[5] > _LONGEST_LIST:
        raise DomainError("bad_archive", case="long")
