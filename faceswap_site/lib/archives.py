"""ZIP archives that are sent while they are written: nothing lies on a disk, and one file at a time in memory."""

import zipfile
from collections.abc import Iterable, Iterator

from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

Entry = tuple[str, bytes]  # the name in the archive, and what is in the file


class Archive(StreamingHttpResponse):
    """An archive as a download. `entries` are read while it is sent, in other threads, so they ask no database."""

    def __init__(self, name: str, entries: Iterable[Entry]) -> None:
        super().__init__(_parts(entries), content_type="application/zip")
        self["Content-Disposition"] = content_disposition_header(True, name)
        self["Cache-Control"] = "no-store"


def stored(name: str) -> bytes | None:
    """The bytes of a stored file; None where it is gone by now."""
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except OSError:
        return None


class _Sink:
    """What ZipFile writes to where it can't seek."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken


def _parts(entries: Iterable[Entry]) -> Iterator[bytes]:
    sink = _Sink()
    # Pictures are compressed already: packing them again would only cost time.
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name, content in entries:
            archive.writestr(name, content)
            yield sink.taken()
    yield sink.taken()
