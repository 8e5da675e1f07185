"""How much of the face photo's proportions come along onto the target."""

import math
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine import landmarks68
from recognition.engine import mesh468 as named
from recognition.engine.mesh468_shape import FRONT
from recognition.engine.types import Points

from .blend import smoothstep
from .surface import carried, eyes_apart

# In distances of the eyes' outer corners: how far inside the outline features move wholly, how far around the lips the
# skin goes with them, and how far anything may move.
_EDGE, _AROUND_MOUTH, _MOST_SHIFT = 0.15, 0.2, 0.12
# Differences of mouths, in distances of the eyes' outer corners, from which they are not alike: width, gap, lift.
_ALIKE = np.array([0.12, 0.045, 0.06])


def opening(landmarks: Points) -> float:
    """How far a mouth is open: the gap between the lips over the mouth's inner width."""
    width = float(np.linalg.norm(landmarks[landmarks68.INNER_MOUTH_LEFT] - landmarks[landmarks68.INNER_MOUTH_RIGHT]))
    upper, lower = landmarks[landmarks68.LIP_GAPS.T]
    return float(np.linalg.norm(upper - lower, axis=1).max()) / max(width, 1e-9)


def open_share(landmarks: Points) -> float:
    """Whether a mouth is open, 0 (closed) to 1, rising where landmarks can't tell for sure."""
    return float(np.clip((opening(landmarks) - 0.05) / 0.03, 0, 1))


def shut_share(target: Points, source: Points) -> float:
    """How far the source's mouth has to be shut for the target's, 0 to 1."""
    excess = float(np.clip((opening(source) - opening(target) - 0.01) / 0.04, 0, 1))
    return excess * (1 - open_share(target))


def mouth_difference(target: Points, source: Points) -> float:
    """How much two mouths' expressions differ, 0 to 1: in width, openness and the lift of their corners."""
    apart = np.abs(_expression(source) - _expression(target)) / _ALIKE
    return float(smoothstep((apart.max() - 0.8) / 0.5))


def gap_difference(target: Points, source: Points) -> float:
    """How much further one of two mouths is open than the other, in the least gaps that show."""
    return float(abs(_expression(source) - _expression(target))[1] / _ALIKE[1])


def _expression(landmarks: Points) -> Points:
    """A mouth's width, gap and lift of the corners, (3,), in distances of the eyes' outer corners."""
    eyes = landmarks[[landmarks68.EYE_OUTER_LEFT, landmarks68.EYE_OUTER_RIGHT]]
    upward = landmarks[landmarks68.NOSE_TOP] - landmarks[landmarks68.NOSE_BASE]
    upward = upward / max(float(np.linalg.norm(upward)), 1e-9)
    corners = landmarks[[landmarks68.MOUTH_LEFT, landmarks68.MOUTH_RIGHT]]
    width = np.linalg.norm(np.subtract(*corners))
    gap = np.linalg.norm(np.subtract(*landmarks[landmarks68.LIP_GAPS[1]]))
    lift = (corners.mean(0) - landmarks[landmarks68.LIP_MIDDLES].mean(0)) @ upward
    return np.array([width, gap, lift]) / max(float(np.linalg.norm(np.subtract(*eyes))), 1e-9)


