"""Decisions have dates in their order, and one that was changed names a later one that is there."""

import re
from datetime import date
from itertools import pairwise

from tests.docs import DOCS

PARAGRAPHS = DOCS["decisions.md"].split("\n\n")[2:]
TITLED = re.compile(r"\*\*(\d{4}-\d\d-\d\d) · ([^*]+?)[.?!]\*\* \S")
HEADS = [TITLED.match(paragraph) for paragraph in PARAGRAPHS]


def test_every_paragraph_has_a_date_and_a_title_and_they_are_in_order() -> None:
    assert [paragraph[:60] for paragraph, head in zip(PARAGRAPHS, HEADS, strict=True) if head is None] == []
    dates = [date.fromisoformat(head[1]) for head in HEADS if head]
    assert len(dates) > 70
    assert all(before <= after for before, after in pairwise(dates))


def test_a_changed_one_names_a_later_one() -> None:
    titles = [head[2] for head in HEADS if head]
    changed = [
        (place, re.findall(r"^\*Changed by “(.+?)”", text, re.M | re.S)) for place, text in enumerate(PARAGRAPHS)
    ]
    assert sum(len(names) for _place, names in changed) > 5
    for place, names in changed:
        assert [name for name in names if name not in titles[place + 1 :]] == []


def test_no_title_stands_twice() -> None:
    titles = [head[2] for head in HEADS if head]
    assert len(titles) == len(set(titles))
