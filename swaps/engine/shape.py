"""How much of the face photo's proportions come along onto the target."""

from collections.abc import Sequence

import numpy as np

from recognition.engine.types import Points

_RIGID = np.r_[17:48]
_MOUTH = np.r_[48:68]


def opening(landmarks: Points) -> float:
    """How far a mouth is open: the gap between the lips over the mouth's inner width."""
    width = float(np.linalg.norm(landmarks[60] - landmarks[64]))
    gaps = [float(np.linalg.norm(landmarks[up] - landmarks[down])) for up, down in ((61, 67), (62, 66), (63, 65))]
    return max(gaps) / max(width, 1e-9)


def open_share(landmarks: Points) -> float:
    """Whether a mouth is open, 0 (closed) to 1, rising where landmarks can't tell for sure."""
    return float(np.clip((opening(landmarks) - 0.05) / 0.03, 0, 1))


def shut_share(target: Points, source: Points) -> float:
    """How far the source's mouth has to be shut for the target's, 0 to 1."""
    excess = float(np.clip((opening(source) - opening(target) - 0.01) / 0.04, 0, 1))
    return excess * (1 - open_share(target))


def mixed_landmarks(target: Points, source: Points, share: float) -> Points:
    """Move the target's features towards the source's proportions.

    Parameters
    ----------
    target, source : (68, 2) float64
    share : float
        0 keeps the target's, 1 takes the source's.

    Returns
    -------
    (68, 2) float64
        In the target's pixels. The jaw stays: the photo around it does not change. An open mouth stays too.
    """
    return _closed(_moved(target, source, share), shut_share(target, source))


def _closed(landmarks: Points, share: float) -> Points:
    """Draw the inner lips together: a shut mouth shows nothing of what the source's open one does."""
    closed = landmarks.copy()
    for up, down in ((61, 67), (62, 66), (63, 65)):
        middle = landmarks[[up, down]].mean(0)
        closed[[up, down]] += share * (middle - landmarks[[up, down]])
    return closed


def without_teeth(source: Points, share: float) -> Points:
    """Draw a source's inner lip line onto the lips, by a share: the landmarks often leave a rim of teeth outside.

    Parameters
    ----------
    source : (68 or more, 2) float64
    share : float
        1 where the mouth will be shut.

    Returns
    -------
    (68 or more, 2) float64
    """
    drawn = source.copy()
    pairs = ((61, 50), (62, 51), (63, 52), (65, 56), (66, 57), (67, 58))
    for inner, outer in pairs:
        drawn[inner] += 0.35 * share * (source[outer] - source[inner])
    return drawn


def _moved(target: Points, source: Points, share: float) -> Points:
    placed = _placed(source, target)
    moved = target + share * (placed - target)
    moved[:17] = target[:17]
    openness = float(np.clip((opening(target) - 0.05) / 0.07, 0, 1))
    shift = (placed[_MOUTH].mean(0) - target[_MOUTH].mean(0)) * share
    width = np.linalg.norm(placed[54] - placed[48]) / max(float(np.linalg.norm(target[54] - target[48])), 1e-9)
    middle = target[_MOUTH].mean(0)
    mouth = middle + shift + (target[_MOUTH] - middle) * (1 + share * (float(np.clip(width, 0.75, 1.33)) - 1))
    moved[_MOUTH] = target[_MOUTH] * openness + mouth * (1 - openness)
    return moved


def mean_shape(shapes: Sequence[Points], reference: int) -> Points:
    """Average the proportions of one person's faces.

    Parameters
    ----------
    shapes : sequence of (68, 2) float64
        Landmarks on different photos.
    reference : int
        Which of them gives place, size and turn.

    Returns
    -------
    (68, 2) float64
    """
    return np.asarray(np.mean([_placed(shape, shapes[reference]) for shape in shapes], axis=0))


def _placed(source: Points, target: Points) -> Points:
    """Lay the source's landmarks over the target's by turn, scale and shift."""
    matrix = similarity(source[_RIGID], target[_RIGID])
    return np.asarray(source @ matrix[:, :2].T + matrix[:, 2])


def similarity(origin: Points, to: Points) -> Points:
    """The (2, 3) matrix of turn, scale and shift that carries some points nearest to others (least squares)."""
    x, y = (origin - origin.mean(0)).T
    u, v = (to - to.mean(0)).T
    norm = max(float((x * x + y * y).sum()), 1e-9)
    cos, sin = float((x * u + y * v).sum()) / norm, float((x * v - y * u).sum()) / norm
    turn = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([turn, to.mean(0) - turn @ origin.mean(0)])
