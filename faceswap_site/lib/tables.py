"""Tables for spreadsheets (CSV)."""

import csv
import unicodedata
from collections.abc import Iterable
from typing import Any

FORMULAS = "=+-−@"


def write_table(file: Any, rows: Iterable[Iterable[object]]) -> None:
    """Write rows as CSV into whatever has `write`; no text in it is taken for a formula."""
    writer = csv.writer(file)
    writer.writerows([_plain(value) if isinstance(value, str) else value for value in row] for row in rows)


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula: they skip spaces and marks before it, and know wide signs too."""
    for character in text:
        if unicodedata.category(character)[0] not in "ZC":
            return f"'{text}" if unicodedata.normalize("NFKC", character)[:1] in FORMULAS else text
    return text
