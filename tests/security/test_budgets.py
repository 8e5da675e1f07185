"""Every address has a budget: what it takes in is bounded by that, and the worst that is sent stays within it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faceswap_site.ops.body_limits import limit_of
from recognition.photos.pixel_budgets import PHOTOS_A_REQUEST
from tests.photos import ROOT, SAMPLES
from tests.prepared import prepared

from . import budgets
from .addresses import address
from .budgets import BUDGETS, Budget
from .conftest import World
from .table import TABLE
from .test_who_may_do_what import parts_of

KINDS = {name: value for name, value in vars(budgets).items() if isinstance(value, Budget)}
# What LOOK does with several photos, these do with one.
NOT_RUN = {"CHOICE", "LIVE_FACE"}


def test_every_address_has_a_budget_for_each_of_its_methods() -> None:
    assert {route: set(row) for route, row in BUDGETS.items()} == {route: set(row) for route, row in TABLE.items()}


def test_every_kind_is_some_addresses() -> None:
    used = [budget for row in BUDGETS.values() for budget in row.values()]
    assert [name for name, budget in KINDS.items() if budget not in used] == []


def test_no_address_takes_in_more_or_less_than_its_budget(world: World) -> None:
    wrong = {}
    for route, row in BUDGETS.items():
        path = address(route, parts_of(route, world))
        limit = limit_of({"path": path, "headers": [(b"cookie", b"sessionid=1")]})
        if row and limit.size != max(budget.body for budget in row.values()):
            wrong[route] = limit.size
    assert wrong == {}


def test_a_request_decodes_as_many_photos_as_the_largest_budget_says() -> None:
    assert max(budget.photos for budget in KINDS.values()) == PHOTOS_A_REQUEST


@pytest.mark.long
@pytest.mark.timeout(600)  # half a minute of a core, which others may want too
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="bounds a process's memory as Linux does")
def test_the_worst_that_is_sent_stays_within_its_budget(tmp_path: Path) -> None:
    data = shutil.copytree(prepared(), tmp_path / "site")
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"DATA_DIR": str(data), "SECRET_KEY": "only-for-tests", "SAMPLES_DIR": str(SAMPLES)}
    environment |= {"DJANGO_SETTINGS_MODULE": "faceswap_site.settings"}
    command = [sys.executable, "-m", "tests.security.worst_cases", str(data)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=590, check=False)
    cases: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 0, done.stderr[-3000:]
    assert {case["kind"] for case in cases} == KINDS.keys() - NOT_RUN
    assert [case for case in cases if case["status"] != case["wanted"]] == [], done.stderr[-3000:]
    assert [case for case in cases if case["seconds"] > KINDS[case["kind"]].seconds] == []
