"""The upright chip: a small picture of fixed size in which masks, colours and maps are worked out.

Whatever is smooth (where skin is, how light falls, where each pixel comes from) is computed there at a constant
cost and then enlarged to the photo's size.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import clipped, coarser
from recognition.engine.landmarks68 import across_eyes
from recognition.engine.types import ByteImage, FloatImage, Points

from .region_points import FACE

CHIP_WIDTH, CHIP_HEIGHT = 160, 208
_MARGIN = 14


@dataclass(frozen=True, eq=False)
class Frame:
    """Where the chip lies on a photo.

    Attributes
    ----------
    matrix : (2, 3) float64
        From pixels of the photo to pixels of the chip: turn, scale and shift.
    """

    matrix: Points

    @property
    def scale(self) -> float:
        """Pixels of the chip a pixel of the photo."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    def to_chip(self, points: Points) -> Points:
        """(N, 2) pixels of the photo as pixels of the chip."""
        return points @ self.matrix[:, :2].T + self.matrix[:, 2]

    def mesh_to_chip(self, surface: Points) -> Points:
        """The vertices of a surface, (N, 3) pixels of the photo, as pixels of the chip."""
        return np.column_stack([self.to_chip(surface[:, :2]), surface[:, 2] * self.scale])

    def region(self, points: Points, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
        """The box (left, top, right, bottom) around points, cut to a photo of this shape."""
        return clipped((*np.floor(points.min(0)), *np.ceil(points.max(0)) + 1), shape)

    def cut(self, rgb: ByteImage) -> ByteImage:
        """The chip of a photo, area-averaged where the photo is larger; the border is repeated outwards."""
        corners = np.array([(0, 0), (CHIP_WIDTH, 0), (0, CHIP_HEIGHT), (CHIP_WIDTH, CHIP_HEIGHT)], float)
        inverse = cv2.invertAffineTransform(self.matrix)
        left, top, right, bottom = self.region(corners @ inverse[:, :2].T + inverse[:, 2], rgb.shape)
        step = max(1, int(1 / (1.25 * self.scale)))
        right, bottom = right - (right - left) % step, bottom - (bottom - top) % step
        if right - left < 1 or bottom - top < 1:
            return np.zeros((CHIP_HEIGHT, CHIP_WIDTH, 3), np.uint8)
        part, shrink = rgb[top:bottom, left:right], np.ones(2)
        if self.scale < 0.75:
            # Averaged in whole steps, then drawn to a little more than the chip's size: as a face photo's copies are.
            part = coarser(part, step)
            size = [max(1, round(side * self.scale * 1.25)) for side in (right - left, bottom - top)]
            part = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)
            shrink = np.array([size[0] / (right - left), size[1] / (bottom - top)])
        # Pixel centres lie at whole numbers, so a shrunk picture is shifted by half the difference.
        forward = self.matrix[:, :2] / shrink
        shift = self.matrix[:, 2] + self.matrix[:, :2] @ (np.array([left, top]) + 0.5 / shrink - 0.5)
        chip = cv2.warpAffine(
            part,
            np.column_stack([forward, shift]),
            (CHIP_WIDTH, CHIP_HEIGHT),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return chip

    def enlarge(self, field: FloatImage, box: tuple[int, int, int, int]) -> FloatImage:
        """A field of the chip, (h, w) or (h, w, n), over a box of the photo at the photo's size."""
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        # Turned about as fine as it is, then stretched upright: half the cost of doing both at the photo's size.
        step = 1 << max(0, math.floor(-math.log2(self.scale)))
        if step == 1:
            return self._turned(field, 1, np.array([left, top], float), (width, height))
        small = (-(-width // step) + 2, -(-height // step) + 2)
        first = np.array([left - step, top - step]) + (step - 1) / 2
        turned = self._turned(field, step, first, small)
        whole = cv2.resize(turned, (small[0] * step, small[1] * step), interpolation=cv2.INTER_LINEAR)
        return whole[step : step + height, step : step + width]

    def _turned(self, field: FloatImage, step: int, first: Points, size: tuple[int, int]) -> FloatImage:
        """A field at every `step`-th pixel of the photo, from the pixel `first` (x, y) on."""
        local = np.column_stack([self.matrix[:, :2] * step, self.matrix[:, 2] + self.matrix[:, :2] @ first])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(field, local, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def frame_of(points: Points) -> Frame:
    """Lay the chip over a face: eyes level, the whole outline inside with a margin.

    Parameters
    ----------
    points : (79 or more, 2) float64
        From `region_points`, in pixels of the photo; the rim does not count.
    """
    across = across_eyes(points)
    angle = math.atan2(across[1], across[0])
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    turned = points[FACE] @ turn.T
    low, high = turned.min(0), turned.max(0)
    room = np.array([CHIP_WIDTH - 2 * _MARGIN, CHIP_HEIGHT - 2 * _MARGIN])
    scale = float((room / np.maximum(high - low, 1e-6)).min())
    shift = np.array([CHIP_WIDTH - 1, CHIP_HEIGHT - 1]) / 2 - scale * (low + high) / 2
    return Frame(np.column_stack([scale * turn, shift]))
