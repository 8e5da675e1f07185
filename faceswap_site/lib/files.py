"""Hands out stored files to someone who was found to be allowed to see them."""

import mimetypes
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

PIECE = 64 * 1024


RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})$")


def private_file(file: FieldFile, *, download_name: str = "", part: str = "") -> FileResponse:
    """Stream a stored file that no shared cache may keep; with a name it is offered as a download.

    `part` is the Range that players of films ask for; one that is not understood, or lies outside, gets all of it.
    """
    extension = PurePosixPath(str(file.name)).suffix
    try:
        stream = file.open("rb")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(
        stream,
        as_attachment=bool(download_name),
        filename=f"{download_name or 'photo'}{extension}",
        content_type=mimetypes.types_map.get(extension, "application/octet-stream"),
    )
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    if asked := RANGE.match(part):
        _narrow(response, stream, file.size, int(asked[1]), int(asked[2] or file.size - 1))
    return response


def _narrow(response: FileResponse, stream: IO[bytes], size: int, first: int, last: int) -> None:
    """Send the bytes from one to another alone."""
    last = min(last, size - 1)
    if first > last:
        return
    stream.seek(first)
    response.streaming_content = _bytes(stream, last - first + 1)
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)


def _bytes(stream: IO[bytes], count: int) -> Iterator[bytes]:
    while count > 0 and (piece := stream.read(min(count, PIECE))):
        count -= len(piece)
        yield piece
