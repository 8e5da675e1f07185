"""A film in segments: each painted alone by whoever has the analysis, always the same, and joined without a seam."""

from fractions import Fraction
from itertools import chain, islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from recognition.engine.types import ByteImage
from swaps.engine import SourceFace, SwapOptions
from swaps.engine.clips import Analysis, analyse, paint_segment, probe
from swaps.engine.clips.analysis import segments_of
from swaps.engine.clips.painting import painted
from swaps.engine.clips.reading import frames
from swaps.engine.clips.writing import join
from tests.clips import made

pytestmark = pytest.mark.real_engine


def test_a_film_is_parted_at_key_frames_or_cuts_or_when_it_is_time() -> None:
    times, base = list(range(300)), Fraction(1, 30)
    keys = [number in {0, 45, 90} for number in times]
    # 90 is the first key frame after two seconds; then comes a cut, no key frame within five seconds being there.
    assert segments_of(times, keys, [170], base) == ((0, 90), (90, 170), (170, 300))
    assert segments_of(times, [number == 0 for number in times], [], base) == ((0, 120), (120, 240), (240, 300))
    assert segments_of(times[:120], [True] * 120, [], base) == ((0, 120),)


def test_a_film_with_a_pause_is_parted_all_the_same() -> None:
    times = [0, 1, 2, 900, 901, 902]
    parts = segments_of(times, [True] + [False] * 5, [], Fraction(1, 30))
    assert [first for first, _end in parts][1:] == [end for _first, end in parts][:-1]
    assert parts[0][0] == 0 and parts[-1][1] == 6


@pytest.mark.long
def test_segments_are_the_same_whoever_paints_them_and_have_no_seam(tmp_path: Path, source: SourceFace) -> None:
    pictures = islice(made.moving(400, (480, 270)), 84)
    path = made.write(tmp_path / "in.mp4", pictures, rate=15, options={"preset": "ultrafast", "crf": "12", "g": "250"})
    clip = probe(path)
    analysis = analyse(clip)
    # There is one key frame, so the second segment is found by reading past the first.
    assert analysis.segments == ((0, 60), (60, 84)) and int(analysis.keys.sum()) == 1
    sent = Analysis.from_bytes(analysis.to_bytes())
    pieces = [tmp_path / "0.mp4", tmp_path / "1.mp4"]
    for number in (1, 0):
        paint_segment(clip, sent, number, {0: source}, SwapOptions(), kind="mp4", piece=pieces[number])
    again = tmp_path / "again.mp4"
    paint_segment(clip, analysis, 1, {0: source}, SwapOptions(), kind="mp4", piece=again)
    assert again.read_bytes() == pieces[1].read_bytes()
    join(tmp_path / "out.mp4", clip, sent, pieces, "mp4", xmp=b"", comment="")
    assert sum(1 for _ in frames(probe(tmp_path / "out.mp4"))) == 84
    both = [painted(clip, analysis, first, end, {0: source}, SwapOptions()) for first, end in analysis.segments]
    steps = apart([read.picture.rgb() for _number, read in chain(*both)], analysis)
    assert len(steps) == 83
    assert steps[59] < 1.3 * np.median(steps[50:70])


def apart(pictures: list[ByteImage], analysis: Analysis) -> list[float]:
    """How much the middle of the face changes from each frame to the next."""
    middles = [points.mean(0).astype(int) for points in analysis.runs[0].landmarks]
    parts = [
        picture[y - 16 : y + 16, x - 16 : x + 16].astype(int) for picture, (x, y) in zip(pictures, middles, strict=True)
    ]
    return [float(np.abs(second - first).mean()) for first, second in pairwise(parts)]
