"""A film in, the same film out with another face: every frame changed, times and sound as they were."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from recognition.engine import find_faces
from recognition.engine.descriptors import describe_landmarks
from recognition.engine.types import ByteImage
from swaps.engine import SourceFace, SwapOptions
from swaps.engine.clips import Analysis, Clip, swap_clip
from swaps.engine.clips.painting import painted

pytestmark = pytest.mark.real_engine


def packets(path: Path, kind: str) -> list[tuple[Any, ...]]:
    with av.open(str(path)) as container:
        return [
            (packet.pts, packet.time_base, bytes(packet) if kind == "audio" else b"")
            for packet in container.demux(**{kind: 0})
            if packet.size
        ]


def shown(path: Path) -> list[ByteImage]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def result(film: Clip, seen: Analysis, source: SourceFace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("result") / "out.mp4"
    swap_clip(film, seen, {0: source}, path, label=False, xmp=b"<x/>")
    return path


def test_the_person_is_seen_on_every_frame(seen: Analysis) -> None:
    assert [person.spans for person in seen.people] == [((0, 48),)]
    assert seen.cuts == ()


def test_times_and_sound_are_kept(film: Clip, result: Path) -> None:
    assert sorted(packets(result, "video")) == sorted(packets(film.path, "video"))
    assert len(packets(result, "audio")) > 70
    assert packets(result, "audio") == packets(film.path, "audio")
    with av.open(str(film.path)) as before, av.open(str(result)) as after:
        assert after.streams.video[0].duration == before.streams.video[0].duration
        assert after.duration == before.duration


def test_every_frame_shows_the_other_face(film: Clip, seen: Analysis, source: SourceFace, result: Path) -> None:
    before, after = shown(film.path), shown(result)
    run = seen.runs[0]
    # dlib's description of a swap lies between both people.
    own = find_faces(before[0], mode="largest")[0]
    was = describe_landmarks(before[0], own.landmarks)
    for number in (0, 11, 24, 35, 47):
        points = run.landmarks[number].astype(np.float64)
        left, top = points.min(0).astype(int)
        right, bottom = points.max(0).astype(int)
        changed = np.abs(before[number].astype(int) - after[number])[top:bottom, left:right].mean()
        assert changed > 6
        assert np.linalg.norm(describe_landmarks(after[number], points) - was) > 0.4


def test_nothing_but_the_face_changes_before_it_is_encoded(film: Clip, seen: Analysis, source: SourceFace) -> None:
    with av.open(str(film.path)) as container:
        stored = list(container.decode(video=0))
    for number, read in painted(film, seen, 0, 48, {0: source}, SwapOptions()):
        points = seen.runs[0].landmarks[number]
        low, high = points.min(0) - np.ptp(points, axis=0), points.max(0) + 0.5 * np.ptp(points, axis=0)
        left, top, right, bottom = (int(side) // 2 * 2 for side in (*np.maximum(low, 0), *high))
        for plane, (one, other) in enumerate(zip(stored[number].planes, _frame(read).planes, strict=True)):
            step = 1 if plane == 0 else 2
            apart = np.frombuffer(one, np.uint8) != np.frombuffer(other, np.uint8)  # type: ignore[call-overload]
            apart = apart.reshape(-1, one.line_size)[: one.height, : one.width]
            assert apart[top // step : bottom // step, left // step : right // step].any()
            apart[top // step : bottom // step, left // step : right // step] = False
            assert not apart.any()


def test_the_file_says_how_it_was_made(result: Path) -> None:
    with av.open(str(result)) as container:
        assert "Made with AI" in container.metadata["comment"]
    assert result.read_bytes().endswith(b"<x/>")


@pytest.mark.long
def test_points_and_colour_are_as_calm_as_they_were(film: Clip, seen: Analysis, result: Path) -> None:
    before, after = (calm(pictures, seen) for pictures in (shown(film.path), shown(result)))
    assert after[0] < 1.2 * before[0]
    assert after[1] < 1.2 * before[1]


def calm(pictures: list[ByteImage], seen: Analysis) -> tuple[float, float]:
    """How much landmarks and the colour of the face change from frame to frame, beyond how they move on."""
    points = np.array([find_faces(rgb, mode="largest")[0].landmarks for rgb in pictures])
    colours = []
    for rgb, face in zip(pictures, seen.runs[0].landmarks, strict=True):
        (x, y), reach = face.mean(0).astype(int), int(0.2 * np.ptp(face[:, 0]))
        colours.append(rgb[y - reach : y + reach, x - reach : x + reach].reshape(-1, 3).mean(0))
    return float(np.abs(np.diff(points, 2, axis=0)).mean()), float(np.abs(np.diff(colours, 2, axis=0)).mean())


def _frame(read: Any) -> av.VideoFrame:
    frame: av.VideoFrame = read.picture.frame
    return frame
