"""The points that a face's regions are drawn by: the 68 landmarks, a forehead above them and a rim around them."""

import numpy as np

from recognition.engine import landmarks68 as named
from recognition.engine.errors import FaceError
from recognition.engine.types import Points, eye_distance

# What comes first after the 68 landmarks, and all but the rim.
FOREHEAD, FACE = slice(68, 79), slice(0, 79)
# The outline of the face: along the jaw, then back over the forehead; and the rim that lies beyond the forehead.
OUTLINE = np.r_[named.JAW, 78:67:-1]
RIM_ABOVE = slice(96, 107)

_ARC = np.linspace(-1, 1, 13)[1:-1]
_BROW_PLACES = np.array([-1, -0.8, 0, 0.8, 1])


class FaceUnusable(FaceError):
    """The landmarks of a face do not make a face."""

    code = "face_unusable"


def region_points(landmarks: Points) -> Points:
    """Extend 68 landmarks by a forehead and a rim.

    Parameters
    ----------
    landmarks : (68, 2) float64

    Returns
    -------
    (107, 2) float64
        The landmarks, 11 points over the forehead from left to right, 28 around the outline at 1.3 times its distance
        from the middle.

    Raises
    ------
    FaceUnusable
        For landmarks that are not finite or lie on one spot or line.
    """
    check_landmarks(landmarks)
    brow = landmarks[[named.BROW_INNER_LEFT, named.BROW_INNER_RIGHT]].mean(0)
    base = landmarks[[named.JAW_LEFT, named.BROW_LEFT, named.BROW_RIGHT, named.JAW_RIGHT]]
    base = np.vstack([base[:2], brow, base[2:]])
    # The nose's length tells of the head's tilt, and unlike the chin it does not move with the mouth.
    upward = landmarks[named.NOSE_TOP] - landmarks[named.NOSE_BASE]
    down = landmarks[named.CHIN] - landmarks[named.NOSE_TOP]
    height = 0.55 * np.linalg.norm(upward) * 1.25 + 0.45 * 0.62 * np.linalg.norm(down)
    upward = upward / max(float(np.linalg.norm(upward)), 1e-9) * height
    along = np.column_stack([np.interp(_ARC, _BROW_PLACES, base[:, axis]) for axis in (0, 1)])
    forehead = along + np.sqrt(1 - _ARC**2)[:, None] * upward
    inner = np.vstack([landmarks, forehead])
    middle = named.middle_of(landmarks)
    rim = middle + 1.3 * (inner[OUTLINE] - middle)
    return np.vstack([inner, rim])


def check_landmarks(landmarks: Points) -> None:
    """Raise FaceUnusable for landmarks that are not finite or span no area."""
    usable = landmarks.shape == (68, 2) and bool(np.isfinite(landmarks).all())
    if usable:
        spread = np.linalg.svd(landmarks - landmarks.mean(0), compute_uv=False)
        usable = spread[1] > 0.05 * spread[0] and spread[1] > 1 and eye_distance(landmarks) > 1
    if not usable:
        raise FaceUnusable
