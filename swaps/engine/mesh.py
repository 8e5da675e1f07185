"""The mesh that carries a face: the 68 landmarks, a forehead above them, a rim around them, and fixed triangles.

The triangles are the same for every face, so a face photo and a target always correspond, whatever their pose.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine import landmarks68 as named
from recognition.engine.errors import FaceError
from recognition.engine.types import Points, eye_distance

# What comes after the 68 landmarks, and all but the rim.
FOREHEAD, RIM, FACE = slice(68, 79), slice(79, 107), slice(0, 79)
# The outline of the face: along the jaw, then back over the forehead; and the rim that lies beyond the forehead.
OUTLINE = np.r_[named.JAW, 78:67:-1]
RIM_ABOVE = slice(96, 107)

_ARC = np.linspace(-1, 1, 13)[1:-1]
_BROW_PLACES = np.array([-1, -0.8, 0, 0.8, 1])


class FaceUnusable(FaceError):
    """The landmarks of a face do not make a face."""

    code = "face_unusable"


def mesh_points(landmarks: Points) -> Points:
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


@cache
def triangles() -> NDArray[np.intp]:
    """The (T, 3) corner numbers of all triangles, from Delaunay's rule on a front view."""
    points = mesh_points(_front_view())
    low = points.min(0) - 1
    size = np.ceil(points.max(0) - low).astype(int) + 2
    plane = cv2.Subdiv2D((0, 0, int(size[0]), int(size[1])))
    numbers: dict[int, int] = {}
    for number, point in enumerate(points - low):
        numbers[plane.insert((float(point[0]), float(point[1])))] = number
    corners: list[tuple[int, ...]] = []
    for x1, y1, x2, y2, x3, y3 in plane.getTriangleList():
        located = [plane.locate((float(x), float(y)))[2] for x, y in ((x1, y1), (x2, y2), (x3, y3))]
        if all(vertex in numbers for vertex in located):
            corners.append(tuple(sorted(numbers[vertex] for vertex in located)))
    return np.array(sorted(set(corners)), dtype=np.intp)


def _front_view() -> Points:
    """A face seen from the front, in units of a hundredth of an eye distance; right half mirrored from the left."""
    jaw = [(-115, 0), (-113, 32), (-108, 63), (-100, 94), (-86, 122), (-65, 146), (-42, 165), (-20, 178)]
    brow = [(-98, -28), (-82, -42), (-60, -46), (-39, -41), (-20, -32)]
    eye = [(-70, 2), (-59, -7), (-42, -7), (-30, 3), (-42, 8), (-58, 8)]
    upper, lower = [(-48, 120), (-31, 111), (-12, 106)], [(-13, 137), (-31, 132)]
    inner_upper, inner_lower = [(-40, 120), (-13, 116)], [(-13, 126)]
    nose = [(0, -5), (0, 18), (0, 40), (0, 62)]
    base = [(-26, 78), (-13, 83)]

    def mirrored(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(-x, y) for x, y in points]

    right_eye = mirrored([eye[3], eye[2], eye[1], eye[0], eye[5], eye[4]])
    points = [*jaw, (0, 182), *mirrored(jaw[::-1]), *brow, *mirrored(brow[::-1]), *nose]
    points += [*base, (0, 87), *mirrored(base[::-1]), *eye, *right_eye]
    points += [*upper, (0, 109), *mirrored(upper[::-1]), *mirrored(lower[::-1]), (0, 139), *lower]
    points += [*inner_upper, (0, 117), *mirrored(inner_upper[::-1])]
    points += [*mirrored(inner_lower), (0, 128), *inner_lower]
    return np.array(points, float)
