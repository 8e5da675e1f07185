"""Pixels become the bytes of a file: no metadata goes along but the XMP that the caller hands in."""

import io
from typing import Any

from PIL import Image, PngImagePlugin

from .errors import PhotoTooLarge, PhotoUnsupported
from .types import ByteImage

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
_DEFAULT_QUALITY = {"JPEG": 92, "PNG": 0, "WEBP": 90, "AVIF": 80}
_MAX_SIDE = {"JPEG": 65_500, "PNG": 1_000_000, "WEBP": 16_383, "AVIF": 65_500}


def encode_photo(
    rgb: ByteImage,
    format: str,
    *,
    alpha: ByteImage | None = None,
    quality: int | None = None,
    xmp: bytes | None = None,
) -> bytes:
    """Write a photo as JPEG, PNG, WebP or AVIF.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
    format : str
        Any case. JPEG has no transparency: what `alpha` leaves open becomes white there.
    alpha : (H, W) uint8, optional
    quality : int, optional
        1 to 100; the default is the format's own. PNG is always lossless.
    xmp : bytes, optional
        An XMP packet to embed; without it the file carries no metadata at all.

    Returns
    -------
    bytes
        The same for the same input.

    Raises
    ------
    PhotoUnsupported
        For another format.
    PhotoTooLarge
        Where the format can't hold a side that long (WebP: 16 383 pixels).
    """
    kind = {"JPG": "JPEG"}.get(format.upper(), format.upper())
    if kind not in FORMATS:
        raise PhotoUnsupported(case="format", format=format)
    if max(rgb.shape[:2]) > _MAX_SIDE[kind]:
        side = max(rgb.shape[:2])
        raise PhotoTooLarge(case="format", format=kind, pixels=side)
    image = Image.fromarray(rgb)
    if alpha is not None:
        image.putalpha(Image.fromarray(alpha))
        if kind == "JPEG":
            white = Image.new("RGB", image.size, "white")
            white.paste(image, mask=image.getchannel("A"))
            image = white
    out = io.BytesIO()
    image.save(out, kind, **_settings(kind, quality, xmp))
    return out.getvalue()


def _settings(kind: str, quality: int | None, xmp: bytes | None) -> dict[str, Any]:
    if kind == "PNG":
        # Level 3 is three times as fast as Pillow's default and a few per cent larger.
        settings: dict[str, Any] = {"compress_level": 3}
        if xmp is not None:
            info = PngImagePlugin.PngInfo()
            info.add_itxt("XML:com.adobe.xmp", xmp.decode())
            settings["pnginfo"] = info
        return settings
    settings = {"quality": _DEFAULT_QUALITY[kind] if quality is None else quality}
    # As fast as they go: of noise, 12 megapixels take 2.8 and 1.4 s of a core, and 8.5 and 2.1 as the libraries would.
    if kind == "AVIF":
        settings["speed"] = 10
    if kind == "WEBP":
        settings["method"] = 2
    if xmp is not None:
        settings["xmp"] = xmp
    return settings
