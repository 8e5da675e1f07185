"""One round of the faults that `make faults` repeats: what was accepted is done once, whatever dies."""

from pathlib import Path

import pytest

from .stories import WORKER_POINTS, worker_killed

pytestmark = [pytest.mark.again, pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("faults")]


def test_a_worker_killed_at_any_point_of_a_job_loses_nothing_and_charges_once(tmp_path: Path) -> None:
    row = worker_killed(tmp_path, 1)
    assert row.faults == len(WORKER_POINTS)
    assert row.ok, row.books
