"""A cut between two shots: found, and nothing goes over from one to the other."""

from itertools import islice
from pathlib import Path

import pytest

from swaps.engine.clips import analyse, probe
from tests.clips import made

pytestmark = [pytest.mark.real_engine, pytest.mark.long]


def test_faces_end_and_begin_at_a_cut(tmp_path: Path) -> None:
    names = ("biden.jpg", "astronaut.png")
    shots = [one for name in names for one in islice(made.moving(64, (480, 270), name=name), 16)]
    analysis = analyse(probe(made.write(tmp_path / "cut.mp4", shots)))
    assert analysis.cuts == (16,)
    assert [(run.first, run.end) for run in analysis.runs] == [(0, 16), (16, 32)]
    assert all(run.shown.min() == 1 for run in analysis.runs)
    assert len(analysis.people) == 2
