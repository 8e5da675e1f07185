"""Portraits for tests/fake_engine.py under the names of the samples: small, drawn, and plainly no photos."""

import atexit
import colorsys
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from recognition.engine.landmarks68 import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_RIDGE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
)
from recognition.engine.types import ByteImage

from .fake_engine import LANDMARKS


class Portrait(NamedTuple):
    """Width and height in pixels, the person's hue in degrees, and how bright the face is on this photo."""

    width: int
    height: int
    hue: int
    brightness: int


PORTRAITS = {
    "obama.jpg": Portrait(400, 520, 20, 242),
    "obama2.jpg": Portrait(330, 520, 20, 194),
    "obama3.jpg": Portrait(480, 520, 20, 218),
    "obama_partial_face.jpg": Portrait(300, 520, 20, 206),
    "biden.jpg": Portrait(640, 1472, 140, 242),  # larger than its place on any page
    "astronaut.png": Portrait(400, 400, 260, 242),
}
GROUND, INK = (200, 202, 204), (40, 36, 34)


def drawn(name: str) -> Path:
    """The path of one drawn portrait of PORTRAITS."""
    return FOLDER / name


def draw(portrait: Portrait) -> ByteImage:
    """A face a third as wide as the picture, in its upper part."""
    width, height, hue, brightness = portrait
    rgb = np.full((height, width, 3), GROUND, np.uint8)
    size = np.array([0.34 * width, 0.42 * width])
    corner = np.array([0.33 * width, 0.06 * height])
    middle, half = np.rint(corner + size / 2).astype(int).tolist(), np.rint(size / 2).astype(int).tolist()
    colour = [round(brightness * share) for share in colorsys.hsv_to_rgb(hue / 360, 0.65, 1)]
    cv2.ellipse(rgb, middle, half, 0, 0, 360, colour, -1)
    points = np.rint(corner + LANDMARKS * size).astype(np.int32)
    for closed in (LEFT_EYE, RIGHT_EYE, OUTER_LIPS):
        cv2.fillPoly(rgb, [points[closed]], INK)
    for line in (LEFT_BROW, RIGHT_BROW, NOSE_RIDGE, INNER_LIPS):
        cv2.polylines(rgb, [points[line]], False, INK, 2)
    return rgb


def _draw_all() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="faceswap-drawn-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, portrait in PORTRAITS.items():
        Image.fromarray(draw(portrait)).save(folder / name, quality=92)
    return folder


FOLDER = _draw_all()
