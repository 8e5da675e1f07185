"""The table of guards speaks of the code as it is; whether a test notices each is asked by `make mutations`."""

import pytest

from .__main__ import ROOT
from .guards import GUARDS, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_stands_where_the_table_says(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text().count(guard.old) == 1
