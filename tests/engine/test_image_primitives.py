"""What is done to pictures everywhere holds at their borders too."""

import numpy as np
import pytest

from faceswap_site.lib.crop_and_resize import at_most, clipped, coarser, cropped, halvings, sampled

PICTURE = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)


@pytest.mark.parametrize(
    ("box", "margin", "expected"),
    [
        ((2.9, 3.2, 10.9, 11.2), 0, (2, 3, 10, 11)),
        ((2.5, 3.5, 28.5, 18.5), 4, (0, 0, 30, 20)),
        ((-9, -9, -2, -3), 0, (0, 0, 0, 0)),
        ((40, 25, 50, 60), 0, (30, 20, 30, 20)),
    ],
)
def test_a_box_is_cut_to_the_picture(
    box: tuple[float, float, float, float], margin: float, expected: tuple[int, int, int, int]
) -> None:
    assert clipped(box, PICTURE.shape, margin=margin) == expected


def test_what_is_cut_out_is_a_copy() -> None:
    cut = cropped(PICTURE, (0, 2, 30, 4), margin=1)
    assert np.array_equal(cut, PICTURE[1:5]) and not np.shares_memory(cropped(PICTURE, (3, 2, 9, 4)), PICTURE)


@pytest.mark.parametrize("shape", [(3, 9000, 3), (9000, 3)])
def test_a_thin_picture_keeps_a_pixel(shape: tuple[int, ...]) -> None:
    small = at_most(np.full(shape, 7, np.uint8), 480)
    assert max(small.shape[:2]) == 480 and min(small.shape[:2]) == 1 and (small == 7).all()


def test_a_small_picture_stays_itself() -> None:
    assert at_most(PICTURE, 30) is PICTURE and coarser(PICTURE, 1) is PICTURE and coarser(PICTURE, 21) is PICTURE


def test_halves_go_down_to_the_last_that_is_large_enough() -> None:
    assert [copy.shape for copy in halvings(PICTURE, 7)] == [(20, 30, 3), (10, 15, 3), (5, 7, 3)]


def test_past_its_border_a_picture_goes_on() -> None:
    where = np.array([[(-5, 3), (4, 3), (99, 3)]], np.float32)
    assert np.array_equal(sampled(PICTURE, where)[0], PICTURE[3, [0, 4, 29]])
