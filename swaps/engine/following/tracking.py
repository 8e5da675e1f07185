"""One face followed from frame to frame: looked for where it was, found again at once when it is lost."""

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import clipped, coarser
from recognition.engine.hog import Find, detect, detect_near
from recognition.engine.landmarks import leaning_landmarks, roll_of, upright_chip
from recognition.engine.landmarks68 import FEATURES
from recognition.engine.types import Box, ByteImage, Points, eye_distance
from swaps.engine.shape import similarity

from .smoothing import OneEuro

# The detector's window is 80 pixels wide; around the last place it sees a copy in which the face has this width, with
# so much of it on each side, and what it finds must reach this score.
_SEEN_WIDTH, _SEEN_MARGIN = 90, 0.5
_LEAST_SCORE = 0.1
_FULL_SIDE = 640
# Looking for the face costs as much as its landmarks. While a small copy of it, cut out by its landmarks, correlates so
# well with the last one, it is looked for only once in so many frames.
_SAME_FACE = 0.9
_DETECT_EVERY = 6
_SMALL = 32
# While all points of a face move as one, it is carried along by them, and its landmarks are placed once in so many
# frames. Of the points nine in ten must lie so near to where the common motion brings them, in eye distances; and what
# is around them may look so different, in grey levels.
_PLACE_EVERY = 6
_RIGID, _UNLIKE = 0.01, 8.0
_WINDOW = 15  # of pixels around a point that are looked at
# How the rest is smoothed, of which there is little: the filter's cutoff at rest, and by how much speed raises it.
_SMOOTH = 0.7, 15.0
_AROUND = 0.5  # how much around the face is looked at, in eye distances
# Copies that are looked at while the face is lost, one a frame in turn: scale of the long side, and lean in degrees.
_LADDER = ((0.5, 0.0), (1.0, 0.0), (0.5, 35.0), (0.5, -35.0))


class Follower:
    """Follows one face from frame to frame, as long as it is seen around its last place.

    Attributes
    ----------
    place : Find
        Where it is, as the detector would report it.
    """

    def __init__(self) -> None:
        self.place: Find | None = None
        self._shift, self._middle = np.zeros(2), np.zeros(2)
        self._offset, self._widths = np.zeros(2), 1.0
        self._look: ByteImage = np.zeros((_SMALL, _SMALL), np.uint8)
        self._since = 0  # frames since the face was last looked for

    def begin(self, grey: ByteImage, found: Find) -> Points:
        """Take up a face that was found on a frame, (H, W) uint8; returns its 68 landmarks."""
        self._since = 0
        points = leaning_landmarks(grey, found.box, roll=found.roll, quick=True)
        self._remember(grey, found, points)
        return points

    def follow(self, grey: ByteImage) -> Points | None:
        """The 68 landmarks on the next frame, (H, W) uint8; None, and the face is forgotten, where it is lost."""
        if self.place is None:
            return None
        if (points := self._where_it_should_be(grey, self.place)) is not None:
            return points
        found = self._near(grey, self.place)
        if found is None:
            self.forget()
            return None
        points = leaning_landmarks(grey, found.box, roll=found.roll, quick=True)
        self._remember(grey, found, points)
        return points

    def coast(self, grey: ByteImage) -> Points | None:
        """The same without looking for the face, where it would be by now: right as long as something else sees it."""
        if self.place is None:
            return None
        found = self._expected(self.place)
        points = leaning_landmarks(grey, found.box, roll=found.roll, quick=True)
        self._since += 1
        self._remember(grey, found, points)
        return points

    def carry(self, turn: Points) -> None:
        """Take it that the face moved by a matrix (2, 3), as its points do."""
        if self.place is None:
            return
        half = self.place.width / 2 * float(np.hypot(*turn[0, :2]))
        lean = float(np.degrees(np.arctan2(turn[1, 0], turn[0, 0])))
        centre = turn[:, :2] @ _centre(self.place.box) + turn[:, 2]
        self.place = Find(_square(centre, half), self.place.score, self.place.roll + lean)
        self._middle, self._shift = turn[:, :2] @ self._middle + turn[:, 2], np.zeros(2)

    def forget(self) -> None:
        """Follow nothing any more."""
        self.place, self._shift = None, np.zeros(2)

    def _remember(self, grey: ByteImage, found: Find, points: Points, look: ByteImage | None = None) -> None:
        """Keep where the face is, measured from its landmarks, which move with it; and what it looks like."""
        middle, size = points[FEATURES].mean(0), eye_distance(points)
        if self._since == 0:
            self._offset, self._widths = (_centre(found.box) - middle) / size, found.width / size
        # By its landmarks: the detector's boxes jump.
        self._shift = middle - self._middle if self.place else np.zeros(2)
        self._middle = middle
        self.place = self._place(found, points)
        self._look = _look_of(grey, self.place) if look is None else look

    def _place(self, found: Find, points: Points) -> Find:
        """Where the detector would find the face of some landmarks."""
        centre = points[FEATURES].mean(0) + self._offset * eye_distance(points)
        return Find(_square(centre, self._widths * eye_distance(points) / 2), found.score, roll_of(points))

    def _expected(self, known: Find) -> Find:
        """Where the face would be by now if it kept moving as it did."""
        return Find(_square(_centre(known.box) + self._shift, known.width / 2), known.score, known.roll)

    def _where_it_should_be(self, grey: ByteImage, known: Find) -> Points | None:
        """Landmarks where the face would be by now, if it is the same face that they lie on."""
        if self._since + 1 >= _DETECT_EVERY:
            return None
        found = self._expected(known)
        points = leaning_landmarks(grey, found.box, roll=found.roll, quick=True)
        place = self._place(found, points)
        look = _look_of(grey, place)
        match = float(cv2.matchTemplate(look, self._look, cv2.TM_CCOEFF_NORMED)[0, 0])
        if not match >= _SAME_FACE:
            return None
        self._since += 1
        self._remember(grey, found, points, look)
        return points

    def _near(self, grey: ByteImage, known: Find) -> Find | None:
        """Look where the face would be by now if it kept moving as it did."""
        self._since = 0
        box = _square(_centre(known.box) + 0.5 * self._shift, known.width / 2)
        finds = detect_near(grey, box, known.roll, _SEEN_WIDTH, _SEEN_MARGIN)
        return min(_counted(finds), key=lambda find: _distance(find, known), default=None)


