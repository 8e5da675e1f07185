"""The channels of a picture that Pillow has decoded: RGB in sRGB and opacity, band by band.

A band at a time, because whole pictures are turned into each other in several steps, each of which takes the memory of
one more.
"""

import io
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from .types import ByteImage

_PIXELS_A_BAND = 1_000_000

Convert = Callable[[Image.Image], Image.Image]


def channels(image: Image.Image) -> tuple[ByteImage, ByteImage | None]:
    """Split any mode into RGB uint8 (H, W, 3) in sRGB and the alpha channel (H, W), if there is one."""
    has_alpha = "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
    rgb = np.empty((image.height, image.width, 3), np.uint8)
    alpha = np.empty(rgb.shape[:2], np.uint8) if has_alpha and not image.mode.startswith("I") else None
    to_srgb: Convert | None = None
    for rows, band in _bands(image):
        if band.mode.startswith("I"):
            rgb[rows] = (np.clip(np.asarray(band), 0, 65535) >> 8)[..., None]
            continue
        if alpha is not None:
            band = band if band.mode == "RGBA" else band.convert("RGBA")
            alpha[rows] = np.asarray(band.getchannel("A"))
        if band.mode not in ("RGB", "L", "CMYK"):
            band = band.convert("RGB")
        to_srgb = to_srgb or _conversion(image.info.get("icc_profile"), band)
        rgb[rows] = np.asarray(to_srgb(band))
    return rgb, alpha


def is_srgb(profile: bytes) -> bool:
    try:
        return "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False


def _bands(image: Image.Image) -> Iterator[tuple[slice, Image.Image]]:
    height = max(1, _PIXELS_A_BAND // image.width)
    if height >= image.height:
        yield slice(None), image
        return
    for top in range(0, image.height, height):
        bottom = min(top + height, image.height)
        yield slice(top, bottom), image.crop((0, top, image.width, bottom))


def _conversion(profile: bytes | None, band: Image.Image) -> Convert:
    """What brings bands such as this one to sRGB. A profile that does not fit them is worth less than nothing."""
    if profile and not is_srgb(profile):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            transform = ImageCms.buildTransform(own, _srgb(), band.mode, "RGB")
            return lambda band: _applied(transform, band)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return _plain


def _applied(transform: Any, band: Image.Image) -> Image.Image:
    try:
        changed = ImageCms.applyTransform(band, transform)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return _plain(band)
    return changed or _plain(band)


def _plain(band: Image.Image) -> Image.Image:
    return band if band.mode == "RGB" else band.convert("RGB")


@cache
def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")
