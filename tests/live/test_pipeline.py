"""A face followed and swapped from frame to frame, without any socket."""

import subprocess
import sys
from typing import Any

import cv2
import numpy as np
import pytest

from recognition.engine.types import ByteImage, Points
from recognition.engine.weights import run_face_mesh
from swaps.engine import OptionError, SourceFace, SwapOptions, swap_into
from swaps.live.frame_swap import NO_FACE, NO_SOURCE, FrameSwap, LiveOptions
from swaps.live.frames import MAX_FRAME_BYTES, decode_frame, encode_frame
from swaps.live.source import live_source
from tests.bench.live import camera_path, measure_jitter, measure_lag, portrait


@pytest.fixture(scope="module")
def face() -> SourceFace:
    return live_source(portrait("biden.jpg"))[0]


@pytest.fixture
def session(face: SourceFace) -> FrameSwap:
    session = FrameSwap()
    session.load_source(face)
    return session


@pytest.fixture(scope="module")
def moving() -> list[bytes]:
    return list(camera_path(portrait("obama.jpg"), 90))


def shifted(frame: bytes, dx: int, dy: int) -> bytes:
    picture = decode_frame(frame)
    matrix = np.array([[1, 0, dx], [0, 1, dy]], float)
    return encode_frame(cv2.warpAffine(picture, matrix, picture.shape[1::-1], borderMode=cv2.BORDER_REPLICATE))


def empty_frame() -> bytes:
    return encode_frame(np.full((480, 640, 3), 90, np.uint8))


@pytest.mark.long
def test_every_frame_of_a_moving_face_is_swapped(session: FrameSwap, moving: list[bytes]) -> None:
    done = [session.process(frame, at=number / 30) for number, frame in enumerate(moving)]
    assert [result.error for result in done] == [""] * len(moving)
    assert session.tracker.losses == 0


def test_only_the_face_changes(session: FrameSwap, moving: list[bytes]) -> None:
    before, after = (decode_frame(data).astype(int) for data in (moving[0], session.process(moving[0], at=0).jpeg))
    assert before.shape == after.shape
    changed = np.abs(before - after).max(2)
    landmarks = session.tracker.raw
    assert landmarks is not None
    left, top = landmarks.min(0).astype(int)
    right, bottom = landmarks.max(0).astype(int)
    assert changed[top:bottom, left:right].mean() > 10
    height = bottom - top
    away = np.ones(changed.shape, bool)
    away[max(0, top - height) : bottom + 20, max(0, left - 30) : right + 30] = False
    assert changed[away].mean() < 3  # writing a JPEG anew costs that much


def test_a_first_frame_is_swapped_as_a_photo_is(session: FrameSwap, face: SourceFace, moving: list[bytes]) -> None:
    as_a_photo = decode_frame(moving[0])
    swapped = session.process(moving[0], at=1.0).jpeg
    assert session.tracker.raw is not None
    swap_into(as_a_photo, face, session.tracker.raw, SwapOptions(match_detail=False))
    assert swapped == encode_frame(as_a_photo)


@pytest.mark.parametrize("option", ["blend", "match_detail"])
def test_what_frames_do_not_honour_is_no_option_of_theirs(option: str) -> None:
    with pytest.raises(TypeError):
        LiveOptions(**{option: getattr(SwapOptions, option)})


@pytest.mark.parametrize("wrong", [{"label": 1}, {"strength": 2}, {"preset": "vivid"}, {"forehead": "no"}])
def test_options_outside_their_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        LiveOptions(**wrong)


def test_a_still_face_shimmers_half_as_much_at_most() -> None:
    raw, smooth = measure_jitter(list(camera_path(portrait("obama.jpg"), 90, still=True)))
    assert smooth <= raw / 2


def test_a_moving_face_is_followed_without_lag(moving: list[bytes]) -> None:
    assert measure_lag(moving) < 0.02


