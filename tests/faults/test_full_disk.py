"""A disk that is really full, under real processes: what was accepted is done once, the rest is refused in words."""

from pathlib import Path
from typing import Any

import pytest

from .tiny_disk import told_in_a_namespace, why_not

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]
REFUSED = {"status": 507, "code": True, "sentence": True, "traceback": False}


@pytest.fixture(autouse=True)
def able() -> None:
    if reason := why_not():
        pytest.skip(reason)  # in CI too: where it may not be mounted, there is no disk to fill


def check(books: dict[str, Any], **status: int) -> None:
    assert books["status"] == status
    for wrong in ("charged wrongly", "accounts out of balance", "orphan files", "missing files"):
        assert books[wrong] == 0, books


def test_uploads_are_refused_in_words_and_nothing_of_them_is_left(tmp_path: Path) -> None:
    facts = told_in_a_namespace("uploads", tmp_path)
    (heard,) = facts["heard"]
    assert heard.pop("left behind") == {}
    without_code = {name: answer for name, answer in heard.items() if answer != REFUSED}
    # The part of a page that the script shows has a sentence alone.
    assert without_code == {"script": REFUSED | {"code": False}}
    check(facts["books"], done=facts["accepted"])


def test_results_wait_for_room_and_are_written_once(tmp_path: Path) -> None:
    facts = told_in_a_namespace("results", tmp_path)
    assert facts["on the way"] == []
    assert facts["books"]["attempts"] >= 2
    check(facts["books"], done=facts["accepted"])


def test_jobs_that_never_find_room_fail_and_cost_nothing(tmp_path: Path) -> None:
    facts = told_in_a_namespace("no_end", tmp_path)
    assert [error["code"] for error in facts["errors"]] == ["too_many_attempts"] * 2
    assert facts["left"] == []
    check(facts["books"], failed=2)
    check(facts["again"], failed=2, done=1)


def test_a_full_database_refuses_in_words_and_goes_on_by_itself(tmp_path: Path) -> None:
    facts = told_in_a_namespace("database", tmp_path)
    assert facts["heard"] == [{"program": REFUSED, "page": REFUSED}]
    assert facts["reads"] == 200
    assert facts["whole"] == "ok"
    check(facts["books"], done=facts["accepted"])
