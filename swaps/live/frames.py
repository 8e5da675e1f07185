"""Camera frames become pixels here and not in `decode_photo`, with every limit checked before.

That would take half as long again (0.3 ms of a frame's 9), for orientation, colour profiles and opacity that no
camera's frame has.
"""

import io

import cv2
import numpy as np
from PIL import Image

from faceswap_site.lib.errors import DomainError
from recognition.engine.types import ByteImage

MAX_FRAME_BYTES = 2 * 1024 * 1024
MAX_FRAME_PIXELS = 1920 * 1080
_KINDS = ("JPEG", "PNG", "WEBP")


class BadFrame(DomainError):
    """What came is no camera frame that can be used."""

    code = "bad_frame"


def decode_frame(data: bytes) -> ByteImage:
    """Turn a JPEG, PNG or WebP of at most 2 MB and 1920 × 1080 pixels into (H, W, 3) uint8.

    Raises
    ------
    BadFrame
    """
    if len(data) > MAX_FRAME_BYTES:
        raise BadFrame(case="bytes")
    try:
        with Image.open(io.BytesIO(data), formats=_KINDS) as header:  # reads the header only
            kind, (width, height) = header.format, header.size
    except Exception as error:
        raise BadFrame(case="format") from error
    if width * height > MAX_FRAME_PIXELS or min(width, height) < 16:
        raise BadFrame(case="pixels", width=width, height=height)
    # OpenCV fills up what is missing of a cut-off JPEG with grey; the mark at its end tells.
    if kind == "JPEG" and b"\xff\xd9" not in data[-64:]:
        raise BadFrame
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise BadFrame
    return np.asarray(pixels, np.uint8)


def encode_frame(rgb: ByteImage, quality: int = 85) -> bytes:
    """Write a frame, (H, W, 3) uint8, as a JPEG."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise BadFrame(case="unwritten")
    return bytes(data)
