"""The mark of a preview can't be taken off: not by asking often, and not by knowing how it is drawn."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from recognition.engine.types import ByteImage
from swaps.studio.preview_mark import marked

DAY = date(2026, 3, 1)
MANY = 25


@pytest.fixture(scope="module")
def picture() -> ByteImage:
    """Fine texture, of which nothing is left in a block."""
    return np.random.default_rng(1).integers(0, 256, (256, 240, 3), np.uint8)


def lost(rgb: ByteImage, picture: ByteImage) -> Any:
    """Where a picture, (H, W, 3), is another one."""
    return (rgb != picture).any(2)


def averaged(picture: ByteImage, *, account: int = 7, today: date = DAY) -> ByteImage:
    """What is left of the words after many previews: where they differ, most of them show what is below."""
    several = [marked(picture, account=account, today=today) for _ in range(MANY)]
    return np.asarray(np.median(several, axis=0), np.uint8)


def test_the_mark_is_all_over_the_picture() -> None:
    plain = np.full((256, 192, 3), 128, np.uint8)
    changed = lost(marked(plain, account=1, today=DAY), plain)
    for rows in np.array_split(changed, 4):
        for part in np.array_split(rows, 3, axis=1):
            assert part.any()


def test_no_two_marks_are_alike(picture: ByteImage) -> None:
    one, other = (marked(picture, account=7, today=DAY) for _ in range(2))
    assert lost(one, other).mean() > 0.1


@pytest.mark.long
def test_whoever_asks_often_sees_half_of_the_picture_no_better(picture: ByteImage) -> None:
    gone = lost(averaged(picture), picture)
    assert 0.45 < gone.mean() < 0.7
    assert lost(averaged(picture), averaged(picture)).mean() < 0.1


def test_what_is_gone_is_gone_in_blocks() -> None:
    rgb = np.zeros((256, 256, 3), np.uint8)
    rgb[:, ::2] = 255
    left = averaged(rgb)
    greys = left[(left != 0).all(2) & (left != 255).all(2)]
    assert len(greys) > 0.4 * 256 * 256
    assert np.median(np.abs(greys.astype(int) - 128)) < 40


@pytest.mark.long
def test_where_the_mark_lies_is_each_accounts_and_each_days_own(picture: ByteImage, settings: Any) -> None:
    mine = lost(averaged(picture), picture)
    for other in (averaged(picture, account=8), averaged(picture, today=date(2026, 3, 2))):
        assert (lost(other, picture) != mine).mean() > 0.1
    settings.SECRET_KEY = "another site's"
    assert (lost(averaged(picture), picture) != mine).mean() > 0.1


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (30, 2), (255, 9)])
def test_the_smallest_pictures_are_marked_too(shape: tuple[int, int]) -> None:
    assert marked(np.zeros((*shape, 3), np.uint8), account=1, today=DAY).shape == (*shape, 3)
