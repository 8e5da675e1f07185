"""The options of a swap: the engine's own, and where pages, forms and protocols offer them."""

import re
import runpy
from dataclasses import MISSING, fields
from typing import get_args, get_type_hints

import pytest

from swaps.api.requests import OPTIONS
from swaps.engine import SwapOptions
from swaps.engine.fit import REASONS
from swaps.engines.choice import NAMES as ENGINE_OPTIONS
from swaps.live.hub import _LIVE_OPTIONS as LIVE
from swaps.results.verdict import REASONS as VERDICTS
from swaps.studio.forms import OptionForm
from tests.docs import DOCS, section, table
from tests.photos import ROOT

ENGINE = {field.name: field.default for field in fields(SwapOptions)}
ROWS = {row[0].strip("`"): row for row in table(section(DOCS["engine.md"], "Options"))}


def test_the_table_has_every_option_and_no_other() -> None:
    assert MISSING not in ENGINE.values()
    assert list(ROWS) == list(ENGINE)


@pytest.mark.parametrize("option", ENGINE)
def test_values_and_default_are_those_of_the_engine(option: str) -> None:
    _name, values, default, _picture = ROWS[option]
    choices = get_args(get_type_hints(SwapOptions)[option])
    assert re.findall(r"`(\w+)`", values) == list(choices)
    if choices:
        assert default == f"`{ENGINE[option]}`"
    elif isinstance(ENGINE[option], bool):
        assert default == ("yes" if ENGINE[option] else "no")
    else:
        assert values.startswith("0 to 1:") and float(default) == ENGINE[option]


def test_each_has_a_picture() -> None:
    pictures = runpy.run_path(str(ROOT / "docs" / "pictures.py"))["PICTURES"]
    assert list(pictures) == list(ENGINE)
    assert [row[3].partition(".")[0] for row in ROWS.values()] == list(ENGINE)


def test_the_studio_and_the_api_offer_them_all() -> None:
    assert set(OptionForm.base_fields) - {"adjusted", "label"} == set(ENGINE)
    assert set(OPTIONS["properties"]) - {"label"} == set(ENGINE) | ENGINE_OPTIONS
    assert {name for name in ENGINE_OPTIONS if f"`{name}`" not in DOCS["engines.md"]} == set()


def test_what_speaks_against_a_swap_is_listed_in_the_words_of_the_pages() -> None:
    rows = table(section(DOCS["api.md"], "How real it looks"))
    assert rows == [[code, str(words)] for code, words in VERDICTS.items()]
    assert list(VERDICTS) == list(REASONS)


def test_the_live_protocol_documents_those_that_it_takes() -> None:
    (row,) = [row for row in table(section(DOCS["live.md"], "Events")) if row[0] == "`set_options`"]
    assert set(re.findall(r'"(\w+)": ', row[1])) == LIVE | {"engine"}
    assert LIVE - {"label"} < set(ENGINE)