@pytest.mark.parametrize("away", [0, 15])
def test_a_face_that_jumped_or_was_away_is_found_within_200_ms(
    session: FrameSwap, moving: list[bytes], away: int
) -> None:
    for number in range(5):
        assert not session.process(moving[0], at=number / 15).error
    for number in range(away):
        assert session.process(empty_frame(), at=(5 + number) / 15).error == NO_FACE
    jumped = shifted(moving[0], -170, 60)
    found = [session.process(jumped, at=(5 + away + number) / 15).error == "" for number in range(6)]
    assert True in found[:3] and all(found[3:])


def test_a_frame_without_a_face_goes_back_untouched(session: FrameSwap) -> None:
    done = session.process(empty_frame())
    assert (done.error, done.jpeg) == (NO_FACE, empty_frame())


def test_without_a_face_to_put_on_frames_go_back_untouched(moving: list[bytes]) -> None:
    done = FrameSwap().process(moving[0])
    assert (done.error, done.jpeg) == (NO_SOURCE, moving[0])


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (b"", "not a JPEG"),
        (b"hello", "not a JPEG"),
        (encode_frame(np.zeros((64, 64, 3), np.uint8))[:-40], "damaged"),
        (encode_frame(np.zeros((8, 8, 3), np.uint8)), "pixels"),
        (encode_frame(np.zeros((2000, 2000, 3), np.uint8)), "pixels"),
        (b"\xff\xd8" + bytes(MAX_FRAME_BYTES), "2 MB"),
    ],
    ids=["empty", "text", "cut off", "tiny", "huge", "heavy"],
)
def test_what_is_no_frame_goes_back_with_a_reason(session: FrameSwap, frame: bytes, words: str) -> None:
    done = session.process(frame)
    assert words in done.error and done.jpeg == frame


def test_strength_zero_leaves_the_frame(session: FrameSwap, moving: list[bytes]) -> None:
    session.options = LiveOptions(strength=0)
    assert session.process(moving[0]).jpeg == moving[0]


def test_colour_follows_a_lamp_without_flicker(session: FrameSwap, moving: list[bytes]) -> None:
    def mean_of_face(light: float, at: float) -> float:
        picture = np.clip(decode_frame(moving[0]) * light, 0, 255).astype(np.uint8)
        done = decode_frame(session.process(encode_frame(picture), at=at).jpeg)
        landmarks = session.tracker.raw
        assert landmarks is not None
        middle = landmarks[27:36].mean(0).astype(int)
        return float(done[middle[1] - 20 : middle[1] + 20, middle[0] - 20 : middle[0] + 20].mean())

    bright = [mean_of_face(1.0, number / 15) for number in range(15)]
    assert np.abs(np.diff(bright)).max() < 2
    dim = [mean_of_face(0.6, 1 + number / 15) for number in range(20)]
    # The lamp itself takes a step; what is left after it must come smoothly.
    assert np.abs(np.diff(dim)).max() < (bright[-1] - dim[-1]) / 3
    assert dim[-1] < 0.75 * bright[-1]


def test_the_pipeline_knows_nothing_of_django() -> None:
    code = "import sys, swaps.live.frame_swap; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_frame_costs_one_look_of_the_mesh_at_most(
    session: FrameSwap, moving: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def counted(chip: ByteImage) -> tuple[Points, float]:
        points, presence = run_face_mesh(chip)
        looks.append(presence)
        return points, presence if len(looks) % 2 else -9.0  # now and then it sees no face

    assert not session.process(moving[0], at=0.0).error
    monkeypatch.setattr("recognition.engine.face_mesh.run_face_mesh", counted)
    for number, frame in enumerate(moving[1:40], 1):
        before = len(looks)
        assert not session.process(frame, at=number / 30).error
        assert len(looks) <= before + 1
    assert len(looks) > 1 and min(looks) > 20  # on a face each time, though it was given up every other time
