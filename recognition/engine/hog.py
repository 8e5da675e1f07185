"""One run of dlib's detector over a copy of a photo."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from .landmarks import upright_chip
from .types import Box, ByteImage
from .weights import detector
from .yunet import turned_copy

# dlib's detector is made of five filters: front, left, right, and front leaning to either side.
_SLANTED_FILTERS = (3, 4)


@dataclass(frozen=True)
class Find:
    """A box the detector reported: pixels of the photo, a score, how far the head leans (degrees) as far as known.

    `slanted` says that one of the detector's two filters for leaning heads reported it.
    """

    box: Box
    score: float
    roll: float = 0.0
    slanted: bool = False

    @property
    def width(self) -> float:
        """Of the box, in pixels."""
        return self.box[2] - self.box[0]


def scaled(find: Find, times: float) -> Find:
    """A find on a copy as one on the photo, which is `times` as large."""
    left, top, right, bottom = (side * times for side in find.box)
    return replace(find, box=(left, top, right, bottom))


def detect(rgb: ByteImage, scale: float, turn: float = 0.0) -> list[Find]:
    """Run the detector once over a copy of the photo.

    Parameters
    ----------
    rgb : (H, W, 3) or grey (H, W) uint8
        The detector sees grey; where several copies are looked at, turning the photo grey first is cheaper.
    scale : float
        Size of the copy over that of the photo.
    turn : float
        By how many degrees the copy is turned counter-clockwise, to meet heads that lean clockwise by as much.

    Returns
    -------
    list of Find
        In pixels of the photo; the detector has removed overlapping ones.
    """
    height, width = rgb.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    copy = rgb if size == (width, height) else cv2.resize(rgb, size, interpolation=method)
    grey, back = turned_copy(copy if copy.ndim == 2 else cv2.cvtColor(copy, cv2.COLOR_RGB2GRAY), turn)
    if min(grey.shape) < 40:
        return []
    boxes, scores, filters = detector().run(grey, 0, 0.0)
    finds = []
    for box, score, which in zip(boxes, scores, filters, strict=True):
        centre = back @ (box.center().x, box.center().y, 1.0) * (width / size[0], height / size[1])
        half = box.width() / 2 * width / size[0]
        limits = (centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half)
        finds.append(Find(limits, float(score), turn, int(which) in _SLANTED_FILTERS))
    return finds


def detect_near(picture: ByteImage, box: Box, roll: float, face: int, margin: float) -> list[Find]:
    """Run the detector on the place of a face alone, cut out upright.

    Parameters
    ----------
    picture : (H, W, 3) or grey (H, W) uint8
    box : (left, top, right, bottom)
    roll : float
        By how many degrees, clockwise, the head leans.
    face : int
        Width of the box on what is looked at, in pixels; the detector's own window has 80.
    margin : float
        What is looked at on each side, as a share of that width.
    """
    chip, back = upright_chip(picture, box, roll, face, margin)
    scale = float(np.hypot(back[0, 0], back[1, 0]))
    finds = []
    for inner in detect(chip, 1.0):
        x, y = back @ ((inner.box[0] + inner.box[2]) / 2, (inner.box[1] + inner.box[3]) / 2, 1.0)
        half = inner.width / 2 * scale
        finds.append(Find((x - half, y - half, x + half, y + half), inner.score, roll))
    return finds
