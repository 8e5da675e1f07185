"""The one place where bytes become pixels, and pixels bytes. Every limit is checked before anything is decoded."""

import io
from functools import cache, cached_property
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from recognition.engine.container import describe_refused, format_of, has_too_many_scans, hides_something
from recognition.engine.errors import PhotoBroken, PhotoEmpty, PhotoTooLarge, PhotoUnsupported
from recognition.engine.jpeg import bare_jpeg
from recognition.engine.types import ByteImage, Photo

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
ACCEPTED = "JPEG, PNG, WebP, HEIC, AVIF or BMP"

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
    kind = _checked_kind(data, name, max_bytes)
    _check_scans(data, kind, name)
    with _open(data, kind, name) as image:
        _check_size(image.width, image.height, max_pixels, name)
        return _decode(image, kind, name)


def open_photo(data: bytes, *, name: str = "photo", max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Photo:
    """The same as `decode_photo` for photos that may only be stored: a plain JPEG is checked now and decoded later.

    Its structure is followed to its end here; damage inside the picture shows as it does in any viewer. What would have
    to be turned upright or brought to sRGB is decoded at once.
    """
    kind = _checked_kind(data, name, max_bytes)
    with _open(data, kind, name) as image:
        _check_size(image.width, image.height, max_pixels, name)
        jpeg = bare_jpeg(data) if kind == "JPEG" and _is_upright_srgb(image) else None
        if jpeg is not None:
            return CheckedJpeg(jpeg, name)
        _check_scans(data, kind, name)
        return _decode(image, kind, name)


def _is_upright_srgb(image: Image.Image) -> bool:
    profile = image.info.get("icc_profile")
    return image.mode in ("RGB", "L") and _orientation(image) == 1 and (not profile or _is_srgb(profile))


class CheckedJpeg(Photo):
    """A JPEG of whole structure; its pixels are made when they are first asked for."""

    def __init__(self, jpeg: bytes, name: str) -> None:
        vars(self).update(jpeg=jpeg, alpha=None, format="JPEG", _name=name)

    @cached_property
    def rgb(self) -> ByteImage:
        with _open(vars(self)["jpeg"], "JPEG", vars(self)["_name"]) as image:
            return _decode(image, "JPEG", vars(self)["_name"]).rgb


def _checked_kind(data: bytes, name: str, max_bytes: int) -> str:
    """The format of a file that is no trap as far as its bytes tell."""
    if not data:
        raise PhotoEmpty(f"The {name} is an empty file. Choose a {ACCEPTED} photo.", photo=name)
    if len(data) > max_bytes:
        raise PhotoTooLarge.of(len(data), max_bytes, name)
    kind = format_of(data)
    if kind is None:
        raise PhotoUnsupported(
            f"The {name} is {describe_refused(data)}, not a photo that can be used. Choose a {ACCEPTED} photo.",
            photo=name,
        )
    if hides_something(data, kind):
        raise _no_mere_picture(name)
    return kind


def _check_scans(data: bytes, kind: str, name: str) -> None:
    if has_too_many_scans(data, kind):
        raise _no_mere_picture(name)


def _no_mere_picture(name: str) -> PhotoUnsupported:
    return PhotoUnsupported(
        f"The {name} holds more than a picture. Open it in a photo program and save it as a JPEG or PNG.", photo=name
    )


def _open(data: bytes, kind: str, name: str) -> Image.Image:
    if kind == "HEIF":
        _register_heif()
    try:
        return Image.open(io.BytesIO(data), formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooLarge(
            f"The {name} has far too many pixels. Save it smaller and try again.", photo=name
        ) from error
    except Exception as error:
        raise _broken(name) from error


@cache
def _register_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)


def _broken(name: str) -> PhotoBroken:
    return PhotoBroken(
        f"The {name} is damaged or incomplete and can't be opened. Save or download it again and try once more.",
        photo=name,
    )


def _check_size(width: int, height: int, max_pixels: int, name: str) -> None:
    if width * height > max_pixels:
        raise PhotoTooLarge(
            f"The {name} has {width} × {height} pixels, the limit is {max_pixels / 1e6:g} megapixels. "
            "Save it smaller and try again.",
            photo=name,
            megapixels=max_pixels / 1e6,
        )
    if max(width, height) > MAX_SIDE:
        raise PhotoTooLarge(
            f"The {name} is {width} × {height} pixels, the longest side may have {MAX_SIDE}. "
            "Crop it or save it smaller and try again.",
            photo=name,
            side=MAX_SIDE,
        )


def _decode(image: Image.Image, kind: str, name: str) -> Photo:
    orientation = _orientation(image)
    try:
        image.load()
        rgb, alpha = _channels(image)
    except Exception as error:
        raise _broken(name) from error
    if alpha is not None and bool((alpha == 255).all()):
        alpha = None
    return Photo(_upright(rgb, orientation), None if alpha is None else _upright(alpha, orientation), kind)


def _orientation(image: Image.Image) -> int:
    try:
        # HEIF arrives upright, and its opener says so; AVIF's own turns are told here like those of EXIF.
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # a broken EXIF block says nothing about the pixels
        return 1


def _is_srgb(profile: bytes) -> bool:
    try:
        return "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False


def _channels(image: Image.Image) -> tuple[ByteImage, ByteImage | None]:
    """Split any mode into RGB uint8 in sRGB and the alpha channel, if there is one."""
    if image.mode.startswith("I"):
        deep = np.asarray(image)
        grey = (np.clip(deep, 0, 65535) >> 8).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2), None
    profile = image.info.get("icc_profile")
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        alpha = np.asarray(image.getchannel("A"))
        image = image.convert("RGB")
    else:
        alpha = None
    if image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    return np.asarray(_to_srgb(image, profile)), alpha


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and not _is_srgb(profile):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(image, own, _srgb(), outputMode="RGB")
            if changed is not None:
                return changed
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that does not fit the pixels is worth less than the plain conversion
    return image if image.mode == "RGB" else image.convert("RGB")


@cache
def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")


def _upright(pixels: ByteImage, orientation: int) -> ByteImage:
    """Apply an EXIF orientation (1 to 8) to (H, W) or (H, W, 3) pixels."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
