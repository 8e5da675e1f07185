"""The engine's pages: every call in them fits the function's signature, every option and mode is one, the code runs."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import numpy as np
import pytest

import recognition.engine
import swaps.engine
from recognition.engine import decode_photo
from recognition.engine.types import Mode
from tests.docs import DOCS, code, section, table
from tests.photos import sample

PAGES = ("engine.md", "live.md", "recognition.md")
ENGINES = (recognition.engine, swaps.engine)


def functions(text: str) -> dict[str, Callable[..., Any]]:
    """What a page may call: what both engines export, and what it imports or names by its module."""
    found = {name: getattr(engine, name) for engine in ENGINES for name in engine.__all__}
    for module, names in re.findall(r"^from ([\w.]+) import (.+)$", text, re.M):
        found |= {name: getattr(import_module(module), name) for name in names.split(", ")}
    for name, module in re.findall(r"`(\w+)\([^`]*\)` of `([\w.]+)`", text):
        found[name] = getattr(import_module(module), name)
    return found


def calls(text: str) -> Iterator[ast.Call]:
    """Every call in a page's code that can be parsed as Python."""
    for piece in code(text):
        try:
            tree = ast.parse(piece.replace("...", "None"))
        except SyntaxError:
            continue
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))


@pytest.mark.parametrize("page", PAGES)
def test_every_call_fits_its_function(page: str) -> None:
    known = functions(DOCS[page])
    for call in calls(DOCS[page]):
        name = ast.unparse(call.func)
        if name in known:
            given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
            inspect.signature(known[name]).bind(*call.args, **given)
        else:
            assert name in {"open", "print"}, f"{page} calls {name}, which no engine has"


@pytest.mark.parametrize("engine", ENGINES)
def test_every_function_that_an_engine_exports_has_its_place(engine: ModuleType) -> None:
    exported = {name for name in engine.__all__ if callable(getattr(engine, name)) and name.islower()}
    assert len(exported) > 7
    assert {name for name in exported if not re.search(rf"\b{name}\b", DOCS["engine.md"])} == set()


def test_every_module_that_a_page_names_is_there() -> None:
    names = {
        name for page in PAGES for name in re.findall(r"\b((?:recognition|swaps)\.engine(?:\.\w+)*)\b", DOCS[page])
    }
    assert len(names) >= 4
    for name in names:
        import_module(name)


def fences(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", DOCS[page], re.M | re.S)


def test_the_code_for_a_swap_swaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, person in (("me.jpg", "obama.jpg"), ("party.jpg", "biden.jpg")):
        Path(name).write_bytes(sample(person).read_bytes())
    exec(fences("engine.md")[0], {})
    result, target = (decode_photo(Path(name).read_bytes()).rgb for name in ("result.jpg", "party.jpg"))
    assert result.shape == target.shape and not np.array_equal(result, target)


def test_the_code_for_film_changes_every_frame() -> None:
    before = decode_photo(sample("biden.jpg").read_bytes()).rgb
    frames = [before.copy(), before.copy()]
    exec(fences("engine.md")[1], {"face_rgb": decode_photo(sample("obama.jpg").read_bytes()).rgb, "frames": frames})
    assert all((frame != before).any() for frame in frames)
    assert np.array_equal(frames[0], frames[1])


def test_no_other_code_is_left_unrun() -> None:
    assert [len(fences(page)) for page in PAGES] == [2, 0, 0]


def test_the_modes_of_finding_are_those_in_the_table() -> None:
    assert {row[0].strip("`") for row in table(section(DOCS["engine.md"], "Faces"))} == set(get_args(Mode))


def test_the_reasons_against_a_swap_are_those_in_the_table_with_what_they_cost() -> None:
    rows = table(section(DOCS["engine.md"], "How well it will go"))
    costs = {code: doubt.costs for code, doubt in import_module("swaps.engine.fit").DOUBTS.items()}

    assert tuple(row[0].strip("`") for row in rows) == swaps.engine.REASONS
    assert {row[0].strip("`"): float(row[3]) for row in rows} == costs
