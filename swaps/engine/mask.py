"""Where the new face shows, from 0 to 1, on the chip."""

import cv2
import numpy as np

from recognition.engine.types import FloatImage, Points
from swaps.engine.frame import CHIP_HEIGHT, CHIP_WIDTH
from swaps.engine.mesh import FOREHEAD, INNER_MOUTH, OUTLINE
from swaps.engine.skin import below_hair

_SOFT = 5.0


def face_mask(points: Points, target_skin: FloatImage, source_skin: FloatImage, *, forehead: bool) -> FloatImage:
    """Draw the face's outline with a soft edge, open to what stands before the face.

    Parameters
    ----------
    points : (107, 2) float64
        The mesh in pixels of the chip.
    target_skin, source_skin : (h, w) float32
        How likely each pixel is skin on the two photos, the source's already warped.
    forehead : bool
        Whether the part above the brows belongs to it.

    Returns
    -------
    (h, w) float32
    """
    shape = _filled(_outline(points, forehead))
    core = _filled(cv2.convexHull(np.round(points[17:68]).astype(np.int32))[:, 0])
    both = np.minimum(below_hair(target_skin, points), below_hair(source_skin, points))
    guard = np.maximum(np.minimum(both, _edge_guard(target_skin)), cv2.GaussianBlur(core, (0, 0), 3))
    reach = int(_SOFT * 1.6)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    inside = cv2.erode(shape * (guard > 0.5).astype(np.float32), kernel, borderValue=0)
    return np.asarray(cv2.GaussianBlur(inside, (0, 0), _SOFT))


def _outline(points: Points, forehead: bool) -> Points:
    if forehead:
        return points[OUTLINE]
    low = points[FOREHEAD] * 0.25 + 0.75 * points[[17, 17, 18, 19, 20, 21, 23, 24, 25, 26, 26]]
    return np.vstack([points[:17], low[::-1]])


def _filled(outline: Points) -> FloatImage:
    mask = np.zeros((CHIP_HEIGHT, CHIP_WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 1, shift=4)
    return mask.astype(np.float32)


def _edge_guard(skin: FloatImage) -> FloatImage:
    """Thin things before the skin (strands, temples) survive; single odd pixels don't count."""
    return np.asarray(cv2.GaussianBlur(cv2.morphologyEx(skin, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), (0, 0), 2))


def mouth_mask(points: Points) -> FloatImage:
    """The opening between the lips with a soft edge, (h, w) float32."""
    return np.asarray(cv2.GaussianBlur(_filled(points[INNER_MOUTH]), (0, 0), 1.0))
