"""The tables of guards speak of the code as it is; whether a test notices each is asked by `make mutations`."""

import shlex

import pytest

from .guards import GUARDS, ROOT, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_stands_where_its_row_says(guard: Guard) -> None:
    assert guard.without()
    assert (ROOT / shlex.split(guard.tests)[0]).is_file()


def test_each_guard_has_a_name_of_its_own() -> None:
    names = [guard.name for guard in GUARDS]
    assert sorted(set(names)) == sorted(names)
