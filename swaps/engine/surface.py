"""A face's surface in three dimensions: the mesh that a photo shows, drawn onto the 68 landmarks.

Both have what the other lacks: the mesh has depth, cheeks, lids and the sides of the nose, and follows heads that turn;
the landmarks of dlib lie nearer to the rims of eyes and lips. Where no mesh is seen, the mean face takes its place.
"""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from recognition.engine import mesh468 as named
from recognition.engine.face_mesh import NO_FACE, FaceMesh, laid_on
from recognition.engine.landmarks68 import CHIN, FEATURES, JAW
from recognition.engine.mesh468_shape import FRONT
from recognition.engine.types import Points, eye_distance

from .blend import smoothstep

# How far a mesh is drawn onto the landmarks: features and jaw. From _FRONTAL degrees of yaw on less, from _TURNED on
# not at all: dlib's landmarks slide off a head that turns.
_CLOSENESS = (0.6, 0.3)
_FRONTAL, _TURNED = 18.0, 32.0
# By so many degrees of yaw two heads begin to look to different sides, and do so wholly.
_APART = 15.0, 30.0
# A mesh whose features lie so far from the landmarks', in eye distances, is another face's.
_STRANGE = 0.2
# What is drawn onto a landmark takes its neighbourhood along: the reach, in distances of the eyes' outer corners, and
# how far a landmark may be trusted, as a variance.
_REACH, _NOISE = 0.35, 0.02


@dataclass(frozen=True, eq=False)
class Surface:
    """A face's surface.

    Attributes
    ----------
    points : (468, 3) float64
        The vertices that mesh468 names, as they were seen: x, y and depth in pixels of the photo.
    features, jaw : (468, 2) float64
        What has to be added to draw them onto the landmarks of the features and of the jaw.
    seen : FaceMesh or None
        The mesh that was seen; None where it is the mean face, laid on the landmarks.
    """

    points: Points
    features: Points
    jaw: Points
    seen: FaceMesh | None

    def drawn(self, closeness: tuple[float, float]) -> Points:
        """The vertices, (468, 3), drawn onto the landmarks by a share for features and one for the jaw."""
        drawn = self.points.copy()
        drawn[:, :2] += closeness[0] * self.features + closeness[1] * self.jaw
        return drawn

    def moved(self, by: Points) -> "Surface":
        """The same on a photo whose pixels lie by x and y, (2,), elsewhere."""
        shift = np.array([*by, 0.0])
        seen = None if self.seen is None else replace(self.seen, points=self.seen.points + shift)
        return replace(self, points=self.points + shift, seen=seen)


def surface_of(landmarks: Points, mesh: FaceMesh | None) -> Surface:
    """The surface of a face with these landmarks, (68, 2), and the mesh seen there, if one was."""
    if mesh is not None and not is_mesh_of(landmarks, mesh):
        mesh = None
    points = laid_on(landmarks) if mesh is None else mesh.points
    apart = landmarks - points[named.LANDMARKS68, :2]
    carry = _carrying()
    return Surface(points, carry[:, FEATURES] @ apart[FEATURES], carry[:, JAW] @ apart[JAW], mesh)


def is_mesh_of(landmarks: Points, mesh: FaceMesh) -> bool:
    """Whether there is a face in a mesh, and the one that these landmarks, (68, 2), belong to."""
    apart = np.linalg.norm(mesh.landmarks68[FEATURES] - landmarks[FEATURES], axis=1).mean()
    return mesh.presence >= NO_FACE and bool(apart < _STRANGE * eye_distance(landmarks))


def turn_of(*surfaces: Surface) -> float:
    """How far the most turned of some heads is turned: 0 for what dlib's landmarks can follow, to 1."""
    yaws = [abs(one.seen.yaw) for one in surfaces if one.seen is not None]
    return _rising(max(yaws, default=0.0), _FRONTAL, _TURNED)


def turn_between(first: Surface, second: Surface) -> float:
    """How far two heads look to different sides, or either to one: 0 to 1."""
    if first.seen is None or second.seen is None:
        return turn_of(first, second)
    return max(turn_of(first, second), _rising(abs(first.seen.yaw - second.seen.yaw), *_APART))


def _rising(value: float, low: float, high: float) -> float:
    return float(smoothstep((value - low) / (high - low)))


def closeness_of(*surfaces: Surface) -> tuple[float, float]:
    """How near to their landmarks some surfaces must be drawn to have each vertex at the same spot of a face."""
    if any(one.seen is None for one in surfaces):
        return 1.0, 1.0
    features, jaw = _CLOSENESS
    straight = 1 - turn_of(*surfaces)
    return features * straight, jaw * straight


def carried(shifts: Points) -> Points:
    """What shifts of the landmarks, (68, 2), mean for all vertices, (468, 2)."""
    return np.asarray(_carrying() @ shifts)


@cache
def _carrying() -> Points:
    """The matrix (468, 68) that carries shifts of the landmarks over to all vertices: a Gaussian process on the mean
    face, with a constant part.

    C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning", MIT Press 2006, chapter 2.
    """
    model = FRONT[named.LANDMARKS68]

    def kernel(first: Points, second: Points) -> Points:
        away = np.sqrt(3) / _REACH * np.linalg.norm(first[:, None] - second[None], axis=2)
        return np.asarray(1 + (1 + away) * np.exp(-away))

    own = kernel(model, model) + _NOISE * np.eye(len(model))
    return np.linalg.solve(own, kernel(model, FRONT)).T


def landmarks_of(surface: Points, turn: float) -> Points:
    """The 68 landmarks, (68, 2), of a surface's vertices, (468, 3).

    The far jaw of a head that turns lies behind its cheek; by a share of `turn` the outline runs where the cheek ends.
    """
    landmarks = surface[named.LANDMARKS68, :2].copy()
    if turn > 0:
        right = surface[named.OVAL_RIGHT, 2] > surface[named.OVAL_LEFT, 2]
        far = np.arange(CHIN + 1, JAW.stop) if right else np.arange(JAW.start, CHIN)
        down = surface[named.CHIN, :2] - surface[named.OVAL_TOP, :2]
        down /= max(float(np.linalg.norm(down)), 1e-9)
        outwards = np.array([down[1], -down[0]]) * (1 if right else -1)
        hull = cv2.convexHull(np.delete(surface[:, :2], named.NOSE, axis=0).astype(np.float32))[:, 0]
        rows, reach = hull @ down, hull @ outwards
        ends = [rows.argmin(), rows.argmax()]
        side = reach >= np.interp(rows, rows[ends], reach[ends])
        order = np.argsort(rows[side])
        rim = np.interp(landmarks[far] @ down, rows[side][order], reach[side][order])
        gap = np.maximum(rim - landmarks[far] @ outwards, 0)
        landmarks[far] = landmarks[far] + turn * gap[:, None] * outwards
    return landmarks


def eyes_apart(surface: Points) -> float:
    """The distance between the eyes' outer corners, in three dimensions."""
    return float(np.linalg.norm(surface[named.RIGHT_EYE_OUTER] - surface[named.LEFT_EYE_OUTER]))
