"""Commands: what manage.py and make can do, and what the pages say."""

import argparse
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.docs import APPS, DOCS, TEXTS, code, section, table
from tests.photos import ROOT

OURS = {
    path.stem for app in APPS for path in (ROOT / app).rglob("management/commands/*.py") if path.name != "__init__.py"
}
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[0].split())


def calls(text: str) -> list[tuple[str, str]]:
    """Each `manage.py COMMAND …` in the code of a text: the command and what follows."""
    return [
        (found[1], found[2])
        for piece in code(text)
        for found in re.finditer(r"manage\.py (\w+)((?: [^\n&|#;]*)?)", piece.replace("\\\n", " "))
    ]


def test_every_command_is_in_the_table_and_no_other() -> None:
    named = [re.findall(r"^`(?:manage\.py )?(\w+)", row[0])[0] for row in table(section(DOCS["deploy.md"], "Commands"))]
    assert len(OURS) > 12
    assert sorted(named) == sorted(OURS)


def inner_parsers(action: argparse.Action) -> Iterable[argparse.ArgumentParser]:
    """Of a command that has commands of its own."""
    return action.choices.values() if isinstance(action, argparse._SubParsersAction) else ()


@pytest.mark.parametrize("page", TEXTS)
def test_a_command_in_a_page_is_there_and_knows_its_options(page: str) -> None:
    commands = get_commands()
    for command, rest in calls(TEXTS[page]):
        assert command in commands, f"{page}: {command}"
        parser = load_command_class(commands[command], command).create_parser("manage.py", command)
        parsers = [parser, *(inner for action in parser._actions for inner in inner_parsers(action))]
        known = {option for each in parsers for action in each._actions for option in action.option_strings}
        assert set(re.findall(r"(?<!\S)\[?(--?[a-z][\w-]*)", rest)) <= known, f"{page}: {command}{rest}"


def test_every_target_is_in_a_page_and_no_other() -> None:
    named = {name for text in TEXTS.values() for piece in code(text) for name in re.findall(r"\bmake ([a-z-]+)", piece)}
    assert named == TARGETS
    rules = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.M))
    assert rules == TARGETS


def test_modules_that_are_run_are_there() -> None:
    named = {name for text in TEXTS.values() for name in re.findall(r"-m (tests[\w.]*)", text)}
    assert len(named) >= 3
    for name in named:
        path = Path(ROOT, *name.split("."))
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), name
