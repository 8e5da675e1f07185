"""Frames are let through evenly, and never more than allowed."""

from itertools import pairwise

import pytest

from swaps.live.frame_rate import FrameRate

from .fakes import Clock


@pytest.mark.parametrize("camera_fps", [10, 15, 16, 20, 30, 60, 1000])
def test_never_more_than_fifteen_frames_in_any_second(camera_fps: int) -> None:
    clock = Clock()
    rate, taken = FrameRate(15, clock), []
    for number in range(camera_fps * 4):
        clock.now = 1000 + number / camera_fps
        if rate.allows():
            taken.append(clock.now)
    assert all(sum(start <= other < start + 1 for other in taken) <= 15 for start in taken)
    assert len(taken) >= min(camera_fps, 13) * 4 - 4
    # Thinned evenly: no camera is left waiting for a quarter of a second.
    assert max(after - before for before, after in pairwise(taken)) < 0.25


def test_sixteen_frames_in_a_second_are_fifteen() -> None:
    clock = Clock()
    rate, taken = FrameRate(15, clock), 0
    for number in range(16):
        clock.now = 1000 + number / 16
        taken += rate.allows()
    assert taken == 15
