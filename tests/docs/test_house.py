"""CONTRIBUTING's table of rooms is the tree, each room says what it is, and files that are named are there."""

import ast
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs import APPS, DOCS, TEXTS, code, section, table
from tests.photos import ROOT

# Folders that Django or a package wants there.
GIVEN = {"management", "commands", "migrations", "templatetags"}
ROOMS = {
    str(path.parent.relative_to(ROOT))
    for app in APPS
    for path in (ROOT / app).rglob("__init__.py")
    if not GIVEN & set(path.parts)
}
ROWS = table(section((ROOT / "CONTRIBUTING.md").read_text(), "Where a thing belongs"))


def test_every_room_has_its_row_and_no_other() -> None:
    rows = {room for cells in ROWS for room in re.findall(r"`([\w/]+)`", cells[0])} - {"templates", "static"}
    # The folders of published APIs are named in the row of the room they lie in.
    assert rows == {room for room in ROOMS if "/dialects/" not in room}


def test_what_a_row_names_is_in_that_room() -> None:
    for cells in ROWS:
        room = ROOT / cells[0].strip("`")
        for name in re.findall(r"`([a-z_]\w+)`", cells[1]) if room.is_dir() else ():
            assert (room / f"{name}.py").exists() or (room / name).is_dir(), f"{cells[0]} has no {name}"


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_says_what_it_is(room: str) -> None:
    words = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text()))
    assert words and len(words.splitlines()[0]) > 20


@pytest.mark.parametrize("page", [*TEXTS, "decisions.md"])
def test_a_file_that_a_page_names_is_there(page: str) -> None:
    text = (TEXTS | DOCS)[page]
    folder = ROOT / "docs" if page in DOCS else ROOT
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (folder / target).exists(), f"{page} links to {target}"
    pattern = r"(?<![\w./-])((?:accounts|docs|faceswap_site|recognition|static|swaps|templates|tests)/[\w./-]*\w)"
    for name in set(re.findall(pattern, text)) - {"tests/output"}:
        assert (ROOT / name).exists(), f"{page} names {name}"


def test_the_readme_is_short_and_shows_a_picture_of_our_own() -> None:
    text = TEXTS["README.md"]
    assert len(text.splitlines()) < 120
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    drawn = Path(ROOT, picture).read_text()
    assert drawn.startswith("<svg") and "prefers-color-scheme: dark" in drawn
    assert "<image" not in drawn and 'href="http' not in drawn and "<script" not in drawn


def test_the_dialects_in_the_readme_are_those_of_their_page() -> None:
    rows = [row[0] for row in table(section(TEXTS["README.md"], "For programs"))]
    pages = re.findall(r"^## ([\w ]+): ", DOCS["dialects.md"], re.M)
    assert [row.lower() for row in rows] == [page.lower() for page in pages] + ["live"]
    assert any("/upload_source" in piece for piece in code(TEXTS["README.md"]))


@pytest.mark.parametrize("file", ["docs/deploy.md", "Dockerfile", "compose.yaml", "CHANGELOG.md", "docs/decisions.md"])
def test_a_module_that_is_named_by_its_dotted_path_is_there(file: str) -> None:
    pattern = r"\b((?:accounts|faceswap_site|recognition|swaps)(?:\.[a-z_]\w*)+)(?::(\w+))?"
    gone = {"faceswap_site.wsgi"}  # of which the changelog tells that
    for path, attribute in re.findall(pattern, (ROOT / file).read_text()):
        if path not in gone and not path.endswith((".md", ".py", ".example.org")):
            module, _, name = path.rpartition(".")
            assert find_spec(path) or hasattr(import_module(module), name), f"{file} names {path}"
            assert not attribute or hasattr(import_module(path), attribute), f"{file} names {path}:{attribute}"
