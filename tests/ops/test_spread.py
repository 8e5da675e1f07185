"""Tests that share a running site go to one process, where the run is spread over several; else each starts its own."""

import pytest


@pytest.mark.xdist_group("together")
def test_groups_hold(request: pytest.FixtureRequest) -> None:
    spread_by_group = bool(getattr(request.config.option, "loadgroup", False))
    assert request.node.nodeid.endswith("@together") == spread_by_group
