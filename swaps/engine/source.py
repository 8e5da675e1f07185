"""A face photo made ready once: the part around the face, at the sizes that swaps ask for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import floor, log

import cv2
import numpy as np

from recognition.engine.face_mesh import face_mesh
from recognition.engine.mesh468 import INNER_LIPS, OUTER_LIPS
from recognition.engine.types import ByteImage, Face, Points

from .region_points import region_points
from .shape import laid_over, without_teeth
from .spectacles import spectacles_on, taken_off
from .surface import Surface, closeness_of, surface_of
from .warp import at_level, seen_of

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
        What its regions are drawn by, in pixels of that part.
    surface : Surface
        In pixels of that part.
    visible, inset : (468,) float64
        How far each vertex is in sight and how far within the head's outline, as `seen_of` says it.
    shape : (468, 3) float64
        What a person's several photos add to the surface to have their mean proportions; 0 for one.
    face : Face
        As it was found on the photo.
    spectacles : bool
        Whether spectacles were seen on it, which are taken off in `rgb`.
    others : tuple of SourceFace
        Other photos of the person, of which one may suit a target better.
    """

    rgb: ByteImage
    points: Points
    surface: Surface
    visible: Points
    inset: Points
    shape: Points
    face: Face
    spectacles: bool
    others: tuple["SourceFace", ...] = ()
    _copies: dict[int, ByteImage] = field(default_factory=dict, repr=False)
    _variants: dict[str, "SourceFace"] = field(default_factory=dict, repr=False)

    def with_shut_mouth(self) -> "SourceFace":
        """The same face with the dark of a lip line instead of teeth, made once.

        Where lips are drawn together, the pixels along the line are sampled from between them.
        """
        return self._variant("shut", lambda: _without_teeth(self.rgb, self.surface))

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
        """The copy for a scale, as `picture_for` chooses it, with the points in its pixels."""
        picture = self.picture_for(scale)
        return picture, at_level(self.points, self.rgb.shape, picture.shape)


def _grey(rgb: ByteImage) -> ByteImage:
    return cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def _without_teeth(rgb: ByteImage, surface: Surface) -> ByteImage:
    points = surface.drawn(closeness_of(surface))[:, :2]
    sigma = max(0.5, 0.01 * float(np.ptp(points[:, 0])))
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
    """Prepare a found face: cut it out with a margin, and see its mesh.

    Raises
    ------
    FaceUnusable
    """
    points = region_points(face.landmarks)
    low = np.maximum(np.floor(points.min(0)).astype(int) - 4, 0)
    high = np.minimum(np.ceil(points.max(0)).astype(int) + 5, rgb.shape[1::-1])
    # The rim may lose a few pixels for that: what lies past the picture repeats its border.
    high -= np.where(high - low >= 2 * _SMALLEST, (high - low) % _WHOLE, 0)
    part = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
    surface = surface_of(face.landmarks, face_mesh(rgb, face.landmarks)).moved(-low)
    visible, inset = seen_of(surface.points)
    spectacles = None if surface.seen is None else spectacles_on(part, surface.seen.points)
    if spectacles is not None:
        part = taken_off(part, spectacles)
    worn = spectacles is not None
    return SourceFace(part, points - low, surface, visible, inset, np.zeros_like(surface.points), face, worn)


def of_one_person(sources: Sequence[SourceFace]) -> SourceFace:
    """The first of several faces of one person, which knows the others; each with the mean proportions of all."""
    closeness = closeness_of(*(source.surface for source in sources))
    drawn = [source.surface.drawn(closeness) for source in sources]
    first, *others = (
        replace(source, shape=np.mean([laid_over(each, own) - own for each in drawn], axis=0))
        for source, own in zip(sources, drawn, strict=True)
    )
    return replace(first, others=tuple(others))
