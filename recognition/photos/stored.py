"""Photos of a job on their way into and out of storage. Nothing is stored as it came: every photo is written anew."""

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from recognition.engine import Photo, open_photo
from recognition.engine.budget import once_a_request

from .pixels import thumbnail, written_anew


def photo_file(photo: Photo, *, xmp: bytes | None = None) -> ContentFile[bytes]:
    """Write a photo anew, which leaves metadata, thumbnails and trailing bytes behind."""
    content, extension = written_anew(photo, xmp=xmp)
    return ContentFile(content, name=f"photo.{extension}")


def load_photo(file: FieldFile, *, label: str) -> Photo:
    """A stored photo; one that a request names several times is read once."""

    def read() -> Photo:
        with file.open("rb"):
            return open_photo(file.read(), name=label, max_bytes=2**31, max_pixels=2**31)

    return once_a_request(str(file.name), read)


def thumbnail_file(photo: Photo) -> ContentFile[bytes]:
    return ContentFile(thumbnail(photo), name="thumbnail.jpg")
