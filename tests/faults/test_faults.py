"""One round of the faults that `make faults` repeats: what was accepted is done once, whatever dies."""

from pathlib import Path

import pytest

from .batch_story import batch_with_broken_photos
from .stories import WORKER_POINTS, worker_killed

pytestmark = [pytest.mark.again, pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("faults")]


def test_a_worker_killed_at_any_point_of_a_job_loses_nothing_and_charges_once(tmp_path: Path) -> None:
    row = worker_killed(tmp_path, 1)
    assert row.faults == len(WORKER_POINTS)
    assert row.ok, row.books


def test_a_batch_gives_all_it_can_and_says_why_not_of_the_rest_though_workers_die(tmp_path: Path) -> None:
    facts = batch_with_broken_photos(tmp_path, 10, timed=1)
    assert {name: facts[name] for name in ("results", "sentences", "points", "archive", "whole")} == {
        "results": 9,
        "sentences": 1,
        "points": 18,
        "archive": 9,
        "whole": True,
    }
    assert facts["books"]["status"] == {"done": facts["accepted"]}
    assert not any(facts["books"][name] for name in ("charged wrongly", "accounts out of balance", "orphan files"))
