"""The visible label: a few words in a corner of a result, for people whose programs read no marks."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from faceswap_site.lib.crop_and_resize import PixelBox
from recognition.engine.types import ByteImage, FloatImage

WORDS = "Made with AI"
# Of the shorter side; small enough not to spoil a photo, large enough to be read on a phone.
SHARE = 1 / 26
LEAST_HEIGHT = 10
_LARGEST = 120


def with_label(rgb: ByteImage) -> ByteImage:
    """A copy of a picture, (H, W, 3), with the label in its lower right corner; the rest is unchanged."""
    labelled = rgb.copy()
    draw_label(labelled)
    return labelled


def draw_label(rgb: ByteImage) -> None:
    """Draw the label into a picture, (H, W, 3) uint8, in place."""
    left, top, right, bottom = label_box(rgb.shape)
    draw_corner(rgb[top:bottom, left:right], rgb.shape)


def label_box(shape: tuple[int, ...]) -> PixelBox:
    """Where the label lies in a picture of this shape."""
    plate = _plate(shape[0], shape[1])
    height, width = plate.paint.shape[:2]
    return plate.left, plate.top, plate.left + width, plate.top + height


def draw_corner(corner: ByteImage, shape: tuple[int, ...]) -> None:
    """Draw the label into that part of a picture of this shape, (h, w, 3) uint8, in place."""
    plate = _plate(shape[0], shape[1])
    corner[:] = corner * plate.keep + plate.paint


@dataclass(frozen=True, eq=False)
class _Plate:
    """The words on their dark ground, ready to be laid over pictures of one size.

    Attributes
    ----------
    left, top : int
        Where its corner lies in the picture.
    keep : (h, w, 1) float32
        How much of the picture shows through, 0 to 1.
    paint : (h, w, 3) float32
        What is added to that.
    """

    left: int
    top: int
    keep: FloatImage
    paint: FloatImage


@lru_cache(8)  # a camera's frames are all of one size
def _plate(height: int, width: int) -> _Plate:
    size = min(_LARGEST, max(LEAST_HEIGHT, round(min(height, width) * SHARE)))
    font = ImageFont.load_default(size)
    pad = max(3, size // 2)
    left, top, right, bottom = font.getbbox(WORDS)
    sides = (round(right - left) + 2 * pad, round(bottom - top) + 2 * pad)
    ground, words = Image.new("RGBA", sides), Image.new("RGBA", sides)
    box = (0, 0, sides[0] - 1, sides[1] - 1)
    ImageDraw.Draw(ground).rounded_rectangle(box, radius=pad, fill=(0, 0, 0, 170))
    ImageDraw.Draw(words).text((pad - left, pad - top), WORDS, font=font, fill=(255, 255, 255, 235))
    pixels = np.asarray(Image.alpha_composite(ground, words), np.float32)
    share = pixels[:, :, 3:] / 255
    x, y = max(0, width - sides[0] - pad), max(0, height - sides[1] - pad)
    keep, paint = (field[: height - y, : width - x] for field in (1 - share, pixels[:, :, :3] * share))
    return _Plate(x, y, np.asarray(keep, np.float32), np.asarray(paint, np.float32))
