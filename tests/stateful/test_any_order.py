"""Whatever people, programs, workers and crashes do in whichever order: points, files, limits and privacy hold.

HYPOTHESIS_PROFILE=thorough tries many more orders, and other ones each time.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from .clock import Clock
from .machine import Site, lower_limits

PROFILES = {
    # The same orders every time, so that nobody's change fails for what it didn't touch.
    "quick": hypothesis_settings(max_examples=25, stateful_step_count=30, derandomize=True, database=None),
    "thorough": hypothesis_settings(max_examples=1000, stateful_step_count=50, print_blob=True),
}
PROFILE = hypothesis_settings(
    PROFILES[os.environ.get("HYPOTHESIS_PROFILE", "quick")],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.timeout(
    7200 if "HYPOTHESIS_PROFILE" in os.environ else 600
)  # where one fails, a shorter one is looked for
def test_any_order_of_events_keeps_what_must_hold(
    own_files: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    lower_limits(monkeypatch, settings)
    clock = Clock(monkeypatch)

    def site() -> Site:
        return Site(clock)

    make: Any = site  # it is called as the class would be
    run_state_machine_as_test(make, settings=PROFILE)
