"""The house: who may import whom, how many modules lie in a room, and that each is worth a file."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.photos import ROOT

APPS = {"accounts": 10, "faceswap_site": 6, "recognition": 10, "swaps": 10}
MODULES = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
SHORT = {"__init__.py", "apps.py", "urls.py"}


def test_each_package_imports_only_from_those_below_it() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def imports_inside_functions(path: Path) -> Iterator[str]:
    """Where a function imports, and neither that line nor one above it, with only imports between, says why."""
    source = path.read_text()
    lines = source.splitlines()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    above = [line.strip() for line in lines[: node.lineno - 1]]
                    while above and above[-1].startswith(("import ", "from ")):
                        above.pop()
                    said = (*above[-1:], *(line.partition("  ")[2] for line in [lines[node.lineno - 1].strip()]))
                    if not any(words.startswith("# ") and not words.startswith("# noqa") for words in said):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}"


def test_an_import_inside_a_function_has_its_reason_beside_it() -> None:
    assert len(MODULES) > 200
    assert [place for path in MODULES for place in imports_inside_functions(path)] == []


@pytest.mark.parametrize(("app", "most"), APPS.items())
def test_a_package_opens_on_few_modules(app: str, most: int) -> None:
    assert len([path for path in (ROOT / app).glob("*.py") if path.name != "__init__.py"]) <= most


def test_a_module_is_worth_a_file() -> None:
    assert [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.name not in SHORT and len(path.read_text().split("\n")) < 16
    ] == []
