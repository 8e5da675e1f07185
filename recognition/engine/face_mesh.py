"""MediaPipe's face mesh: 468 points of a face in three dimensions, whichever way it looks.

Kartynnik, Ablavatski, Grishchenko and Grundmann, "Real-time Facial Surface Geometry from Monocular Video on Mobile
GPUs", CVPR workshop on computer vision for augmented and virtual reality, 2019.
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from . import mesh468 as named
from .landmarks import upright_chip
from .mesh468_shape import FRONT, MIRRORED
from .types import Box, ByteImage, Points, Pose
from .weights import run_face_mesh

SIDE = 192  # of the crop that the network looks at, in pixels
# How much wider the crop is than the face: than the longer side of its mesh.
_WIDER = 1.5
# A crop has settled where the mesh in it asks for one whose corners lie within this share of its width: the next look
# is the last. One does for nearly all faces.
_SETTLED, _MOST_LOOKS = 0.08, 5

# Presences. Of 131 places without a face nine in ten lie below -5, and one reached 3; of 79 whole faces none fell below
# 6.9. Of 46 whole faces from 60 pixels of width up none fell below 23.5; of 33 smaller ones of group photos a third
# falls below 20, as do nine in ten faces whose one half is covered, and three in four of those whose eyes or mouth are.
NO_FACE = 0.0
HALF_HIDDEN = 20.0


@dataclass(frozen=True, eq=False)
class FaceMesh:
    """A face's mesh.

    Attributes
    ----------
    points : (468, 3) float64
        The vertices, named in mesh468: x and y in pixels of the photo, and z, the depth, in the same unit: less is
        nearer to the camera; 0 lies within the head, at no place of its own.
    presence : float
        How sure the network is of a face that it sees whole, as a logit: 40 to 55 for portraits, less than `NO_FACE`
        where there is none, and less than `HALF_HIDDEN` where about half of it can't be seen.
    """

    points: Points
    presence: float

    @property
    def landmarks68(self) -> Points:
        """The mesh's nearest to the iBUG scheme's points, (68, 2) float64; landmarks68 names them."""
        return np.asarray(self.points[named.LANDMARKS68, :2])

    @property
    def roll(self) -> float:
        """By how many degrees the line through the eyes' outer corners leans, clockwise in the picture."""
        dx, dy = self.points[named.RIGHT_EYE_OUTER, :2] - self.points[named.LEFT_EYE_OUTER, :2]
        return math.degrees(math.atan2(dy, dx))

    @property
    def yaw(self) -> float:
        """By how many degrees the face looks to the picture's right; less than 0 to its left."""
        return -self._towards(named.OVAL_LEFT, named.OVAL_RIGHT)

    @property
    def pitch(self) -> float:
        """By how many degrees the face looks up; less than 0 down. 0 where forehead and chin are as near."""
        return self._towards(named.OVAL_TOP, named.CHIN)

    @property
    def pose(self) -> Pose:
        """The three angles."""
        return Pose(self.yaw, self.pitch, self.roll)

    def carried(self, turn: Points) -> "FaceMesh":
        """The same after the face moved on the photo by a matrix (2, 3) that turns, scales and shifts."""
        points = self.points * math.hypot(*turn[:, 0])
        points[:, :2] = self.points[:, :2] @ turn[:, :2].T + turn[:, 2]
        return replace(self, points=points)

    def _towards(self, first: int, last: int) -> float:
        """By how many degrees the way from one vertex to another comes towards the camera."""
        dx, dy, dz = self.points[last] - self.points[first]
        return math.degrees(math.atan2(-dz, math.hypot(dx, dy)))


def face_mesh(rgb: ByteImage, landmarks: Points) -> FaceMesh:
    """Place the mesh of a face that was found: steady, for photos. 7 ms of one core.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
    landmarks : (68, 2) float64
        As `Face.landmarks` are; they only say where to look.

    Returns
    -------
    FaceMesh
        Of any landmarks: whether there was a face in them, its `presence` tells.
    """
    box, roll = _crop_of(laid_on(landmarks))
    for _ in range(_MOST_LOOKS):
        plain = _look(rgb, box, roll)
        asked, lean = _crop_of(plain.points)
        off = np.abs(_corners(asked, lean) - _corners(box, roll)).max() / (asked[2] - asked[0])
        box, roll = asked, lean
        if off < _SETTLED:
            break
    mirrored = _look(rgb, box, roll, mirror=True)
    return FaceMesh((plain.points + mirrored.points) / 2, (plain.presence + mirrored.presence) / 2)


def laid_on(landmarks: Points) -> Points:
    """The mean face, (468, 3), as an orthographic camera sees it whose picture comes nearest to landmarks, (68, 2)."""
    model = FRONT[named.LANDMARKS68]
    middle, centre = model.mean(0), landmarks.mean(0)
    camera = np.linalg.lstsq(model - middle, landmarks - centre, rcond=None)[0]  # (3, 2)
    across, down = camera.T
    away = np.cross(across, down)
    away *= np.sqrt(np.linalg.norm(across) * np.linalg.norm(down)) / max(float(np.linalg.norm(away)), 1e-9)
    centred = FRONT - middle
    return np.column_stack([centred @ camera + centre, centred @ away])


def followed_mesh(rgb: ByteImage, last: FaceMesh) -> FaceMesh:
    """Place the mesh of a face where it was on the frame before: one look, for films. 3 ms of one core.

    Where the face has gone, the `presence` of what comes back is less than `NO_FACE`: it must be found anew then.
    """
    return _look(rgb, *_crop_of(last.points))


def _crop_of(points: Points) -> tuple[Box, float]:
    """The box of the face that a mesh shows, square and upright at an angle, and that angle."""
    dx, dy = points[named.RIGHT_EYE_OUTER, :2] - points[named.LEFT_EYE_OUTER, :2]
    length = max(math.hypot(dx, dy), 1e-9)
    upright = np.array([[dx, dy], [-dy, dx]]) / length
    turned = points[:, :2] @ upright.T
    low, high = turned.min(0), turned.max(0)
    x, y = (low + high) / 2 @ upright
    half = float((high - low).max()) / 2
    return (x - half, y - half, x + half, y + half), math.degrees(math.atan2(dy, dx))


def _corners(box: Box, roll: float) -> Points:
    """The corners of a square box that leans, (4, 2)."""
    left, top, right, bottom = box
    return cv2.boxPoints((((left + right) / 2, (top + bottom) / 2), (right - left, bottom - top), roll))


def _look(rgb: ByteImage, box: Box, roll: float, *, mirror: bool = False) -> FaceMesh:
    """The mesh that the network sees around a box."""
    chip, back = upright_chip(rgb, box, roll, round(SIDE / _WIDER), (_WIDER - 1) / 2, grey=False)
    points, presence = run_face_mesh(chip[:, ::-1] if mirror else chip)
    if mirror:
        points = points[MIRRORED] * (-1, 1, 1) + (SIDE - 1, 0, 0)
    flat = points[:, :2] @ back[:, :2].T + back[:, 2]
    return FaceMesh(np.column_stack([flat, points[:, 2] * math.hypot(*back[:, 0])]), presence)
