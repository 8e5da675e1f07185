"""Where the new face shows, from 0 to 1, on the chip."""

import cv2
import numpy as np

from recognition.engine import landmarks68 as named
from recognition.engine.types import FloatImage, Points

from .mesh import FOREHEAD, OUTLINE
from .skin import below_hair

# In widths of the mask: how far inside the outline the face is fully the new one, along the jaw and over the forehead.
_JAW_RAMP = 0.075
_FOREHEAD_RAMP = 0.11
# The inner part of the face, as a share of the outline's distance from the middle, that nothing covers.
_CORE = 0.80
# The points of the brows that lie below those of the forehead.
_BELOW_FOREHEAD = np.r_[named.BROW_LEFT, named.LEFT_BROW, named.RIGHT_BROW, named.BROW_RIGHT]
_BELOW_FOREHEAD = _BELOW_FOREHEAD[_BELOW_FOREHEAD != named.BROW_INNER_RIGHT]  # eleven as well


def face_mask(
    points: Points, target_skin: FloatImage, source_skin: FloatImage, source_cover: FloatImage, *, forehead: bool
) -> FloatImage:
    """Draw the face's outline with a soft edge, (h, w) float32, open to what stands before the face.

    The mesh, (107, 2), lies in pixels of the likelihoods of skin on the two photos, the source's already warped.
    `source_cover`, from `without_halo`, says how much of the source may show at the edge; `forehead`, whether the part
    above the brows belongs to the face.
    """
    shape = target_skin.shape
    outline = points[OUTLINE] if forehead else _outline_to_brows(points)
    edge = _ramp(outline, shape)
    core = cv2.GaussianBlur(core_mask(points, shape), (0, 0), 2.0)
    bare = np.minimum(below_hair(target_skin, points), below_hair(source_skin, points))
    in_front = np.maximum(_opened(np.minimum(bare, _without_specks(np.minimum(target_skin, source_cover)))), core)
    return edge * in_front


def _outline_to_brows(points: Points) -> Points:
    low = points[FOREHEAD] * 0.2 + 0.8 * points[_BELOW_FOREHEAD]
    return np.vstack([points[named.JAW], low[::-1]])


def _ramp(outline: Points, shape: tuple[int, ...]) -> FloatImage:
    """Rise smoothly from 0 at the outline to 1 well inside it, more slowly over the forehead."""
    inside = cv2.copyMakeBorder(_filled(outline, shape), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]
    width = shape[1]
    rows = np.arange(shape[0], dtype=np.float32)[:, None]
    top, jaw = outline[:, 1].min(), outline[[named.JAW_LEFT, named.JAW_RIGHT], 1].mean()
    upper = np.clip((jaw - rows) / max(float(jaw - top), 1.0), 0, 1)
    reach = width * (_JAW_RAMP + (_FOREHEAD_RAMP - _JAW_RAMP) * upper)
    share = np.clip((depth - 0.02 * width) / reach, 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def core_mask(points: Points, shape: tuple[int, ...]) -> FloatImage:
    """The inner face from the brows to the chin, (h, w) float32, 0 or 1."""
    middle = named.middle_of(points)
    jaw = middle + _CORE * (points[named.JAW] - middle)
    inner = np.vstack([jaw, points[named.EYES_AND_LIPS], named.above_brows(points)])
    hull = cv2.convexHull(inner.astype(np.float32))[:, 0]
    return _filled(np.asarray(hull, float), shape).astype(np.float32)


def _filled(outline: Points, shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 1, shift=4)
    return mask


def _without_specks(skin: FloatImage) -> FloatImage:
    """Close moles and highlights, which are no hindrance; strands and rims are longer and stay."""
    return cv2.morphologyEx(skin, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))


def _opened(bare: FloatImage) -> FloatImage:
    """Sharpen a likelihood into yes and no, draw it back from what is no skin, and soften its edge."""
    share = np.clip((bare - 0.25) / 0.35, 0, 1).astype(np.float32)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    return cv2.GaussianBlur(cv2.erode(share, kernel), (0, 0), 2.0)


def mouth_mask(points: Points, shape: tuple[int, ...]) -> FloatImage:
    """The opening between the lips with a soft edge, (h, w) float32; the edge lies on the lips."""
    inside = cv2.dilate(_filled(points[named.INNER_LIPS], shape), np.ones((3, 3), np.uint8)).astype(np.float32)
    return cv2.GaussianBlur(inside, (0, 0), 0.8)
