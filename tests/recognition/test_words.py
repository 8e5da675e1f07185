"""What the engine says about a face is said in the reader's language."""

import re

import pytest
from django.utils import translation

from recognition.engine.quality import _reasons
from recognition.engine.types import Pose
from recognition.words import reason_in_words

TURNED, TILTED = Pose(40, 0, 0), Pose(0, 40, 0)
EVERYTHING = {
    *_reasons(12, 0.1, 20, 40, TURNED),
    *_reasons(12, 0.1, 240, 40, TILTED),
    *_reasons(50, 1, 120, 5, TILTED),
}


def test_there_are_seven_kinds_of_reasons() -> None:
    assert len(EVERYTHING) == 7


@pytest.mark.parametrize("reason", sorted(EVERYTHING))
def test_each_reason_is_translated(reason: str) -> None:
    assert reason_in_words(reason) == reason
    with translation.override("zh-hans"):
        told = reason_in_words(reason)
    assert not re.search("[a-z]", told)
    assert re.findall(r"\d+", told) == re.findall(r"\d+", reason)
