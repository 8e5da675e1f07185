"""One map for all triangles: which pixel of the face photo each pixel of the chip comes from."""

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import FloatImage, Points
from swaps.engine.frame import CHIP_HEIGHT, CHIP_WIDTH
from swaps.engine.mesh import triangles

_GRID_Y, _GRID_X = np.mgrid[0:CHIP_HEIGHT, 0:CHIP_WIDTH].astype(np.float32)


def warp_map(chip_points: Points, source_points: Points) -> FloatImage:
    """Build the map of a piecewise affine warp.

    Parameters
    ----------
    chip_points : (107, 2) float64
        The mesh where the face goes, in pixels of the chip.
    source_points : (107, 2) float64
        The same mesh on the picture that the face comes from.

    Returns
    -------
    (h, w, 2) float32
        x and y on that picture, for cv2.remap. Outside the mesh a similarity carries on.
    """
    corners = triangles()
    to, origin = chip_points[corners], source_points[corners]
    area = _areas(to)
    kept = np.abs(area) > 1e-3
    to, origin = to[kept], origin[kept]
    coefficients = np.vstack([_similarity(chip_points, source_points)[None], _affines(to, origin)]).astype(np.float32)
    labels = _labels(to)
    parts = [coefficients[:, row, column][labels] for row in (0, 1) for column in (0, 1, 2)]
    x = parts[0] * _GRID_X + parts[1] * _GRID_Y + parts[2]
    y = parts[3] * _GRID_X + parts[4] * _GRID_Y + parts[5]
    return np.dstack([x, y])


def _areas(corners: Points) -> NDArray[np.float64]:
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.asarray(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])


def _affines(to: Points, origin: Points) -> Points:
    """The (T, 2, 3) matrices that carry each triangle of `to` onto that of `origin`."""
    ones = np.ones((*to.shape[:2], 1))
    return np.asarray(np.linalg.solve(np.dstack([to, ones]), origin).transpose(0, 2, 1))


def _similarity(chip_points: Points, source_points: Points) -> Points:
    matrix = cv2.estimateAffinePartial2D(chip_points[:68], source_points[:68], method=cv2.LMEDS)[0]
    if matrix is None:
        return np.eye(2, 3)
    return np.asarray(matrix)


def _labels(corners: Points) -> NDArray[np.int32]:
    """Number the chip's pixels by the triangle they lie in, from 1; 0 where there is none."""
    labels = np.zeros((CHIP_HEIGHT, CHIP_WIDTH), np.int32)
    fixed = np.round(corners * 16).astype(np.int32)
    for number, corner in enumerate(fixed, start=1):
        cv2.fillConvexPoly(labels, corner, number, shift=4)
    return labels
