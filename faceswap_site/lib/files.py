"""Hands out stored files to someone who was found to be allowed to see them."""

import mimetypes
from collections.abc import AsyncIterator, Iterator
from pathlib import PurePosixPath

from asgiref.sync import sync_to_async
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


async def in_turn(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One part after the other, each made in a thread: under ASGI, Django would collect all of them first."""
    following = sync_to_async(lambda: next(parts, None), thread_sensitive=False)
    while (part := await following()) is not None:
        yield part


class PrivateFile(FileResponse):
    """A file that is read while it is sent."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        return in_turn(iter(self))


def private_file(file: FieldFile, *, download_name: str = "") -> FileResponse:
    """Stream a stored file that no shared cache may keep; with a name it is offered as a download."""
    extension = PurePosixPath(str(file.name)).suffix
    try:
        stream = file.open("rb")
    except OSError as error:
        raise Http404 from error
    response = PrivateFile(
        stream,
        as_attachment=bool(download_name),
        filename=f"{download_name or 'photo'}{extension}",
        content_type=mimetypes.types_map.get(extension, "application/octet-stream"),
    )
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response
