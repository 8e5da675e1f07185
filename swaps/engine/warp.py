"""One map for all triangles: which pixel of the face photo each pixel of the chip comes from.

The triangles are the mesh's, drawn by their depth: where a head turns, its near side hides the far one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.mesh468 import (
    INNER_LIPS,
    LANDMARKS68,
    LEFT_BROW,
    LEFT_EYE,
    LOWER_LIP,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
    UPPER_LIP,
)
from recognition.engine.mesh468_shape import FRONT, TRIANGLES
from recognition.engine.types import FloatImage, Points

from .frame import CHIP_HEIGHT, CHIP_WIDTH, Frame
from .shape import similarity
from .surface import eyes_apart

# How far the rim around a surface lies from its middle: the outline is at 1.
_RIM = 1.45
# How soft triangles meet, in pixels of the chip.
_SOFT = 1.2
# Triangles that the source shows so much smaller than most are not believed, and from twice as large on wholly.
_NARROW = 0.15
# How far behind another part of the face a vertex is hidden, in distances of the eyes' outer corners, and the size of
# the picture that this is seen on.
_HIDDEN, _SIGHT = 0.06, 160
# The least mean trust in an eye and its brow for these to show, and how far around them the skin goes with them.
_MOST_OF_AN_EYE, _AROUND_AN_EYE = 0.75, 0.2
# How large specks of no trust may be to be none, and how far its edge is drawn back, in pixels of the chip.
_SPECK, _EDGE = 9, 7
# How far away the camera stands, in pixels.
_CAMERA = 4000.0

_ALL_TRIANGLES = np.vstack(
    [
        TRIANGLES,
        np.column_stack([OVAL, len(FRONT) + np.arange(len(OVAL)), np.roll(OVAL, -1)]),
        np.column_stack(
            [np.roll(OVAL, -1), len(FRONT) + np.arange(len(OVAL)), len(FRONT) + np.roll(np.arange(len(OVAL)), -1)]
        ),
    ]
).astype(np.int32)
_RIGID_TRIANGLES = ~np.isin(TRIANGLES, [*LEFT_EYE, *RIGHT_EYE, *INNER_LIPS, *UPPER_LIP.flat, *LOWER_LIP.flat]).all(1)
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


def warp_map(chip: Points, source: Points, visible: Points, source_shape: tuple[int, ...]) -> Warp:
    """Build the map that carries a surface on the chip to a picture of this shape, triangle by triangle.

    Parameters
    ----------
    chip, source : (468, 3), (468, 2 or 3) float64
        The surface where the face goes, and on the picture that it comes from.
    visible : (468,) float64
        How far each vertex is in sight on that picture, 0 to 1.
    source_shape : tuple of int
    """
    to, origin = _with_rim(chip), _with_rim(source)[:, :2]
    base = similarity(chip[LANDMARKS68, :2], source[LANDMARKS68, :2])
    trusted = _whole_eyes(np.minimum(visible, _facing(chip, source)))
    trusted = np.concatenate([trusted, trusted[OVAL]])
    bend = origin - (to[:, :2] @ base[:, :2].T + base[:, 2])
    drawn = rendered(to, np.column_stack([bend, trusted]), _ALL_TRIANGLES, (CHIP_HEIGHT, CHIP_WIDTH), outside=(0, 0, 1))
    bend_x, bend_y, trust = cv2.split(drawn)
    x, y = map(cv2.add, _similar(base), _smoothed(bend_x, bend_y))
    inside = cv2.bitwise_and(cv2.inRange(x, -1, source_shape[1]), cv2.inRange(y, -1, source_shape[0]))
    trust = np.asarray(trust * (inside > 0), np.float32)
    if trust.min() < 1:
        # Single triangles at nostrils and corners of mouths lie folded on any photo.
        trust = cv2.morphologyEx(trust, cv2.MORPH_CLOSE, np.ones((_SPECK, _SPECK), np.uint8))
        trust = cv2.GaussianBlur(cv2.erode(trust, np.ones((_EDGE, _EDGE), np.uint8)), (0, 0), 3.0)
    return Warp(cv2.merge((x, y)), trust)


def at_level(where: FloatImage | Points, shape: tuple[int, ...], other: tuple[int, ...]) -> Any:
    """Coordinates (…, 2) on a picture of one shape as those on its copy of another."""
    ratio = (np.array(other[1::-1]) / np.array(shape[1::-1])).astype(where.dtype)
    half = where.dtype.type(0.5)
    return (where + half) * ratio - half


def bend_of(where: FloatImage, base: Points) -> FloatImage:
    """What a map (h, w, 2) adds to an affine matrix (2, 3)."""
    return cv2.subtract(where, cv2.merge(_similar(base)))


def _similar(base: Points) -> list[FloatImage]:
    """Where an affine matrix (2, 3) leads the chip's pixels: x and y."""
    return [row[0] * _GRID_X + row[1] * _GRID_Y + row[2] for row in base.astype(np.float32)]


