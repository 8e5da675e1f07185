"""YuNet, a small network that finds upright faces, run over a copy of a photo.

Wu, Peng and Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023).
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import coarser

from .types import Box, ByteImage, Points
from .weights import run_yunet

# From YuNet's box and five points to the square box from brows to chin that this engine publishes: the means over 65
# faces that dlib's detector had found too. The square is as wide as this share of the square root of YuNet's area; its
# middle lies between box and nose, and below the eyes, in shares of the way to the mouth and of the size.
_WIDTH = 0.946
_ASIDE_BOX, _ASIDE_NOSE = 0.47, 0.62
_DOWN_MOUTH, _DOWN_SIZE = 0.978, -0.2


@dataclass(frozen=True, eq=False)
class Find:
    """A face that was seen.

    Attributes
    ----------
    box : (left, top, right, bottom)
        A square around brows and chin, in pixels of the photo, for a head upright at `roll`.
    score : float
        0 to 1; 0.88 and more for clear, upright faces.
    roll : float
        By how many degrees, clockwise, the head leans.
    """

    box: Box
    score: float
    roll: float

    @property
    def width(self) -> float:
        """Of the box, in pixels."""
        return self.box[2] - self.box[0]


def look(rgb: ByteImage, side: int, *, least: float, turn: float = 0.0) -> list[Find]:
    """See the faces on one copy of a photo.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
    side : int
        Long side of the copy before it is turned, in pixels; a smaller photo is enlarged to it.
    least : float
        The score to reach.
    turn : float
        By how many degrees the copy is turned counter-clockwise, to meet heads that lean clockwise by as much.
    """
    height, width = rgb.shape[:2]
    scale = side / max(height, width, 1)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if min(height, width) < 2 or min(size) < 16:  # the network needs some rows and columns to look at
        return []
    # What is left to shrink by after whole steps is less than 2: nothing that OpenCV's slow averaging would add.
    copy = cv2.resize(coarser(rgb, int(1 / scale)), size, interpolation=cv2.INTER_LINEAR)
    turned, back = turned_copy(copy, turn)
    back = np.diag((width / size[0], height / size[1])) @ back
    return [_find(row, back, turn) for row in run_yunet(cv2.cvtColor(turned, cv2.COLOR_RGB2BGR), least)]


def _find(row: np.ndarray, back: Points, turn: float) -> Find:
    """One of the network's rows (box, five points, score) on the turned copy as a find on the photo."""
    points = row[4:14].reshape(5, 2)
    eyes, nose, mouth = points[:2].mean(0), points[2], points[3:].mean(0)
    size = math.sqrt(float(row[2] * row[3]))
    box_aside = float(row[0] + row[2] / 2 - eyes[0])
    x = eyes[0] + _ASIDE_BOX * box_aside + _ASIDE_NOSE * float(nose[0] - eyes[0])
    y = eyes[1] + _DOWN_MOUTH * float(mouth[1] - eyes[1]) + _DOWN_SIZE * size
    centre = back @ (x, y, 1.0)
    half = _WIDTH * size / 2 * float(np.hypot(back[0, 0], back[1, 0]))
    dx, dy = points[1] - points[0]
    roll = turn + math.degrees(math.atan2(float(dy), float(dx)))
    box = (centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half)
    return Find((float(box[0]), float(box[1]), float(box[2]), float(box[3])), float(row[14]), (roll + 180) % 360 - 180)


def turned_copy(picture: ByteImage, turn: float) -> tuple[ByteImage, Points]:
    """Turn a picture counter-clockwise by so many degrees, nothing cut off; also the (2, 3) matrix back."""
    if turn % 360 == 0:
        return picture, np.eye(2, 3)
    height, width = picture.shape[:2]
    angle = math.radians(turn)
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    size = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    turned = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return turned, cv2.invertAffineTransform(matrix)


def moved(find: Find, offset: tuple[int, int]) -> Find:
    """A find on a part of a photo that begins at this pixel, as one on the photo."""
    (x, y), (left, top, right, bottom) = offset, find.box
    return replace(find, box=(left + x, top + y, right + x, bottom + y))
