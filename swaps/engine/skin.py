"""Where skin is on a chip, learnt from the cheeks of the very face, in light and in shadow."""

from collections.abc import Sequence
from functools import reduce

import cv2
import numpy as np

from recognition.engine import landmarks68 as named
from recognition.engine.types import ByteImage, FloatImage, Points

from .detail import ranked
from .region_points import FOREHEAD, RIM_ABOVE

# Skin on nearly every face, bearded or not, and one of them is in the light.
_CHEEKS = (named.LEFT_CHEEK, named.RIGHT_CHEEK)
# Between the forehead's upper edge and the rim.
_ABOVE = np.r_[FOREHEAD, RIM_ABOVE]

# The middle (3,) and the tolerance (3,) of a colour in Lab.
Model = tuple[FloatImage, FloatImage]


def skin_likelihood(chip: ByteImage, points: Points) -> FloatImage:
    """Say how likely each pixel of a chip is the skin of this face, whose region points, (107, 2), lie in its pixels.

    (h, w) float32, 0 to 1. Shadow and highlight on skin count as skin; hair, cloth and background do not.
    """
    lab = cv2.cvtColor(chip, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab[..., 1:] -= 128
    models = [model for cheek in _CHEEKS if (model := _model(lab, points[cheek])) is not None]
    if not models:
        return np.ones(chip.shape[:2], np.float32)
    planes = cv2.split(lab)
    nearest = reduce(np.minimum, [_distance(planes, *model) for model in models])
    nearest = np.asarray(nearest + _strands(planes[0]))
    _tell_from_hair(nearest, lab, points, models)
    return np.asarray(cv2.exp(-0.5 * np.maximum(nearest - 2.5, 0)))


def _tell_from_hair(apart: FloatImage, lab: FloatImage, points: Points, skins: list[Model]) -> None:
    """Add distance on the forehead where a pixel is more like what is above it: fair hair is nearly skin-coloured."""
    hair = _model(lab, points[_ABOVE])
    # A bald head, or a fringe that starts higher: the same colour above as below.
    if hair is None or min(float(_distance(list(hair[0]), *skin)) for skin in skins) < 1.0:
        return
    rows = max(0, int(points[named.BROWS, 1].max()))
    widths = np.mean([skin[1] for skin in skins], axis=0)
    apart[:rows] += np.clip(apart[:rows] - _distance(cv2.split(lab[:rows]), hair[0], widths), 0, 4)


def _strands(lightness: FloatImage) -> FloatImage:
    """Thin and much darker than both sides: a strand of hair or a spectacle rim. Wrinkles are fainter."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    depth = cv2.morphologyEx(lightness, cv2.MORPH_BLACKHAT, kernel) / (lightness + 10)
    return np.asarray(np.clip((depth - 0.1) / 0.1, 0, 1) * 5)


def _model(lab: FloatImage, corners: Points) -> Model | None:
    """The middle (3,) and the tolerance (3,) of the skin inside a polygon; None where it holds too few pixels."""
    inside = np.zeros(lab.shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.round(corners).astype(np.int32)], 1)
    sample = lab[inside > 0]
    if len(sample) < 20:
        return None
    middle = ranked(sample, 0.5)
    spread = 1.48 * ranked(np.abs(sample - middle), 0.5)
    return middle, np.clip(spread * 1.8, (18, 4.5, 4.5), (32, 8, 9)).astype(np.float32)


def _distance(lab: Sequence[FloatImage], middle: FloatImage, width: FloatImage) -> FloatImage:
    """Squared distance in tolerances. In shadow colour fades with lightness, and skin in highlights may be white."""
    lightness, a, b = lab
    off = (lightness - middle[0]) / width[0]
    shade = np.clip(lightness / max(float(middle[0]), 1.0), 0.3, 1.15)
    a, b = (a - middle[1] * shade) / width[1], (b - middle[2] * shade) / width[2]
    brighter = np.maximum(off, 0)
    return np.asarray(off * off - np.float32(0.7) * brighter * brighter + a * a + b * b)
