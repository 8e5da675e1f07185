"""A face's landmarks are carried along while its points move as one, and placed anew where they don't."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from recognition.engine import find_faces
from recognition.engine.hog import detect
from recognition.engine.landmarks68 import INNER_LIPS, LEFT_EYE
from recognition.engine.types import ByteImage, Points
from swaps.engine.following.tracking import Follower, Tracker, common_motion
from swaps.live.frames import decode_frame
from tests.bench.live import camera_path, portrait

pytestmark = pytest.mark.real_engine


def grey(rgb: ByteImage) -> ByteImage:
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)


@pytest.fixture(scope="module")
def photo() -> ByteImage:
    return decode_frame(next(camera_path(portrait("obama.jpg"), 1)))


@pytest.fixture(scope="module")
def landmarks(photo: ByteImage) -> Points:
    return find_faces(photo)[0].landmarks


def stretched(rgb: ByteImage, points: Points) -> ByteImage:
    """A part of a face drawn half as tall, as a lid or a mouth that shuts."""
    changed = rgb.copy()
    left, top = np.floor(points.min(0)).astype(int) - 4
    right, bottom = np.ceil(points.max(0)).astype(int) + 5
    part = rgb[top:bottom, left:right]
    small = cv2.resize(part, (right - left, (bottom - top) // 2))
    rest = bottom - top - len(small)
    changed[top:bottom, left:right] = np.vstack([np.repeat(part[:1], rest, axis=0), small])
    return changed


def test_how_a_face_moved_is_read_off_two_frames(photo: ByteImage, landmarks: Points) -> None:
    turn = cv2.getRotationMatrix2D(landmarks.mean(0).tolist(), -3.0, 1.02) + np.array([[0, 0, 6.0], [0, 0, -4.0]])
    after = cv2.warpAffine(photo, turn, photo.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)

    found = common_motion(grey(photo), grey(after), landmarks)

    assert found is not None
    apart = landmarks @ (found - turn)[:, :2].T + (found - turn)[:, 2]
    assert np.linalg.norm(apart, axis=1).max() < 0.3


@pytest.mark.parametrize("what", ["an eye shuts", "a mouth shuts", "something comes before it", "it is gone"])
def test_what_does_not_move_as_one_is_looked_at_anew(what: str, photo: ByteImage, landmarks: Points) -> None:
    after = photo.copy()
    if what == "an eye shuts":
        after = stretched(photo, landmarks[LEFT_EYE])
    elif what == "a mouth shuts":
        after = stretched(photo, landmarks[INNER_LIPS])
    elif what == "something comes before it":
        x, y = landmarks[48].astype(int)
        cv2.circle(after, (int(x), int(y)), 40, (90, 60, 50), -1)
    else:
        after[:] = 90

    assert common_motion(grey(photo), grey(after), landmarks) is None


def test_landmarks_that_are_carried_lie_where_they_would_be_placed() -> None:
    frames = [decode_frame(frame) for frame in camera_path(portrait("obama.jpg"), 45)]
    tracker, follower, off = Tracker(), Follower(), []
    for number, frame in enumerate(frames):
        placed = follower.follow(grey(frame))
        if placed is None:
            placed = follower.begin(grey(frame), max(detect(grey(frame), 1.0), key=lambda find: find.width))
        followed = tracker.follow(frame, number / 30)
        assert followed is not None
        off.append(np.linalg.norm(followed - placed, axis=1).mean() / np.ptp(placed[:17, 0]))

    assert float(np.mean(off)) < 0.012
    assert max(off) < 0.03
    assert max(abs(now - before) for before, now in pairwise(off)) < 0.02