def bent(frame: Frame, base: Points, bend: FloatImage, box: tuple[int, int, int, int]) -> FloatImage:
    """The map of a warp for a box (left, top, right, bottom) of the photo, at the photo's size."""
    left, top, right, bottom = box
    whole = base[:, :2] @ frame.matrix
    whole[:, 2] += base[:, 2]
    x, y = np.arange(left, right), np.arange(top, bottom)
    planes = [np.add.outer((row[1] * y).astype(np.float32), (row[0] * x + row[2]).astype(np.float32)) for row in whole]
    return cv2.add(frame.enlarge(bend, box), cv2.merge(planes))


def seen_of(surface: Points) -> tuple[Points, Points]:
    """What a photo shows of a surface's vertices, (468, 3).

    Returns
    -------
    visible : (468,) float64
        How far each is in sight, 0 to 1: not behind nose or cheek.
    inset : (468,) float64
        How far within the head's outline it lies, in distances of the eyes' outer corners.
    """
    size = eyes_apart(surface)
    low = surface[:, :2].min(0)
    scale = _SIGHT / max(float(np.ptp(surface[:, :2], axis=0).max()), 1e-9)
    small = np.column_stack([(surface[:, :2] - low) * scale + 1, surface[:, 2] * scale])
    depths = np.column_stack([np.zeros((len(small), 2)), small[:, 2]])
    nothing = 2 * np.abs(small[:, 2]).max() + 1
    front = rendered(small, depths, TRIANGLES, (_SIGHT + 3, _SIGHT + 3), outside=[nothing] * 3)[..., 2]
    inset = cv2.distanceTransform((front < nothing).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    front = cv2.dilate(front, np.ones((3, 3), np.uint8))  # a rim is as far as what it borders on
    x, y = np.round(small[:, :2]).astype(int).T
    unit = max(size * scale, 1e-9)
    behind = (small[:, 2] - front[y, x]) / unit
    return np.clip((_HIDDEN - behind) / (_HIDDEN / 2), 0, 1), inset[y, x].astype(float) / unit


def _whole_eyes(trusted: Points) -> Points:
    """Leave an eye and its brow to the target where a part of them is: half of each would be two brows."""
    for own, around in _eyes():
        share = float(np.clip((trusted[own].mean() - _MOST_OF_AN_EYE) / (1 - _MOST_OF_AN_EYE) * 2, 0, 1))
        trusted = trusted * (1 - around * (1 - share))
    return trusted


@cache
def _eyes() -> list[tuple[NDArray[np.intp], Points]]:
    """For each eye its vertices and its brow's, and how far every vertex lies around them, (468,), 0 to 1."""
    groups: list[tuple[NDArray[np.intp], Points]] = []
    for own in (np.r_[LEFT_EYE, LEFT_BROW], np.r_[RIGHT_EYE, RIGHT_BROW]):
        hull = cv2.convexHull(FRONT[own, :2].astype(np.float32))
        depth = np.array([cv2.pointPolygonTest(hull, (float(x), float(y)), True) for x, y, _ in FRONT])
        groups.append((own, np.clip(1.5 + depth * (1.5 / _AROUND_AN_EYE), 0, 1)))
    return groups


def _facing(chip: Points, source: Points) -> Points:
    """How far the triangles around each vertex are turned towards the source's camera, (468,), 0 to 1.

    What the source shows far narrower than the chip would be a smear. Lids and lips aren't asked: they may well be shut
    on one photo and open on the other.
    """
    to, origin = _areas(chip[TRIANGLES]), _areas(source[TRIANGLES])
    weight = np.where(_RIGID_TRIANGLES, np.maximum(to, 0), 0)
    ratio = origin / np.maximum(to, 1e-3)
    ratio /= max(float(np.median(ratio[weight > 0])), 1e-9) if (weight > 0).any() else 1.0
    share = np.clip((ratio - _NARROW) / _NARROW, 0, 1)
    corners = TRIANGLES.ravel()
    total = np.bincount(corners, np.repeat(weight, 3), len(chip))
    sum_of = np.bincount(corners, np.repeat(weight * share, 3), len(chip))
    mean = np.where(total > 1e-9, sum_of / np.maximum(total, 1e-9), 1.0)
    return np.clip(2 * mean - 0.5, 0, 1)  # half of them decide


def _areas(corners: Points) -> Points:
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]


