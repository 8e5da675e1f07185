"""Three ways for the new face to meet the photo; what they add to plain feathering is smooth, so it is done small."""

from typing import Any

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage

_LEVELS = 4


def membrane(target: ByteImage, face: FloatImage, mask: FloatImage) -> FloatImage:
    """The smooth offset (h, w, 3) that makes a face meet the photo without a step (Poisson blending's solution).

    On the border of the mask, (h, w) float32, it is the difference between the two, inside its smooth continuation.
    """
    border = np.clip(4 * mask * (1 - mask), 0, 1) * (mask < 0.9)
    known = np.dstack([(target - face) * border[..., None], border]).astype(np.float32)
    filled = _filled_in(known)
    return filled[..., :3] / np.maximum(filled[..., 3:], 1e-4)


def _filled_in(weighted: FloatImage) -> FloatImage:
    """Carry weighted values into the gaps from ever coarser copies."""
    height, width = weighted.shape[:2]
    if min(height, width) <= 2:
        return weighted
    coarse = _filled_in(cv2.pyrDown(weighted))
    over = cv2.pyrUp(coarse, dstsize=(width, height))
    over = over / np.maximum(over[..., 3:], 1e-6)
    return weighted + over * np.maximum(1 - weighted[..., 3:], 1e-3)


def pyramid_correction(target: ByteImage, face: FloatImage, mask: FloatImage) -> FloatImage:
    """What a Laplacian pyramid blend adds to a blend with the sharpened mask, (h, w, 3) float32, 0 where the mask is 0.

    The mask, (h, w) float32, is the widest one, which the coarsest level uses.
    """
    sharp = sharpened(mask)[..., None]
    difference = face - target
    blended = np.zeros_like(difference)
    weight = sharpened(mask)
    band: FloatImage = difference
    for level in range(_LEVELS):
        coarse = cv2.GaussianBlur(difference, (0, 0), 1.5 * 2**level)
        share = level / _LEVELS
        blended += (band - coarse) * (weight * (1 - share) + mask * share)[..., None]
        band = coarse
    blended += band * mask[..., None]
    return np.asarray((blended - difference * sharp) * (mask > 0.01)[..., None])


def smoothstep(share: Any) -> Any:
    """0 below 0, 1 above 1, smooth between: of a number or an array."""
    inside = np.clip(share, 0, 1)
    return inside * inside * (3 - 2 * inside)


def sharpened(mask: FloatImage) -> FloatImage:
    """The mask with its ramp drawn together around the middle, inside the old one."""
    return np.asarray(smoothstep((mask - 0.3) / 0.4))
