"""One face followed from frame to frame: looked for where it was, found again at once when it is lost."""

import math
from dataclasses import dataclass

import cv2
import dlib
import numpy as np

from recognition.engine.landmarks import roll_of
from recognition.engine.landmarks68 import FEATURES
from recognition.engine.types import Box, ByteImage, Points, eye_distance
from recognition.engine.weights import detector, predictor

from .smoothing import OneEuro

# The detector's window is 80 pixels wide; around the last place it sees a copy in which the face has this width.
_SEEN_WIDTH = 90
_SEARCH_WIDTHS = 2.0
_CHIP_BOX = 160  # the predictor answers in whole pixels, so it looks at a copy of this size
_CHIP_MARGIN = 0.3
_LEAST_SCORE = 0.1
_FULL_SIDE = 640
# Looking for the face costs most of a frame. While a small copy of it correlates so well with the frame before, it is
# where its landmarks say, and is looked for only once in so many frames.
_SAME_FACE = 0.9
_DETECT_EVERY = 4
_SMALL = (32, 32)
# Copies that are looked at while the face is lost, one a frame in turn: scale of the long side, and lean in degrees.
_LADDER = ((0.5, 0.0), (1.0, 0.0), (0.5, 35.0), (0.5, -35.0))


@dataclass(frozen=True)
class Place:
    """Where a face was: its box in pixels and by how many degrees it leans."""

    box: Box
    roll: float

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]


