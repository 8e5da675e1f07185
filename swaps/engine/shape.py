"""How much of the face photo's proportions come along onto the target."""

from collections.abc import Sequence

import numpy as np

from recognition.engine import landmarks68 as named
from recognition.engine.types import Points


def opening(landmarks: Points) -> float:
    """How far a mouth is open: the gap between the lips over the mouth's inner width."""
    width = float(np.linalg.norm(landmarks[named.INNER_MOUTH_LEFT] - landmarks[named.INNER_MOUTH_RIGHT]))
    upper, lower = landmarks[named.LIP_GAPS.T]
    return float(np.linalg.norm(upper - lower, axis=1).max()) / max(width, 1e-9)


def open_share(landmarks: Points) -> float:
    """Whether a mouth is open, 0 (closed) to 1, rising where landmarks can't tell for sure."""
    return float(np.clip((opening(landmarks) - 0.05) / 0.03, 0, 1))


def shut_share(target: Points, source: Points) -> float:
    """How far the source's mouth has to be shut for the target's, 0 to 1."""
    excess = float(np.clip((opening(source) - opening(target) - 0.01) / 0.04, 0, 1))
    return excess * (1 - open_share(target))


def mixed_landmarks(target: Points, source: Points, share: float) -> Points:
    """Move the target's features towards the source's proportions, by a share of the way, in the target's pixels.

    The jaw stays: the photo around it does not change. An open mouth stays too.
    """
    return _closed(_moved(target, source, share), shut_share(target, source))


def _closed(landmarks: Points, share: float) -> Points:
    """Draw the inner lips together: a shut mouth shows nothing of what the source's open one does."""
    closed, gaps = landmarks.copy(), landmarks[named.LIP_GAPS]
    closed[named.LIP_GAPS] += share * (gaps.mean(1, keepdims=True) - gaps)
    return closed


def without_teeth(source: Points, share: float) -> Points:
    """Draw a source's inner lip line onto the lips, by a share: the landmarks often leave a rim of teeth outside.

    Of 68 or more points; a share of 1 is for a mouth that will be shut.
    """
    drawn = source.copy()
    inner, outer = named.ACROSS_LIPS.T
    drawn[inner] += 0.35 * share * (source[outer] - source[inner])
    return drawn


def _moved(target: Points, source: Points, share: float) -> Points:
    placed = _placed(source, target)
    moved = target + share * (placed - target)
    moved[named.JAW] = target[named.JAW]
    openness = float(np.clip((opening(target) - 0.05) / 0.07, 0, 1))
    shift = (placed[named.LIPS].mean(0) - target[named.LIPS].mean(0)) * share
    width = _mouth_width(placed) / max(_mouth_width(target), 1e-9)
    middle = target[named.LIPS].mean(0)
    mouth = middle + shift + (target[named.LIPS] - middle) * (1 + share * (float(np.clip(width, 0.75, 1.33)) - 1))
    moved[named.LIPS] = target[named.LIPS] * openness + mouth * (1 - openness)
    return moved


def _mouth_width(landmarks: Points) -> float:
    return float(np.linalg.norm(landmarks[named.MOUTH_RIGHT] - landmarks[named.MOUTH_LEFT]))


def mean_shape(shapes: Sequence[Points], reference: int) -> Points:
    """Average the proportions of a person's faces, each (68, 2); the `reference` gives place, size and turn."""
    return np.asarray(np.mean([_placed(shape, shapes[reference]) for shape in shapes], axis=0))


def _placed(source: Points, target: Points) -> Points:
    """Lay the source's landmarks over the target's by turn, scale and shift."""
    matrix = similarity(source[named.RIGID], target[named.RIGID])
    return source @ matrix[:, :2].T + matrix[:, 2]


def similarity(origin: Points, to: Points) -> Points:
    """The (2, 3) matrix of turn, scale and shift that carries some points nearest to others (least squares)."""
    x, y = (origin - origin.mean(0)).T
    u, v = (to - to.mean(0)).T
    norm = max(float((x * x + y * y).sum()), 1e-9)
    cos, sin = float((x * u + y * v).sum()) / norm, float((x * v - y * u).sum()) / norm
    turn = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([turn, to.mean(0) - turn @ origin.mean(0)])
