"""Where skin is on a chip, learnt from the cheeks and the nose of the very face."""

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage, Points
from swaps.engine.frame import CHIP_HEIGHT, CHIP_WIDTH

# Cheeks, nose and the strip below the eyes: skin on nearly every face, bearded or not.
_SURE = ((1, 2, 3, 31, 29, 28, 39, 40, 41, 36), (15, 14, 13, 35, 29, 28, 42, 47, 46, 45))


def skin_likelihood(chip: ByteImage, points: Points) -> FloatImage:
    """Say how likely each pixel of a chip is this face's skin.

    Parameters
    ----------
    chip : (h, w, 3) uint8
    points : (68 or more, 2) float64
        The face's mesh in pixels of the chip.

    Returns
    -------
    (h, w) float32
        0 to 1. Brighter than the cheeks (a highlight) counts less against a pixel than darker (hair).
    """
    lab = cv2.cvtColor(chip, cv2.COLOR_RGB2LAB).astype(np.float32)
    sure = np.zeros(chip.shape[:2], np.uint8)
    for numbers in _SURE:
        cv2.fillPoly(sure, [np.round(points[list(numbers)]).astype(np.int32)], 255)
    sample = lab[sure > 0]
    if len(sample) < 30:
        return np.ones(chip.shape[:2], np.float32)
    middle = np.median(sample, axis=0)
    spread = 1.48 * np.median(np.abs(sample - middle), axis=0)
    width = np.clip(spread * 2.0, (16, 5, 5), (36, 9, 10))
    off = (lab - middle) / width
    off[..., 0] = np.where(off[..., 0] > 0, off[..., 0] * 0.6, off[..., 0])
    distance = (off**2).sum(2)
    return np.asarray(np.exp(-0.5 * np.maximum(distance - 1.5, 0) ** 1.2), np.float32)


def feature_mask(points: Points, grow: int = 5) -> FloatImage:
    """Mark brows, eyes, lips and nostrils: what is on a face but tells nothing of its skin. (h, w) float32, 0 or 1."""
    mask = np.zeros((CHIP_HEIGHT, CHIP_WIDTH), np.uint8)
    groups = (range(17, 22), range(22, 27), range(36, 42), range(42, 48), range(48, 60), range(31, 36))
    for numbers in groups:
        hull = cv2.convexHull(np.round(points[list(numbers)]).astype(np.int32))
        cv2.fillConvexPoly(mask, hull, 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1))
    return np.asarray(cv2.dilate(mask, kernel), np.float32)


def below_hair(likelihood: FloatImage, points: Points) -> FloatImage:
    """Follow the skin from the brows upwards, column by column, and let nothing past the first hair.

    Parameters
    ----------
    likelihood : (h, w) float32
    points : (68 or more, 2) float64

    Returns
    -------
    (h, w) float32
        1 below the brows; above them the smallest likelihood on the way up.
    """
    xs = points[17:27, 0]
    order = np.argsort(xs)
    line = np.interp(np.arange(CHIP_WIDTH), xs[order], points[17:27, 1][order]) - 6
    rows = np.arange(CHIP_HEIGHT)[:, None]
    smooth = cv2.GaussianBlur(likelihood, (0, 0), 1.5)
    way = np.where(rows > line[None], 1.0, smooth).astype(np.float32)
    way = np.minimum.accumulate(way[::-1], axis=0)[::-1]
    return np.ascontiguousarray(way)
