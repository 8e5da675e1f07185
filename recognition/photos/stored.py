"""Photos of a job on their way into and out of storage. Nothing is stored as it came: every photo is written anew."""

import cv2
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from faceswap_site.lib.crop_and_resize import halvings
from recognition.engine import Photo, encode_photo, open_photo
from recognition.engine.budget import once_a_request

LOSSLESS = {"PNG", "BMP"}
STORED_QUALITY = 95  # of JPEG: storing a photo must not be seen
THUMBNAIL_SIDE = 480


def stored_format(photo: Photo) -> str:
    """Lossless photos and transparent ones stay lossless; all others become JPEG."""
    return "PNG" if photo.alpha is not None or photo.format in LOSSLESS else "JPEG"


def photo_file(photo: Photo, *, xmp: bytes | None = None) -> ContentFile[bytes]:
    """Write a photo anew, which leaves metadata, thumbnails and trailing bytes behind."""
    if photo.jpeg is not None and xmp is None:
        return ContentFile(photo.jpeg, name="photo.jpg")
    kind = stored_format(photo)
    extension = "png" if kind == "PNG" else "jpg"
    content = encode_photo(photo.rgb, kind, alpha=photo.alpha, quality=STORED_QUALITY, xmp=xmp)
    return ContentFile(content, name=f"photo.{extension}")


def load_photo(file: FieldFile, *, label: str) -> Photo:
    """A stored photo; one that a request names several times is read once."""

    def read() -> Photo:
        with file.open("rb"):
            return open_photo(file.read(), name=label, max_bytes=2**31, max_pixels=2**31)

    return once_a_request(str(file.name), read)


def thumbnail_file(photo: Photo) -> ContentFile[bytes]:
    rgb = halvings(photo.rgb, THUMBNAIL_SIDE)[-1]
    scale = min(1.0, THUMBNAIL_SIDE / max(rgb.shape[:2]))
    size = [max(1, round(side * scale)) for side in rgb.shape[1::-1]]
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR)  # less than half: nothing is left out
    return ContentFile(encode_photo(small, "JPEG", quality=82), name="thumbnail.jpg")