def mixed_surface(target: Points, source: Points, share: float, *, shut: float, openness: float) -> Points:
    """Move the target's features towards the source's proportions, by a share of the way.

    The outline stays: the photo around it does not change. An open mouth stays too.

    Parameters
    ----------
    target, source : (468, 3) float64
        Their surfaces; what comes back lies in the target's pose and pixels.
    share : float
    shut : float
        How far the lips are drawn together, 0 to 1: a shut mouth shows nothing of what the source's open one does.
    openness : float
        How far the target's mouth keeps its shape, 0 to 1.
    """
    placed = laid_over(source, target)
    inside, mouth = _influence()
    shift = (placed - target)[:, :2]
    lips = target[named.OUTER_LIPS, :2]
    width = _mouth_width(placed) / max(_mouth_width(target), 1e-9)
    middle = lips.mean(0)
    along = shift[named.OUTER_LIPS].mean(0) + (target[:, :2] - middle) * (float(np.clip(width, 0.75, 1.33)) - 1)
    shift = share * inside[:, None] * (shift + mouth[:, None] * ((1 - openness) * along - shift))
    length, most = np.linalg.norm(shift, axis=1, keepdims=True), _MOST_SHIFT * eyes_apart(target)
    moved = target.copy()
    moved[:, :2] += shift * np.minimum(1, most / np.maximum(length, 1e-9))
    rims = np.array([named.UPPER_LIP[-1], named.LOWER_LIP[-1]])
    moved[rims] += shut * (moved[rims].mean(0) - moved[rims])
    return moved


@cache
def _influence() -> tuple[Points, Points]:
    """How far each vertex may move, and how far it belongs to the mouth: two of (468,), each 0 to 1."""

    def depth(outline: NDArray[np.intp]) -> Points:
        polygon = FRONT[outline, :2].astype(np.float32)
        return np.array([cv2.pointPolygonTest(polygon, (float(x), float(y)), True) for x, y, _ in FRONT])

    inside = depth(named.OVAL) * (1 / _EDGE)
    return smoothstep(inside), smoothstep(1 + depth(named.OUTER_LIPS) * (1 / _AROUND_MOUTH))


def without_teeth(source: Points, share: float) -> Points:
    """Draw the inner rims of a source's lips onto the lips, by a share: a mesh often leaves a rim of teeth outside.

    Of a surface, (468, 2 or 3); a share of 1 is for a mouth that will be shut.
    """
    drawn = source.copy()
    for lip in (named.UPPER_LIP, named.LOWER_LIP):
        for line, vertices in enumerate(lip):
            drawn[vertices] += 0.35 * share * line / 3 * (source[lip[0]] - source[vertices])
    return drawn


def _mouth_width(surface: Points) -> float:
    return float(np.linalg.norm(surface[named.MOUTH_RIGHT] - surface[named.MOUTH_LEFT]))


def laid_over(source: Points, target: Points) -> Points:
    """Lay one surface over another, both (468, 3), by what neither mouth nor brows move: turn, scale and shift.

    S. Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two Point Patterns", PAMI 13 (4), 1991.
    """
    origin, to = source[named.RIGID], target[named.RIGID]
    first, second = origin - origin.mean(0), to - to.mean(0)
    left, stretch, right = np.linalg.svd(second.T @ first)
    if np.linalg.det(left @ right) < 0:  # no mirror image
        stretch[2], left[:, 2] = -stretch[2], -left[:, 2]
    turn = stretch.sum() / max(float((first**2).sum()), 1e-9) * (left @ right)
    return np.asarray((source - origin.mean(0)) @ turn.T + to.mean(0))


def similarity(origin: Points, to: Points) -> Points:
    """The (2, 3) matrix of turn, scale and shift that carries some points nearest to others (least squares)."""
    x, y = (origin - origin.mean(0)).T
    u, v = (to - to.mean(0)).T
    norm = max(float((x * x + y * y).sum()), 1e-9)
    cos, sin = float((x * u + y * v).sum()) / norm, float((x * v - y * u).sum()) / norm
    turn = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([turn, to.mean(0) - turn @ origin.mean(0)])


def moved_with(points: Points, before: Points, now: Points) -> Points:
    """A mesh's vertices, (468, 3), after its face's landmarks, (68, 2), went from one place to another."""
    turn = similarity(before, now)
    moved = points * math.hypot(turn[0, 0], turn[1, 0])
    moved[:, :2] = points[:, :2] @ turn[:, :2].T + turn[:, 2]
    moved[:, :2] += carried(now - (before @ turn[:, :2].T + turn[:, 2]))
    return moved
