"""A hand before a face for a while: the new face goes over three frames and comes back, and the hand stays a hand."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recognition.engine import find_faces
from recognition.engine.types import ByteImage
from swaps.engine import SourceFace, SwapOptions
from swaps.engine.clips import analyse, probe
from swaps.engine.clips.painting import painted
from swaps.engine.clips.reading import frames
from tests.clips import made

pytestmark = [pytest.mark.real_engine, pytest.mark.long]
SIZE, COUNT, FIRST, END = (640, 360), 48, 13, 35


def still(share: float) -> tuple[float, float, float, float]:
    return 0.5 + 0.05 * share, 0.55, 1.4, 0.0


def hidden(width: int) -> Iterator[ByteImage]:
    """A portrait before which a hand rises and falls; for twenty frames it is all over the face."""
    skin = np.clip(np.random.default_rng(1).normal((205, 160, 135), 8, (SIZE[1], SIZE[0], 3)), 0, 255)
    middle = top = 0
    for number, picture in enumerate(made.moving(2 * COUNT, SIZE, path=still)):
        if number == COUNT:
            return
        if not number:
            points = find_faces(picture, mode="largest")[0].landmarks
            middle, top = round(points[:, 0].mean()), round(points[:, 1].min()) - 30
        share = min(max(number - FIRST + 1, 0), 4, max(END + 1 - number, 0)) / 4
        height = round((SIZE[1] - top) * share)
        if height:
            place = slice(SIZE[1] - height, None), slice(middle - width, middle + width)
            picture[place] = skin[place].astype(np.uint8)
        yield picture


def test_nothing_is_painted_on_a_hand_that_hides_the_face(tmp_path: Path, source: SourceFace) -> None:
    clip = probe(made.write(tmp_path / "in.mp4", hidden(60)))
    analysis = analyse(clip)
    assert len(analysis.people) == 1
    before, after = analysis.runs
    assert before.first == 0 and FIRST <= before.end <= FIRST + 6
    assert END - 4 <= after.first <= END + 3 and after.end == COUNT
    # What goes and what comes does so over three frames, and nothing of it is left or flashes in between.
    assert np.allclose(before.shown[-4:], [1, 0.75, 0.5, 0.25])
    assert np.allclose(after.shown[:4], [0.25, 0.5, 0.75, 1])
    was = [read.picture.rgb().astype(int) for read in frames(clip)]
    for number, read in painted(clip, analysis, 0, COUNT, {0: source}, SwapOptions()):
        apart = np.abs(read.picture.rgb() - was[number])
        if before.end <= number < after.first:
            assert not apart.any(), number
        elif not FIRST <= number <= END:
            assert (apart.max(2) > 10).mean() > 0.002, number
