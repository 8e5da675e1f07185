"""The documents are compared with the code, both ways: nothing is left out, and nothing is named that is gone."""

import re
from collections.abc import Iterator

from tests.photos import ROOT

DOCS = {path.name: path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))}
# What a stranger reads, by file name. The changelog and the decisions tell of the past as well, so they are left out.
TEXTS = {name: text for name, text in DOCS.items() if name != "decisions.md"} | {
    name: (ROOT / name).read_text() for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")
}
# The packages that are ours.
APPS = ("accounts", "faceswap_site", "recognition", "swaps")


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,6}} |\Z)", text, re.M | re.S)
    assert found is not None, f"there is no section {title!r}"
    return found[2]


def table(text: str) -> list[list[str]]:
    """The cells of a text's tables, row by row, headings left out."""
    kept: list[list[str]] = []
    for line in re.findall(r"^\|.*\|$", text, re.M):
        row = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if all(re.fullmatch(r":?-+:?", cell) for cell in row):
            kept.pop()  # the line before was the heading
        else:
            kept.append(row)
    return kept


def code(text: str) -> Iterator[str]:
    """Every piece of code: in the line, in a fence, or indented."""
    fences = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    rest = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.M | re.S)
    yield from fences
    yield from re.findall(r"^    \S.*$", rest, re.M)
    yield from re.findall(r"`([^`]+)`", rest)
