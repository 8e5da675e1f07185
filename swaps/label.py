"""The visible label: a few words in a corner of a result, for people whose programs read no marks."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from recognition.engine.types import ByteImage

WORDS = "Made with AI"
# Of the shorter side; small enough not to spoil a photo, large enough to be read on a phone.
SHARE = 1 / 26
LEAST_HEIGHT = 10
_LARGEST = 120


def with_label(rgb: ByteImage) -> ByteImage:
    """A copy of a picture, (H, W, 3), with the label in its lower right corner; the rest is unchanged."""
    height, width = rgb.shape[:2]
    size = min(_LARGEST, max(LEAST_HEIGHT, round(min(height, width) * SHARE)))
    font = ImageFont.load_default(size)
    pad = max(3, size // 2)
    left, top, right, bottom = font.getbbox(WORDS)
    plate = (round(right - left) + 2 * pad, round(bottom - top) + 2 * pad)
    image = Image.fromarray(rgb).convert("RGBA")
    layer = Image.new("RGBA", image.size)
    at = (max(0, width - plate[0] - pad), max(0, height - plate[1] - pad))
    draw = ImageDraw.Draw(layer)
    draw.rounded_rectangle((*at, at[0] + plate[0], at[1] + plate[1]), radius=pad, fill=(0, 0, 0, 170))
    draw.text((at[0] + pad - left, at[1] + pad - top), WORDS, font=font, fill=(255, 255, 255, 235))
    return np.asarray(Image.alpha_composite(image, layer).convert("RGB"))
