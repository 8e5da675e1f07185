"""A face photo made ready once: the part around the face, at the sizes that swaps ask for."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import floor, log

import cv2
import numpy as np

from recognition.engine.landmarks68 import ALL, INNER_LIPS, OUTER_LIPS
from recognition.engine.types import ByteImage, Face, Points

from .mesh import mesh_points
from .shape import without_teeth

_STEP = 0.7071
_SMALLEST = 48
# Sides that can be halved this often give exact copies.
_WHOLE = 8
# How bright the line between shut lips is, as a share of the lips.
_CREASE = 0.55


@dataclass(frozen=True, eq=False)
class SourceFace:
    """A face that can be put onto others.

    Attributes
    ----------
    rgb : (H, W, 3) uint8
        The part of the face photo around the face.
    points : (107, 2) float64
        Its mesh in pixels of that part.
    shape : (68, 2) float64
        The landmarks that give the proportions; of several photos, their mean.
    face : Face
        As it was found on the photo.
    """

    rgb: ByteImage
    points: Points
    shape: Points
    face: Face
    _copies: dict[int, ByteImage] = field(default_factory=dict, repr=False)
    _variants: dict[str, "SourceFace"] = field(default_factory=dict, repr=False)

    def with_shut_mouth(self) -> "SourceFace":
        """The same face with the dark of a lip line instead of teeth, made once.

        Where lips are drawn together, the pixels along the line are sampled from between them.
        """
        return self._variant("shut", lambda: _without_teeth(self.rgb, self.points))

    def in_grey(self) -> "SourceFace":
        """The same face without colour, made once: a black-and-white photo has none to match it to."""
        return self._variant("grey", lambda: _grey(self.rgb))

    def _variant(self, name: str, make: Callable[[], ByteImage]) -> "SourceFace":
        if name not in self._variants:
            self._variants[name] = replace(self, rgb=make(), _copies={}, _variants={})
        return self._variants[name]

    def picture_for(self, scale: float) -> ByteImage:
        """The smallest copy that is still as fine as `scale` (pixels of the result for each of `rgb`).

        Copies step by 0.71 in size; each is made when it is first asked for, and kept.
        """
        least = _SMALLEST / min(self.rgb.shape[:2])
        level = max(0, floor(log(max(scale, least, 1e-6)) / log(_STEP)))
        return self._copy(level)

    def _copy(self, level: int) -> ByteImage:
        """Every second copy halves the one two levels finer, which is far cheaper than any other factor."""
        if level == 0:
            return self.rgb
        if level not in self._copies:
            finer, share, method = (
                (self._copy(level - 1), _STEP, cv2.INTER_LINEAR)
                if level % 2
                else (self._copy(level - 2), 0.5, cv2.INTER_AREA)
            )
            size = tuple(max(1, round(side * share)) for side in finer.shape[1::-1])
            self._copies[level] = cv2.resize(finer, size, interpolation=method)
        return self._copies[level]

    def level_for(self, scale: float) -> tuple[ByteImage, Points]:
        """The copy for a scale, as `picture_for` chooses it, with the mesh in its pixels."""
        picture = self.picture_for(scale)
        factor = np.array(picture.shape[1::-1]) / np.array(self.rgb.shape[1::-1])
        return picture, (self.points + 0.5) * factor - 0.5


def _grey(rgb: ByteImage) -> ByteImage:
    return cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def _without_teeth(rgb: ByteImage, points: Points) -> ByteImage:
    sigma = max(0.5, 0.01 * float(np.ptp(points[ALL, 0])))
    low = np.maximum(np.floor(points[OUTER_LIPS].min(0) - 4 * sigma).astype(int), 0)
    high = np.maximum(np.ceil(points[OUTER_LIPS].max(0) + 4 * sigma).astype(int), low + 1)
    changed = rgb.copy()
    mouth = changed[low[1] : high[1], low[0] : high[0]]
    lips, opening = np.zeros(mouth.shape[:2], np.uint8), np.zeros(mouth.shape[:2], np.uint8)
    cv2.fillPoly(lips, [np.round(points[OUTER_LIPS] - low).astype(np.int32)], 1)
    cv2.fillPoly(opening, [np.round(without_teeth(points, 1.0)[INNER_LIPS] - low).astype(np.int32)], 1)
    around = mouth[(lips > 0) & (opening == 0)]
    if len(around):
        soft = cv2.GaussianBlur(opening.astype(np.float32), (0, 0), sigma)[..., None]
        crease = (_CREASE * np.median(around, axis=0)).astype(np.float32)
        mouth[:] = np.rint(mouth + soft * (crease - mouth))
    return changed


def source_from(rgb: ByteImage, face: Face) -> SourceFace:
    """Prepare a found face: cut it out with a margin.

    Raises
    ------
    FaceUnusable
    """
    points = mesh_points(face.landmarks)
    low = np.maximum(np.floor(points.min(0)).astype(int) - 4, 0)
    high = np.minimum(np.ceil(points.max(0)).astype(int) + 5, rgb.shape[1::-1])
    # The rim may lose a few pixels for that: what lies past the picture repeats its border.
    high -= np.where(high - low >= 2 * _SMALLEST, (high - low) % _WHOLE, 0)
    part = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
    return SourceFace(part, points - low, face.landmarks, face)