class Tracker:
    """Gives the 68 landmarks of the followed face, steady over time.

    Attributes
    ----------
    raw : (68, 2) float64 or None
        The landmarks of the last frame before smoothing.
    lost : int
        For how many frames there has been no face.
    losses : int
        How often the face was lost after it had been found.
    finds : int
        How often a face was found that was not followed from the frame before.
    """

    def __init__(self, smoothing: OneEuro | None = None) -> None:
        self._smooth = smoothing or OneEuro()
        self._place: Place | None = None
        self._shift = np.zeros(2)
        self._offset, self._widths = np.zeros(2), 1.0
        self._look: ByteImage = np.zeros(_SMALL, np.uint8)
        self._since = 0  # frames since the face was last looked for
        self.raw: Points | None = None
        self.lost = 0
        self.losses = 0
        self.finds = 0

    def follow(self, rgb: ByteImage, at: float) -> Points | None:
        """Find the face in the next frame.

        Parameters
        ----------
        rgb : (H, W, 3) uint8
        at : float
            When the frame was taken, in seconds.

        Returns
        -------
        (68, 2) float64 or None
            None where the frame shows no face.
        """
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        known = self._place
        found = (self._unmoved(grey, known) or self._near(grey, known)) if known else None
        fresh = found is None
        found = found or self._anywhere(grey)
        if found is None:
            if known is not None:
                self.losses += 1
            self._forget()
            return None
        points = landmarks_at(grey, found)
        lean = roll_of(points)
        if abs(lean - found.roll) > 12:  # the predictor only knows heads that stand nearly upright on its copy
            points = landmarks_at(grey, Place(found.box, lean))
        if fresh:
            self._smooth.reset()
            self.finds += 1
        self._remember(grey, found, points, known)
        self.raw, self.lost = points, 0
        return self._smooth(points, found.width, at)

    def _forget(self) -> None:
        self._place, self.raw = None, None
        self._shift = np.zeros(2)
        self._smooth.reset()
        self.lost += 1

    def _remember(self, grey: ByteImage, found: Place, points: Points, before: Place | None) -> None:
        """Keep where the face is, measured from its landmarks, which move with it; and what it looks like."""
        middle, size = points[FEATURES].mean(0), eye_distance(points)
        if self._since == 0:
            self._offset, self._widths = (_centre(found.box) - middle) / size, found.width / size
        centre, half = middle + self._offset * size, self._widths * size / 2
        self._shift = centre - _centre(before.box) if before else np.zeros(2)
        self._place = Place((centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half), roll_of(points))
        self._look = _look_of(grey, self._place)

    def _unmoved(self, grey: ByteImage, known: Place) -> Place | None:
        """The last place, where the frame still shows the same face there."""
        if self._since + 1 >= _DETECT_EVERY:
            return None
        match = float(cv2.matchTemplate(_look_of(grey, known), self._look, cv2.TM_CCOEFF_NORMED)[0, 0])
        if not match >= _SAME_FACE:
            return None
        self._since += 1
        return known

    def _near(self, grey: ByteImage, known: Place) -> Place | None:
        """Look where the face would be by now if it kept moving as it did."""
        self._since = 0
        half = known.width / 2 * _SEARCH_WIDTHS
        copy, back = _turned_copy(grey, _centre(known.box) + 0.5 * self._shift, half, known.roll, _SEEN_WIDTH)
        finds = _detect(copy, back, known.roll)
        return min(finds, key=lambda find: _distance(find, known)) if finds else None

    def _anywhere(self, grey: ByteImage) -> Place | None:
        self._since = 0
        height, width = grey.shape
        share, lean = _LADDER[self.lost % len(_LADDER)]
        scale = min(1.0, _FULL_SIDE / max(height, width)) * share
        centre, half = np.array([width / 2, height / 2]), max(width, height) / 2
        if lean:
            # Across the diagonal, so that nothing is cut off by the turn.
            half = math.hypot(width, height) / 2
            copy, back = _turned_copy(grey, centre, half, lean, 2 * half * scale / _SEARCH_WIDTHS)
        else:
            copy = cv2.resize(grey, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
            back = np.array([[1 / scale, 0, 0.5 / scale - 0.5], [0, 1 / scale, 0.5 / scale - 0.5]])
        finds = _detect(copy, back, lean)
        return max(finds, key=lambda find: find.width) if finds else None


def landmarks_at(grey: ByteImage, place: Place) -> Points:
    """Place the 68 landmarks of a face whose box and lean are known: (68, 2) float64 in pixels of the frame."""
    half = place.width / 2 * (1 + 2 * _CHIP_MARGIN)
    copy, back = _turned_copy(grey, _centre(place.box), half, place.roll, _CHIP_BOX, 1 + 2 * _CHIP_MARGIN)
    start = round(_CHIP_BOX * _CHIP_MARGIN)
    shape = predictor()(copy, dlib.rectangle(start, start, start + _CHIP_BOX - 1, start + _CHIP_BOX - 1))
    points = np.array([(p.x, p.y) for p in shape.parts()], float)
    return points @ back[:, :2].T + back[:, 2]


def _look_of(grey: ByteImage, place: Place) -> ByteImage:
    """A small upright copy of a face, for comparing."""
    copy, _ = _turned_copy(grey, _centre(place.box), place.width / 2, place.roll, 64, 1.0)
    return cv2.resize(copy, _SMALL, interpolation=cv2.INTER_AREA)


def _turned_copy(
    grey: ByteImage, centre: Points, half: float, roll: float, face: float, widths: float = _SEARCH_WIDTHS
) -> tuple[ByteImage, Points]:
    """Cut an upright square of ±half pixels around a place, `face` × `widths` pixels wide; also the matrix back."""
    side = max(40, round(face * widths))
    scale, angle = 2 * half / side, math.radians(roll)
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    back = np.column_stack([turn, centre - turn @ [(side - 1) / 2, (side - 1) / 2]])
    source, local = grey, back
    if scale > 1.6:  # sampling a large picture thinly would make the result shiver
        step, reach = int(scale), math.ceil(half * 1.42)
        left, top = (max(0, int(value) - reach) for value in centre)
        part = grey[top : int(centre[1]) + reach, left : int(centre[0]) + reach]
        if min(part.shape) > step:
            part = part[: part.shape[0] // step * step, : part.shape[1] // step * step]
            size = (part.shape[1] // step, part.shape[0] // step)
            source = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
            local = np.column_stack([back[:, :2] / step, (back[:, 2] - (left, top) + 0.5) / step - 0.5])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(source, local, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE), back


def _detect(copy: ByteImage, back: Points, roll: float) -> list[Place]:
    boxes, scores, _ = detector().run(copy, 0, _LEAST_SCORE)
    scale = float(np.hypot(back[0, 0], back[1, 0]))
    found = []
    for box, _score in zip(boxes, scores, strict=True):
        middle = back[:, :2] @ [(box.left() + box.right()) / 2, (box.top() + box.bottom()) / 2] + back[:, 2]
        half = box.width() / 2 * scale
        limits = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
        found.append(Place(limits, roll))
    return found


def _centre(box: Box) -> Points:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def _distance(find: Place, known: Place) -> float:
    return float(np.linalg.norm(_centre(find.box) - _centre(known.box)))