class Tracker:
    """Gives the 68 landmarks of the face before a camera, steady over time.

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

    def __init__(self) -> None:
        self._smooth = OneEuro(*_SMOOTH)
        self._follower = Follower()
        self._grey: ByteImage = np.zeros((0, 0), np.uint8)  # the last frame
        self._carried = 0  # for how many frames no landmarks were placed
        self.raw: Points | None = None
        self.lost = 0
        self.losses = 0
        self.finds = 0

    def follow(self, rgb: ByteImage, at: float) -> Points | None:
        """The 68 landmarks on the next frame, which was taken at so many seconds; None where it shows no face."""
        grey, before = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), self._grey
        self._grey = grey
        if self.raw is not None and (turn := common_motion(before, grey, self.raw)) is not None:
            self._follower.carry(turn)
            self.raw = self.raw @ turn[:, :2].T + turn[:, 2]
            smooth = self._smooth.carried(turn)
            self._carried += 1
            if smooth is not None and self._carried < _PLACE_EVERY:
                return smooth
        self._carried = 0
        followed = self._follower.place is not None
        points = self._follower.follow(grey)
        if points is None:
            points = self._found_anywhere(grey, followed=followed)
        self.raw = points
        if points is None or self._follower.place is None:
            self._smooth.reset()
            self.lost += 1
            return None
        self.lost = 0
        return self._smooth(points, self._follower.place.width, at)

    def _found_anywhere(self, grey: ByteImage, *, followed: bool) -> Points | None:
        share, lean = _LADDER[self.lost % len(_LADDER)]
        finds = detect(grey, min(1.0, _FULL_SIDE / max(grey.shape)) * share, lean)
        found = max(_counted(finds), key=lambda find: find.width, default=None)
        if found is None:
            self.losses += followed
            return None
        self._smooth.reset()
        self.finds += 1
        return self._follower.begin(grey, found)


def common_motion(before: ByteImage, now: ByteImage, landmarks: Points) -> Points | None:
    """How a face moved from one frame to the next, both (H, W) uint8: the matrix (2, 3) of a turn, scale and shift.

    None where its features, of the landmarks (68, 2) on the first one, did not move as one: where it speaks, blinks or
    turns, where something came before it, or where it is gone.

    J.-Y. Bouguet, "Pyramidal Implementation of the Lucas Kanade Feature Tracker", Intel 2001.
    """
    size = eye_distance(landmarks)
    box = (*landmarks.min(0), *landmarks.max(0))
    left, top, right, bottom = clipped(box, now.shape, margin=_AROUND * size)
    if before.shape != now.shape or min(right - left, bottom - top) < 4 * _WINDOW:
        return None
    start = (landmarks[FEATURES] - (left, top)).astype(np.float32)
    parts = (np.ascontiguousarray(frame[top:bottom, left:right]) for frame in (before, now))
    end, seen, unlike = cv2.calcOpticalFlowPyrLK(*parts, start, None, winSize=(_WINDOW, _WINDOW), maxLevel=2)  # type: ignore[call-overload]
    if not seen.all() or unlike.mean() > _UNLIKE:
        return None
    origin = np.array([left, top])
    first, last = start + origin, end + origin
    turn = similarity(first.astype(float), last.astype(float))
    apart = np.linalg.norm(last - (first @ turn[:, :2].T + turn[:, 2]), axis=1)
    return turn if np.sort(apart)[len(apart) * 9 // 10] < _RIGID * size else None


def _look_of(grey: ByteImage, place: Find) -> ByteImage:
    """A small upright copy of a face, for comparing."""
    chip, _back = upright_chip(grey, place.box, place.roll, 2 * _SMALL, 0.0)
    return coarser(chip, 2)


def _counted(finds: list[Find]) -> list[Find]:
    return [find for find in finds if find.score >= _LEAST_SCORE]


def _square(centre: Points, half: float) -> Box:
    x, y = float(centre[0]), float(centre[1])
    return x - half, y - half, x + half, y + half


def _centre(box: Box) -> Points:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def _distance(find: Find, known: Find) -> float:
    return float(np.linalg.norm(_centre(find.box) - _centre(known.box)))