def _with_rim(surface: Points) -> Points:
    """A surface with a rim around its outline, (504, …), which carries the map on and lies behind all of it."""
    oval = surface[OVAL]
    rim = oval.mean(0) + _RIM * (oval - oval.mean(0))
    rim[:, 2:] += eyes_apart(surface)
    return np.vstack([surface, rim])


def rendered(
    surface: Points,
    values: Points,
    triangles: NDArray[np.integer[Any]],
    shape: tuple[int, int],
    *,
    outside: Sequence[float],
) -> FloatImage:
    """Draw three values of each vertex, (N, 3), on a picture of this shape, (h, w, 3) float32: what is nearer hides.

    The camera is orthographic. OpenCV's is not, so each vertex is moved outwards by as much as it is farther away.
    """
    height, width = shape
    low, high = values.min(0), values.max(0)
    span = np.maximum(high - low, 1e-6)
    depth = _CAMERA + np.clip(surface[:, 2] - np.median(surface[:, 2]), -_CAMERA / 2, _CAMERA / 2)
    scale = depth / _CAMERA
    x, y = surface[:, 0] - (width - 1) / 2, surface[:, 1] - (height - 1) / 2
    placed = np.column_stack([x * scale, -y * scale, -depth]).astype(np.float32)
    drawn = np.empty((height, width, 3), np.float32)
    drawn[:] = (np.array(outside) - low) / span
    buffer = np.full((height, width), 2 * _CAMERA, np.float32)
    shares = ((values - low) / span).astype(np.float32)
    field = 2 * np.arctan(height / 2 / _CAMERA)
    cv2.triangleRasterize(
        placed,
        triangles.astype(np.int32),
        shares,
        drawn,
        buffer,
        np.eye(4, dtype=np.float32),
        field,
        _CAMERA / 3,
        2 * _CAMERA,
        _settings(),
    )
    return cv2.transform(drawn, np.column_stack([np.diag(span), low]))


@cache
def _settings() -> cv2.TriangleRasterizeSettings:
    settings = cv2.TriangleRasterizeSettings()
    settings.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
    settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE)
    return settings


def _smoothed(*planes: FloatImage) -> list[FloatImage]:
    """The kinks along the triangles' sides made round, but where one part of a face stands before another."""
    soft = [cv2.GaussianBlur(plane, (7, 7), _SOFT) for plane in planes]
    torn = reduce(cv2.max, [cv2.absdiff(*pair) for pair in zip(soft, planes, strict=True)]) > 1
    for smooth, plane in zip(soft, planes, strict=True):
        cv2.copyTo(plane, torn.astype(np.uint8), smooth)
    return soft
