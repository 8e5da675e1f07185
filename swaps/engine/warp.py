"""One map for all triangles: which pixel of the face photo each pixel of the chip comes from."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.landmarks68 import ALL, JAW
from recognition.engine.types import ByteImage, FloatImage, Points

from .frame import CHIP_HEIGHT, CHIP_WIDTH, Frame
from .mesh import triangles
from .shape import similarity

_GRID_Y, _GRID_X = np.mgrid[0:CHIP_HEIGHT, 0:CHIP_WIDTH].astype(np.float32)


@dataclass(frozen=True, eq=False)
class Warp:
    """Where the pixels of the chip come from, and how far that can be believed.

    Attributes
    ----------
    where : (h, w, 2) float32
        x and y on the source picture, for cv2.remap. Outside the mesh a similarity carries on.
    trust : (h, w) float32
        0 where the source shows nothing: past its photo's border, or on the far side of a turned head.
    """

    where: FloatImage
    trust: FloatImage


def warp_map(chip_points: Points, source_points: Points, source_shape: tuple[int, ...]) -> Warp:
    """Build the map of a piecewise affine warp from the chip to a picture of this shape, by the mesh on each."""
    corners = triangles()
    to, origin = chip_points[corners], source_points[corners]
    kept = np.abs(_areas(to)) > 1e-3
    to, origin = to[kept], origin[kept]
    coefficients = np.vstack([similarity(chip_points[ALL], source_points[ALL])[None], _affines(to, origin)]).astype(
        np.float32
    )
    seen = np.concatenate([[1.0], _seen(to, origin, corners[kept])]).astype(np.float32)
    labels = _labels(to)
    parts = [_by_label(coefficients[:, row, column], labels) for row in (0, 1) for column in (0, 1, 2)]
    x = parts[0] * _GRID_X + parts[1] * _GRID_Y + parts[2]
    y = parts[3] * _GRID_X + parts[4] * _GRID_Y + parts[5]
    inside = (x > -1) & (x < source_shape[1]) & (y > -1) & (y < source_shape[0])
    trust = np.where(inside, _by_label(seen, labels), np.float32(0))
    if trust.min() < 1:
        trust = cv2.GaussianBlur(cv2.erode(trust, np.ones((7, 7), np.uint8)), (0, 0), 3.0)
    return Warp(cv2.merge([x, y]), trust)


def at_level(where: FloatImage | Points, shape: tuple[int, ...], other: tuple[int, ...]) -> Any:
    """Coordinates (…, 2) on a picture of one shape as those on its copy of another."""
    ratio = (np.array(other[1::-1]) / np.array(shape[1::-1])).astype(where.dtype)
    half = where.dtype.type(0.5)
    return (where + half) * ratio - half


def bend_of(where: FloatImage, base: Points) -> FloatImage:
    """What a map (h, w, 2) adds to an affine matrix (2, 3)."""
    planes: list[FloatImage] = [
        where[..., axis] - (row[0] * _GRID_X + row[1] * _GRID_Y + row[2])
        for axis, row in enumerate(base.astype(np.float32))
    ]
    return cv2.merge(planes)


def bent(frame: Frame, base: Points, bend: FloatImage, box: tuple[int, int, int, int]) -> FloatImage:
    """The map of a warp for a box (left, top, right, bottom) of the photo, at the photo's size."""
    left, top, right, bottom = box
    whole = base[:, :2] @ frame.matrix
    whole[:, 2] += base[:, 2]
    x, y = np.arange(left, right), np.arange(top, bottom)
    planes = [np.add.outer((row[1] * y).astype(np.float32), (row[0] * x + row[2]).astype(np.float32)) for row in whole]
    return cv2.add(frame.enlarge(bend, box), cv2.merge(planes))


def _seen(to: Points, origin: Points, corners: NDArray[np.intp]) -> NDArray[np.float64]:
    """Whether each triangle is turned towards the source's camera, 0 to 1.

    Only those at the outline are asked: eyes and lips may well be shut on one photo and open on the other.
    """
    ratio = _areas(origin) / np.where(np.abs(_areas(to)) > 1e-3, _areas(to), 1e-3)
    usual = max(float(np.median(ratio)), 1e-9)
    outline = ((corners < JAW.stop) | (corners >= ALL.stop)).any(1)
    return np.where(outline, np.clip((ratio / usual - 0.04) / 0.1, 0, 1), 1.0)


def _areas(corners: Points) -> NDArray[np.float64]:
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]


def _affines(to: Points, origin: Points) -> Points:
    """The (T, 2, 3) matrices that carry each triangle of `to` onto that of `origin`."""
    ones = np.ones((*to.shape[:2], 1))
    return np.linalg.solve(np.dstack([to, ones]), origin).transpose(0, 2, 1)


def _by_label(values: NDArray[np.float32], labels: ByteImage) -> FloatImage:
    """The value of each pixel's triangle. OpenCV's table takes a fifth of the time of NumPy's indexing."""
    table = np.zeros(256, np.float32)
    table[: len(values)] = values
    return cv2.LUT(labels, table)


def _labels(corners: Points) -> ByteImage:
    """Number the chip's pixels by the triangle they lie in, from 1; 0 where there is none. There are fewer than 256."""
    labels = np.zeros((CHIP_HEIGHT, CHIP_WIDTH), np.uint8)
    fixed = np.round(corners * 16).astype(np.int32)
    # A polygon is drawn with its border, however thin: the slivers between shut lips go first and are covered.
    for number in np.argsort(np.abs(_areas(corners)), kind="stable"):
        cv2.fillConvexPoly(labels, fixed[number], int(number) + 1, shift=4)
    return labels
