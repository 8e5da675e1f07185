"""A guard is found whatever its wording, and never guessed."""

import pytest

from .changes import Change, assign, changed, drop, drop_entry, drop_terms, never, returns

WORDED = """
def open_door(key, doors):
    if key is None or key.worn:  # as it was
        raise DoorShut(_("This key opens nothing."))
    return doors.get(pk=key.door, owner=key.owner)


def close_door(key):
    key.doors.clear()
"""
REWORDED = """
def open_door(key: Key | None, doors: Doors) -> Door:
    if (
        not key
        or key.worn
    ):
        reason = _("There is no such door.")
        raise DoorShut(reason)
    return doors.get(owner=key.owner, pk=key.door)
"""


@pytest.mark.parametrize("source", [WORDED, REWORDED])
@pytest.mark.parametrize(
    ("change", "gone", "there"),
    [
        (never("DoorShut"), "key.worn", "if False:"),
        (drop_terms("worn"), "key.worn", "DoorShut"),
        (drop_entry("owner"), "key.owner", "pk=key.door"),
        (returns("key", "get"), "doors.get", "return key"),
    ],
)
def test_a_guard_is_found_however_it_is_worded(source: str, change: Change, gone: str, there: str) -> None:
    after = changed(source, "open_door", change)
    assert gone in source and gone not in after
    assert there in after


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("open_window", never("DoorShut")),  # no such function
        ("open_door", drop("knock")),  # no such place
        ("", drop("key")),  # two of them
        ("open_door", returns("owner", "get")),  # a name that means nothing there
        ("open_door", returns("doors.get(pk=key.door, owner=key.owner)", "get")),  # as it is
    ],
)
def test_a_guard_is_not_guessed(where: str, change: Change) -> None:
    with pytest.raises(LookupError):
        changed(WORDED, where, change)


def test_a_constant_is_told_from_what_stands_in_a_function() -> None:
    source = "LIMIT = 5\n\ndef open_door():\n    LIMIT = 6\n"
    assert changed(source, "LIMIT", assign("LIMIT", "0")).startswith("LIMIT = 0")
    assert changed(source, "open_door", assign("LIMIT", "0")).startswith("LIMIT = 5")
