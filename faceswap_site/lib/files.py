"""Hands out stored files to someone who was found to be allowed to see them."""

import mimetypes
from pathlib import PurePosixPath

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def private_file(file: FieldFile, *, download_name: str = "") -> FileResponse:
    """Stream a stored file that no shared cache may keep; with a name it is offered as a download."""
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
    return response
