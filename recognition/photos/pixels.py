"""What is done with the pixels of photos: in an engine process where the web server asks, which holds none then."""

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import at_most, cropped, halvings
from recognition.engine import DecodedPhoto, Photo, PhotoTooLarge, encode_photo
from recognition.engine.types import Box, ByteImage
from recognition.engine_processes.calls import in_engine_process

LOSSLESS = {"PNG", "BMP"}
STORED_QUALITY = 95  # of JPEG: storing a photo must not be seen
THUMBNAIL_SIDE = 480


def stored_format(photo: Photo) -> str:
    """Lossless photos and transparent ones stay lossless; all others become JPEG."""
    return "PNG" if photo.alpha is not None or photo.format in LOSSLESS else "JPEG"


@in_engine_process
def written_anew(photo: Photo, *, xmp: bytes | None = None) -> tuple[bytes, str]:
    """The bytes of a photo without metadata, thumbnails and trailing bytes, and the extension of their file."""
    if photo.jpeg is not None and xmp is None:
        return photo.jpeg, "jpg"
    kind = stored_format(photo)
    content = encode_photo(photo.rgb, kind, alpha=photo.alpha, quality=STORED_QUALITY, xmp=xmp)
    return content, "png" if kind == "PNG" else "jpg"


@in_engine_process
def thumbnail(photo: Photo) -> bytes:
    rgb = halvings(photo.rgb, THUMBNAIL_SIDE)[-1]
    scale = min(1.0, THUMBNAIL_SIDE / max(rgb.shape[:2]))
    size = [max(1, round(side * scale)) for side in rgb.shape[1::-1]]
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR)  # less than half: nothing is left out
    return encode_photo(small, "JPEG", quality=82)


@in_engine_process
def converted(
    photo: Photo, kind: str, *, quality: int | None = None, xmp: bytes | None = None, most_pixels: int | None = None
) -> bytes:
    """A photo in another format, with its transparency where the format has any.

    Raises
    ------
    PhotoTooLarge
        Where it has more pixels than `most_pixels`.
    """
    if most_pixels is not None and photo.rgb[:, :, 0].size > most_pixels:
        raise PhotoTooLarge(case="download", format=kind, megapixels=most_pixels / 1e6)
    return encode_photo(photo.rgb, kind, alpha=photo.alpha, quality=quality, xmp=xmp)


@in_engine_process
def shown_jpeg(photo: Photo, *, side: int, quality: int) -> tuple[bytes, int, int]:
    """A copy of at most so many pixels to show, and the width and height of the photo itself."""
    rgb = photo.rgb
    photo.release()
    return encode_photo(at_most(rgb, side), "JPEG", quality=quality), rgb.shape[1], rgb.shape[0]


@in_engine_process
def small_copy(photo: Photo, side: int) -> ByteImage:
    """The pixels of a copy of at most so many on its longer side; the photo's own are forgotten."""
    copy = at_most(photo.rgb, side)
    photo.release()
    return copy


@in_engine_process
def beside_each_other(before: Photo, after: Photo, *, side: int, xmp: bytes | None = None) -> bytes:
    """Two photos of one shape as one JPEG, the earlier one at the left, each of at most so many pixels a side."""
    right = at_most(after.rgb, side)
    height, width = right.shape[:2]
    left = cv2.resize(at_most(before.rgb, side), (width, height), interpolation=cv2.INTER_AREA)
    gap = np.full((height, max(2, width // 100), 3), 255, np.uint8)
    return encode_photo(np.hstack([left, gap, right]), "JPEG", quality=90, xmp=xmp)


@in_engine_process
def cut_out(photo: Photo, box: Box, *, margin: float) -> Photo:
    """A part of a photo as a photo of its own."""
    alpha = None if photo.alpha is None else cropped(photo.alpha, box, margin=margin)
    return DecodedPhoto(rgb=cropped(photo.rgb, box, margin=margin), alpha=alpha, format=photo.format)
