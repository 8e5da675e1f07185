"""The mark of a preview, made so that it can't be taken off: what is under it is coarsened, and no two marks are alike.

Bands of coarse blocks lie across the picture, and words on them. Where the bands lie is a secret of the site, the same
all day for all previews of one account: whoever asks a hundred times, for a photo that differs by a pixel, is shown
the same half each time. The words are at another place, slant and strength each time, so that they can't be subtracted.
"""

import hmac
import secrets
from datetime import date

import cv2
import numpy as np
from django.conf import settings
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from faceswap_site.lib.crop_and_resize import at_most
from recognition.engine.types import ByteImage

MARK = "PREVIEW"
# Shares of the picture's longest side: from one band to the next, of a band of that, and of a block in a band.
PERIOD = 1 / 9
BAND = 0.55
BLOCK = 1 / 48
LEAST_BLOCK = 3  # pixels
# How strongly the words are drawn, of 255.
STRENGTH = (70, 130)
# How far the words of a band may turn away from it, in degrees.
WORDS_TURN = 6.0


def marked(rgb: ByteImage, *, account: int, today: date) -> ByteImage:
    """A copy of a picture, (H, W, 3) uint8, with the mark of an account's previews of this day."""
    kept = f"preview:{account}:{today.isoformat()}"
    of_the_day = default_rng(list(hmac.digest(settings.SECRET_KEY.encode(), kept.encode(), "sha256")))
    angle = float(of_the_day.uniform(20, 50) * of_the_day.choice([-1, 1]))
    height, width = rgb.shape[:2]
    period = max(4.0, PERIOD * max(height, width))
    bands = _bands((height, width), period, angle, float(of_the_day.uniform(0, period)))
    coarse = np.where(bands[:, :, None], _in_blocks(rgb), rgb)
    return _with_words(coarse, period, angle, default_rng(secrets.randbits(128)))


def _bands(shape: tuple[int, int], period: float, angle: float, offset: float) -> NDArray[np.bool_]:
    """Where the bands lie, (H, W): parallel to a slant in degrees, counted from the middle of the picture."""
    height, width = shape
    y, x = np.mgrid[:height, :width] - np.array([height / 2, width / 2])[:, None, None]
    turn = np.deg2rad(angle)
    return np.asarray((y * np.cos(turn) + x * np.sin(turn) + offset) % period < BAND * period)


def _in_blocks(rgb: ByteImage) -> ByteImage:
    height, width = rgb.shape[:2]
    block = max(LEAST_BLOCK, round(BLOCK * max(height, width)))
    few = at_most(rgb, max(1, round(max(height, width) / block)))
    return np.asarray(cv2.resize(few, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _with_words(rgb: ByteImage, period: float, angle: float, chance: Generator) -> ByteImage:
    """Rows of the word, light with a dark edge, so that it shows on any ground."""
    height, width = rgb.shape[:2]
    size = max(10, round(period * 0.6))
    layer = Image.new("RGBA", (2 * max(height, width),) * 2)
    draw, font = ImageDraw.Draw(layer), ImageFont.load_default(size)
    step = int(draw.textlength(MARK, font=font)) + size
    for y in np.arange(float(chance.uniform(-period, 0)), layer.height, period):
        strength = int(chance.integers(*STRENGTH))
        for x in np.arange(float(chance.uniform(-step, 0)), layer.width, step):
            draw.text((x + 1, y + 1), MARK, font=font, fill=(0, 0, 0, strength * 3 // 4))
            draw.text((x, y), MARK, font=font, fill=(255, 255, 255, strength))
    turned = layer.rotate(angle + float(chance.uniform(-WORDS_TURN, WORDS_TURN)), Image.Resampling.BILINEAR)
    left, top = (turned.width - width) // 2, (turned.height - height) // 2
    picture = Image.fromarray(rgb).convert("RGBA")
    picture.alpha_composite(turned.crop((left, top, left + width, top + height)))
    return np.asarray(picture.convert("RGB"))
