"""A face photo made ready once: the part around the face, at several sizes."""

from dataclasses import dataclass

import cv2
import numpy as np

from recognition.engine.types import ByteImage, Face, Points
from swaps.engine.mesh import mesh_points

_STEP = 0.7071
_SMALLEST = 48


@dataclass(frozen=True, eq=False)
class SourceFace:
    """A face that can be put onto others.

    Attributes
    ----------
    levels : tuple of (H, W, 3) uint8
        The part of the face photo around the face, each level 0.71 times the size of the one before.
    points : (107, 2) float64
        Its mesh in pixels of the first level.
    shape : (68, 2) float64
        The landmarks that give the proportions; of several photos, their mean.
    face : Face
        As it was found on the photo.
    """

    levels: tuple[ByteImage, ...]
    points: Points
    shape: Points
    face: Face

    def picture_for(self, scale: float) -> ByteImage:
        """The smallest level that is still as fine as `scale` (pixels of the result for each of the first level)."""
        chosen, ratio = 0, 1.0
        while chosen + 1 < len(self.levels) and ratio * _STEP >= scale:
            chosen, ratio = chosen + 1, ratio * _STEP
        return self.levels[chosen]

    def level_for(self, scale: float) -> tuple[ByteImage, Points]:
        """The level for a scale, as `picture_for` chooses it, with the mesh in its pixels."""
        picture = self.picture_for(scale)
        factor = np.array(picture.shape[1::-1]) / np.array(self.levels[0].shape[1::-1])
        return picture, (self.points + 0.5) * factor - 0.5


def source_from(rgb: ByteImage, face: Face) -> SourceFace:
    """Prepare a found face: cut it out with a margin and make its smaller copies.

    Raises
    ------
    FaceUnusable
    """
    points = mesh_points(face.landmarks)
    low = np.maximum(np.floor(points.min(0)).astype(int) - 4, 0)
    high = np.minimum(np.ceil(points.max(0)).astype(int) + 5, rgb.shape[1::-1])
    first = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
    levels = [first]
    while min(levels[-1].shape[:2]) * _STEP >= _SMALLEST:
        size = [max(1, round(side * _STEP ** len(levels))) for side in first.shape[1::-1]]
        levels.append(cv2.resize(first, size, interpolation=cv2.INTER_AREA))
    return SourceFace(tuple(levels), points - low, face.landmarks, face)
