"""The one place where bytes become pixels. Every limit is checked before anything is decoded."""

import io
from functools import cache, cached_property
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

from .budget import Budget, current
from .channels import channels, is_srgb
from .errors import PhotoBroken, PhotoEmpty, PhotoTooLarge, PhotoUnsupported
from .file_types import describe_refused, format_of, hides_something
from .jpeg import MadeToCost, NotDecodable, NotWhole, Segment, bare_jpeg, segments_of
from .jpeg_tail import all_bytes_are_pixels
from .types import ByteImage, DecodedPhoto, Photo

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000

_ORIENTATION = 0x0112


def decode_photo(
    data: bytes, *, name: str = "photo", max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS
) -> Photo:
    """Turn the bytes of a file into an upright sRGB photo.

    Parameters
    ----------
    data : bytes
        The whole file. Its content decides the format; a name or a declared type is never asked.
    name : str
        What the person calls this photo ("face photo", "photo to change"), for the messages.
    max_bytes, max_pixels : int
        Limits, checked before decoding; sides are limited to 20 000 pixels.

    Returns
    -------
    Photo
        The first frame, EXIF orientation applied, the colour profile converted to sRGB, alpha kept apart.

    Raises
    ------
    PhotoEmpty, PhotoTooLarge, PhotoUnsupported, PhotoBroken
    """
    kind, _segments = _checked_kind(data, name, max_bytes)
    with _open(data, kind, name) as image:
        _check_size(image.width, image.height, max_pixels, name)
        _count(image)
        return _decode(image, kind, name)


def open_photo(data: bytes, *, name: str = "photo", max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Photo:
    """The same as `decode_photo` for photos whose turn comes later: all limits are checked now.

    Pixels are made when they are asked for. A JPEG's structure is followed to its end here; what else is broken inside
    of a file raises PhotoBroken with them.
    """
    kind, segments = _checked_kind(data, name, max_bytes)
    with _open(data, kind, name) as image:
        _check_size(image.width, image.height, max_pixels, name)
        _count(image)
        kept = segments if _is_upright_srgb(image) else []
        return OpenedPhoto(data, kind, name, image.width * image.height, kept)


def _count(image: Image.Image) -> None:
    """Let the photos of a request have so many pixels together, and no more."""
    budget = current()
    if budget is not None:
        budget.open(image.width * image.height)


def _is_upright_srgb(image: Image.Image) -> bool:
    profile = image.info.get("icc_profile")
    return image.mode in ("RGB", "L") and _orientation(image) == 1 and (not profile or is_srgb(profile))


class OpenedPhoto:
    """A photo whose file has been looked over; its pixels are made when they are asked for, again after `release`.

    `segments` are those of a JPEG whose pixels nothing need be done to, and none for any other photo.
    """

    def __init__(self, data: bytes, kind: str, name: str, pixels: int, segments: list[Segment]) -> None:
        self.format = kind
        self.data = data
        self._name, self._pixels, self._segments = name, pixels, segments
        self._photo: DecodedPhoto | None = None
        self._budget: Budget | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Without the pixels: whoever gets it in another process makes them anew."""
        return {**self.__dict__, "_photo": None, "_budget": None}

    @property
    def rgb(self) -> ByteImage:
        return self._decoded().rgb

    @property
    def alpha(self) -> ByteImage | None:
        return None if self.format == "JPEG" else self._decoded().alpha

    @cached_property
    def jpeg(self) -> bytes | None:
        jpeg = bare_jpeg(self.data, self._segments) if self._segments else None
        return jpeg if jpeg is not None and all_bytes_are_pixels(jpeg) else None

    def _decoded(self) -> DecodedPhoto:
        if self._photo is not None:
            return self._photo
        budget = current()
        if budget is not None:
            budget.enter(self, self._pixels)
        try:
            photo = _decode_file(self.data, self.format, self._name)
        except BaseException:
            if budget is not None:
                budget.leave(self)
            raise
        self._photo, self._budget = photo, budget
        return photo

    def release(self) -> None:
        budget, self._photo, self._budget = self._budget, None, None
        if budget is not None:
            budget.leave(self)


def _decode_file(data: bytes, kind: str, name: str) -> DecodedPhoto:
    with _open(data, kind, name) as image:
        return _decode(image, kind, name)


def _checked_kind(data: bytes, name: str, max_bytes: int) -> tuple[str, list[Segment]]:
    """The format of a file that is no trap as far as its bytes tell, and the segments of a JPEG."""
    if not data:
        raise PhotoEmpty(photo=name)
    if len(data) > max_bytes:
        raise PhotoTooLarge.of(len(data), max_bytes, photo=name)
    kind = format_of(data)
    if kind is None:
        raise PhotoUnsupported(case="kind", photo=name, kind=describe_refused(data))
    if hides_something(data, kind):
        raise PhotoUnsupported(case="hides", photo=name)
    return kind, _checked_segments(data, name) if kind == "JPEG" else []


def _checked_segments(data: bytes, name: str) -> list[Segment]:
    """The segments of a JPEG; one that costs more than its pixels, or can't become any, is refused."""
    try:
        return segments_of(data)
    except MadeToCost as error:
        raise PhotoUnsupported(case="hides", photo=name) from error
    except NotDecodable as error:
        raise PhotoUnsupported(case="rare", photo=name) from error
    except NotWhole as error:
        raise PhotoBroken(photo=name) from error


def _open(data: bytes, kind: str, name: str) -> Image.Image:
    if kind == "HEIF":
        _register_heif()
    try:
        return Image.open(io.BytesIO(data), formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooLarge(case="bomb", photo=name) from error
    except Exception as error:
        raise PhotoBroken(photo=name) from error


@cache
def _register_heif() -> None:
    pillow_heif.register_heif_opener(thumbnails=False)


def _check_size(width: int, height: int, max_pixels: int, name: str) -> None:
    if width * height > max_pixels:
        raise PhotoTooLarge(case="pixels", photo=name, megapixels=max_pixels / 1e6)
    if max(width, height) > MAX_SIDE:
        raise PhotoTooLarge(case="side", photo=name, side=MAX_SIDE)


def _decode(image: Image.Image, kind: str, name: str) -> DecodedPhoto:
    orientation = _orientation(image)
    try:
        image.load()
        rgb, alpha = channels(image)
        image.close()  # its pixels are as many again
    except Exception as error:
        raise PhotoBroken(photo=name) from error
    if alpha is not None and alpha.min() == 255:
        alpha = None
    return DecodedPhoto(_upright(rgb, orientation), None if alpha is None else _upright(alpha, orientation), kind)


def _orientation(image: Image.Image) -> int:
    try:
        # HEIF arrives upright, and its opener says so; AVIF's own turns are told here like those of EXIF.
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # a broken EXIF block says nothing about the pixels
        return 1


def _upright(pixels: ByteImage, orientation: int) -> ByteImage:
    """Apply an EXIF orientation (1 to 8) to (H, W) or (H, W, 3) pixels."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
