"""Gaps between tracks, and points over time: by numbers alone."""

import numpy as np
import pytest

from recognition.engine.landmarks68 import EYES
from recognition.engine.mesh468 import LANDMARKS68
from recognition.engine.mesh468_shape import FRONT
from swaps.engine.clips.people import Person, people_of
from swaps.engine.clips.steady import runs_of, smoothed
from swaps.engine.clips.tracks import Track

SHAPE, RATE = (720, 1280), 30.0
FACE = 60 * FRONT[LANDMARKS68, :2] / np.ptp(FRONT[LANDMARKS68, 0]) + (640, 360)


def track(first: int, end: int, *, shift: float = 0.0) -> Track:
    landmarks = [FACE + np.array((shift, 0.0)) for _ in range(first, end)]
    return Track(first, landmarks, described={first: np.ones(128, np.float32)})


def person(*tracks: Track) -> Person:
    return Person(np.ones(128, np.float32), np.zeros((1, 1, 3), np.uint8), tracks)


@pytest.mark.parametrize("gap", [0, 1, 5])
def test_a_short_gap_is_bridged(gap: int) -> None:
    (run,) = runs_of(person(track(0, 20), track(20 + gap, 40)), 0, (), 40, SHAPE, RATE)
    assert (run.first, run.end) == (0, 40)
    assert run.shown.min() == 1


def test_beside_a_longer_gap_the_face_comes_and_goes_over_three_frames() -> None:
    first, second = runs_of(person(track(0, 20), track(26, 46)), 0, (), 60, SHAPE, RATE)
    assert np.allclose(first.shown[-4:], [1, 0.75, 0.5, 0.25]) and first.shown[0] == 1
    assert np.allclose(second.shown[:4], [0.25, 0.5, 0.75, 1]) and np.allclose(second.shown[-3:], [0.75, 0.5, 0.25])


@pytest.mark.parametrize("cut", [20, 21, 22])
def test_nothing_is_bridged_across_a_cut(cut: int) -> None:
    runs = runs_of(person(track(0, 20), track(22, 40)), 0, (cut,), 40, SHAPE, RATE)
    assert [(run.first, run.end) for run in runs] == [(0, 20), (22, 40)]


def test_a_face_that_jumped_is_not_drawn_across_the_picture() -> None:
    assert len(runs_of(person(track(0, 20), track(22, 40, shift=500)), 0, (), 40, SHAPE, RATE)) == 2


def test_smoothing_takes_away_jitter_and_does_not_lag() -> None:
    noise = np.random.default_rng(1).normal(0, 0.7, (60, 68, 2))
    path = FACE + 3.0 * np.arange(60)[:, None, None]
    steady = smoothed(path + noise, RATE)
    assert np.abs(np.diff(steady - path, 2, axis=0)).mean() < 0.7 * np.abs(np.diff(noise, 2, axis=0)).mean()
    assert abs(float((steady - path)[10:-10].mean())) < 0.1


def test_a_moment_at_the_border_is_no_other_person() -> None:
    odd = Track(40, [FACE] * 2, described={40: np.zeros(128, np.float32)})
    assert len(people_of([track(0, 40), odd])) == 1


def test_a_track_that_slides_to_another_face_is_cut_in_two() -> None:
    slid = track(0, 40)
    other = np.zeros(128, np.float32)
    slid.described = {0: other + 1, 10: other + 1, 20: other, 30: other}
    first, second = people_of([slid])
    assert [(one.tracks[0].first, one.tracks[0].end) for one in (first, second)] == [(0, 11), (20, 40)]
    assert np.ptp(first.tracks[0].landmarks[0][EYES]) > 0
