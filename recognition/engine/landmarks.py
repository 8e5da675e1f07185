"""The 68 landmarks of a face whose box is known, and what they tell of how the head is turned."""

import math

import cv2
import dlib
import numpy as np

from faceswap_site.lib.crop_and_resize import coarser

from . import landmarks68 as named
from .types import Box, ByteImage, Points, Pose
from .weights import predictor

# The predictor answers in whole pixels, so it looks at an enlarged chip of this width around the box.
_CHIP_BOX, _QUICK_CHIP_BOX = 200, 160
_CHIP_MARGIN = 0.35
# How it is shown the box on the chip: moved aside and down, and grown by so many pixels on each side. The mean over two
# slightly different boxes is steadier than one.
_TWICE, _ONCE = ((-5, 0, 3), (5, 0, -3)), ((0, 0, 0),)


def landmarks_in_box(picture: ByteImage, box: Box, *, roll: float = 0.0, quick: bool = False) -> Points:
    """Place the 68 landmarks of the face in a box.

    Parameters
    ----------
    picture : (H, W, 3) or grey (H, W) uint8
    box : (left, top, right, bottom)
        As the detector gives it; it must be right within about a tenth of its width.
    roll : float
        By how many degrees, clockwise, the head leans; the predictor only knows heads within about 30° of upright.
    quick : bool
        In half the time, less steady: for films, whose landmarks are smoothed over time.

    Returns
    -------
    (68, 2) float64
        x and y in pixels of the picture.
    """
    size, views = (_QUICK_CHIP_BOX, _ONCE) if quick else (_CHIP_BOX, _TWICE)
    chip, back = upright_chip(picture, box, roll, size, _CHIP_MARGIN)
    return _predict(chip, size, views) @ back[:, :2].T + back[:, 2]


def leaning_landmarks(picture: ByteImage, box: Box, *, roll: float, quick: bool = False) -> Points:
    """The same for a lean that was estimated: where the landmarks tell of another one they are placed again."""
    landmarks = landmarks_in_box(picture, box, roll=roll, quick=quick)
    lean = roll_of(landmarks)
    if abs((lean - roll + 180) % 360 - 180) > 12:
        landmarks = landmarks_in_box(picture, box, roll=lean, quick=quick)
    return landmarks


def upright_chip(
    picture: ByteImage, box: Box, roll: float, face: int, margin: float, *, grey: bool = True
) -> tuple[ByteImage, Points]:
    """Cut a leaning face out upright.

    Parameters
    ----------
    picture : (H, W, 3) or grey (H, W) uint8
    box : (left, top, right, bottom)
    roll : float
        By how many degrees, clockwise, the head leans.
    face : int
        Width of the box in the chip, in pixels.
    margin : float
        What to show on each side, as a share of that width.
    grey : bool
        Whether to make a picture in colours grey on the way.

    Returns
    -------
    chip : (S, S) or (S, S, 3) uint8
    back : (2, 3) float64
        From pixels of the chip to pixels of the picture.
    """
    side = round(face * (1 + 2 * margin))
    width = max(box[2] - box[0], box[3] - box[1], 1.0)
    scale = width / face
    reach = width * (0.5 + margin) * (1.42 if roll else 1.0)
    region, factor, offset = _region(picture, box, reach, int(scale), grey)
    angle = math.radians(roll)
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    centre = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
    back = np.column_stack([turn, centre - turn @ [side / 2, side / 2]])
    local = np.column_stack([back[:, :2] * factor, (back[:, 2] - offset + 0.5) * factor - 0.5])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    chip = cv2.warpAffine(region, local, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return chip, back


def _region(picture: ByteImage, box: Box, reach: float, step: int, grey: bool) -> tuple[ByteImage, float, Points]:
    """The picture within `reach` of a box's middle, 1 / `step` as large, its factor and where it lies.

    It is shrunk by area: sampling a large one thinly would make the points shiver.
    """
    height, width = picture.shape[:2]
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left, right = _span(x, reach, width)
    top, bottom = _span(y, reach, height)
    region = picture[top:bottom, left:right]
    if grey and region.ndim == 3:
        region = cv2.cvtColor(region, cv2.COLOR_RGB2GRAY)
    copy = coarser(region, step)
    return copy, 1.0 if copy is region else 1 / step, np.array([left, top], float)


def _span(middle: float, reach: float, length: int) -> tuple[int, int]:
    """First pixel and the one after the last of a row, at least one."""
    first = int(min(max(middle - reach, 0), length - 1))
    return first, int(min(max(middle + reach + 1, first + 1), length))


def _predict(chip: ByteImage, size: int, views: tuple[tuple[int, int, int], ...]) -> Points:
    """The mean over some views of a box on a grey chip, which costs half of what an RGB one does."""
    start = round(size * _CHIP_MARGIN)
    found = []
    for dx, dy, grow in views:
        left, top, side = start + dx - grow, start + dy - grow, size + 2 * grow
        shape = predictor()(chip, dlib.rectangle(left, top, left + side - 1, top + side - 1))
        found.append([(p.x, p.y) for p in shape.parts()])
    return np.asarray(np.asarray(found, float).mean(0))


def roll_of(landmarks: Points) -> float:
    """By how many degrees the line through the eyes leans, clockwise in the picture."""
    dx, dy = named.across_eyes(landmarks)
    return math.degrees(math.atan2(dy, dx))


def pose_of(landmarks: Points) -> Pose:
    """Estimate the head's pose from its landmarks: right to about 10° for yaw and pitch, 2° for roll.

    The nose's tip lies about half an eye distance in front of the plane of the eyes and the mouth; how far it
    strays from the line between their middles gives the two angles.
    """
    roll = roll_of(landmarks)
    angle = math.radians(roll)
    upright = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    points = (landmarks - landmarks[named.NOSE_TOP]) @ upright.T
    eyes, mouth = points[named.EYES].mean(0), points[[named.MOUTH_LEFT, named.MOUTH_RIGHT]].mean(0)
    height = max(float(mouth[1] - eyes[1]), 1e-6)
    nose = points[[named.NOSE_TIP, named.NOSE_BASE]].mean(0)
    along = (nose[1] - eyes[1]) / height
    sideways = (nose[0] - (eyes[0] + along * (mouth[0] - eyes[0]))) / height
    yaw = math.degrees(math.asin(float(np.clip(sideways / 0.5, -1, 1))))
    pitch = math.degrees(math.asin(float(np.clip((0.60 - along) / 0.5, -1, 1))))
    return Pose(yaw, pitch, roll)
