"""What descriptors need of faces already found: where dlib's own detector sees them, and the landmarks it leads to.

A ladder of bounded copies, from cheap to thorough: the detector sees faces from 80 pixels of its own picture up, and
its cost grows with the pixels, so the first rung is a small copy, and the finer ones, the upsampled and turned ones
follow only where nothing was found.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import halvings

from .boxes import overlap, without_overlaps
from .hog import Find, detect, detect_near, scaled
from .landmarks import landmarks_in_box, roll_of
from .types import ByteImage, Face, Points

# How far the detector's box and that of a found face must cover each other to be the same face's.
_SAME = 0.5

# Long sides, in pixels, of the copies that are looked at for the largest face, one after the other.
_LARGEST_RUNGS = (320, 640, 1280)
# For all faces: photos are brought to a long side between these two.
_ALL_SMALLEST, _ALL_LARGEST = 1200, 4096
# How much finer a second look is, its longest side, and the width of a face, on the first, that asks for it.
_FINER, _ALL_FINEST, _SMALL = 1.45, 6000, 130
# Scores: what an upright copy must reach to be believed at once, and what a find must reach to count at all.
_CONFIDENT = 0.55
_LEAST = 0.05
_FINER_LEAST = 0.4
_LEANING, _LEANING_SIDE, _LEANING_LEAST = (38, -38), 720, 0.6
_TURNED_LEAST = 0.45
_RIGHT_ANGLES = (0, 90, -90, 180)
_SLANTS = (30, -30, 60, -60, 120, -120, 150, -150)
_SURE_TURN = 1.2
# By how much a turned find must beat doubtful upright ones.
_TURNED_LEAD = 0.3
# Below this score, or leaning further than this, a find is looked at again from other angles.
_SURE, _SURE_ROLL = 0.8, 18.0
_RECHECK_TURNS = (-44, -22, 0, 22, 44)
_RECHECK_FACE, _RECHECK_MARGIN, _RECHECK_GAIN = 96, 0.5, 0.15


def hog_landmarks(rgb: ByteImage, faces: Sequence[Face]) -> list[Points]:
    """The 68 landmarks that dlib places in a box of its own detector, for each of some found faces.

    Descriptors are made of these, so that a person who is known stays as known: a box that differs by a fiftieth moves
    a descriptor by 0.03 to 0.1. A face that the detector misses gets them in the box it was found with.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
    faces : sequence of Face
        Of this photo.

    Returns
    -------
    list of (68, 2) float64
        x and y in pixels of `rgb`.
    """
    finds = {mode: _find_largest(rgb) if mode == "largest" else _find_all(rgb) for mode in {f.mode for f in faces}}
    return [_landmarks_of(rgb, face, finds[face.mode]) for face in faces]


def _landmarks_of(rgb: ByteImage, face: Face, finds: list[Find]) -> Points:
    same = max(finds, key=lambda find: overlap(find.box, face.box), default=None)
    if same is None or overlap(same.box, face.box) < _SAME:
        return landmarks_in_box(rgb, face.box, roll=face.pose.roll)
    return _landmarks(rgb, same)


def _find_largest(rgb: ByteImage) -> list[Find]:
    long_side = max(rgb.shape[:2])
    halved = halvings(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), _LARGEST_RUNGS[0])
    doubtful: list[Find] = []
    for rung in _LARGEST_RUNGS:
        finds = _seen_on(halved, rung)
        sure = [find for find in finds if find.score >= _CONFIDENT]
        if sure:
            return sure
        doubtful = without_overlaps(doubtful + [find for find in finds if find.score >= _LEAST])
        if rung > 2 * long_side:
            break
    times, copy = _copy_for(halved, 480)
    turned = [scaled(find, times) for find in _turned_finds(copy, 480)]
    if turned and _best_score(turned) > _best_score(doubtful) + _TURNED_LEAD:
        return turned
    return doubtful or _find_all(rgb)


def _copy_for(halved: list[ByteImage], long_side: int) -> tuple[int, ByteImage]:
    """The smallest copy that is no smaller than a long side, and how many times the photo is as large."""
    enough = [number for number, copy in enumerate(halved) if max(copy.shape) >= long_side]
    number = enough[-1] if enough else 0
    return 2**number, halved[number]


def _seen_on(halved: list[ByteImage], rung: int) -> list[Find]:
    """What the detector sees on a copy of this long side, in pixels of the photo."""
    times, copy = _copy_for(halved, rung)
    return [scaled(find, times) for find in detect(copy, min(2.0, rung / max(copy.shape)))]


def _best_score(finds: list[Find]) -> float:
    return max((find.score for find in finds), default=0.0)


def _find_all(rgb: ByteImage) -> list[Find]:
    long_side = max(rgb.shape[:2])
    scale = float(np.clip(long_side, _ALL_SMALLEST, _ALL_LARGEST)) / long_side
    scale = min(scale, 2.5)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    finds = [find for find in detect(grey, scale) if find.score >= _LEAST]
    if long_side * scale * _FINER <= _ALL_FINEST and _may_hide_smaller(finds, scale):
        finer = detect(grey, scale * _FINER)
        finds += [find for find in finer if find.score >= _FINER_LEAST]
    if not finds:
        return _turned_finds(grey, 640)
    # A head that leans on another's shoulder is missed upright.
    leaning = [find for turn in _LEANING for find in detect(grey, _LEANING_SIDE / long_side, turn)]
    return without_overlaps(finds + [find for find in leaning if _stands_apart(find, finds)])


def _stands_apart(find: Find, finds: list[Find]) -> bool:
    return find.score >= _LEANING_LEAST and all(overlap(find.box, other.box) < 0.3 for other in finds)


def _may_hide_smaller(finds: list[Find], scale: float) -> bool:
    """Whether faces just too small to be seen are likely: with none found, or with small ones."""
    return not finds or min(find.width for find in finds) * scale < _SMALL


def _turned_finds(rgb: ByteImage, long_side: int) -> list[Find]:
    """Look at turned copies, at right angles first; the turn with the best score wins, with all its finds."""
    scale = min(2.0, long_side / max(rgb.shape[:2]))
    best: list[Find] = []
    for turns in (_RIGHT_ANGLES, _SLANTS):
        for turn in turns:
            finds = [find for find in detect(rgb, scale, turn) if find.score >= _TURNED_LEAST]
            if _best_score(finds) > _best_score(best):
                best = finds
        if _best_score(best) >= _SURE_TURN:
            break
    return without_overlaps(best)


def _landmarks(rgb: ByteImage, find: Find) -> Points:
    landmarks = landmarks_in_box(rgb, find.box, roll=find.roll)
    lean = roll_of(landmarks)
    if find.score < _SURE or find.slanted or find.roll or abs(lean) > _SURE_ROLL:
        find = _rechecked(rgb, find, lean)
        landmarks = landmarks_in_box(rgb, find.box, roll=find.roll)
        lean = roll_of(landmarks)
    if abs(lean - find.roll) > 12:
        landmarks = landmarks_in_box(rgb, find.box, roll=lean)
    return landmarks


def _rechecked(rgb: ByteImage, find: Find, lean: float) -> Find:
    """Look at a doubtful find again, cut out at several angles: landmarks are only right on an upright face."""
    finds = [other for turn in _RECHECK_TURNS if (other := _seen_at(rgb, find, find.roll + turn)) is not None]
    best = max(finds, key=lambda other: other.score, default=find)
    if find.roll or best.score > find.score + _RECHECK_GAIN:
        return best
    # No angle is clearly better; still, a box found on the upright head is the right one for its landmarks.
    nearby = [other for turn in (-10, 0, 10) if (other := _seen_at(rgb, find, lean + turn)) is not None]
    return max(nearby, key=lambda other: other.score, default=find)


def _seen_at(rgb: ByteImage, find: Find, roll: float) -> Find | None:
    """The best find on the spot of another, looked at from an angle."""
    finds = detect_near(rgb, find.box, roll, _RECHECK_FACE, _RECHECK_MARGIN)
    return max(
        (other for other in finds if overlap(other.box, find.box) > 0.4), key=lambda other: other.score, default=None
    )
