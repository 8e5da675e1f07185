"""The codes of errors: what the code raises, what docs/api.md lists and what /developers/ shows are one catalogue."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.test import Client

from faceswap_site.lib.error_catalogue import CATALOGUE, PUBLISHED, UNPUBLISHED
from swaps.dialects.acedata.wire import ERRORS as ACEDATA
from tests.photos import ROOT

APPS = ("accounts", "faceswap_site", "recognition", "swaps")
PLACE = re.compile(r"%\((\w+)\)")


@dataclass(frozen=True)
class Raised:
    """One place in the source where an error is made; `given` is None where that can't be read off."""

    where: str
    code: str
    case: str | None
    given: frozenset[str] | None


@cache
def sources() -> list[tuple[str, ast.Module]]:
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in paths]


@cache
def classes() -> dict[str, str]:
    """Every class of errors with its code, which it may have from the one that it is made of."""
    found, before = {"DomainError": ""}, -1
    while len(found) != before:
        before = len(found)
        for node in (node for _where, tree in sources() for node in ast.walk(tree)):
            bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
            if isinstance(node, ast.ClassDef) and bases and bases[0] in found and node.name != "StoredError":
                own = [text for line in node.body for text in re.findall("^code = '(.+)'$", ast.unparse(line))]
                found[node.name] = own[0] if own else found[bases[0]]
    return found


def raised() -> Iterator[Raised]:
    for path, tree in sources():
        for node in ast.walk(tree):
            where = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Raise) and (code := classes().get(name_of(node.exc))):
                yield Raised(where, code, "", frozenset())
            told_again = isinstance(node, ast.Call) and bool(node.args) and not isinstance(node.args[0], ast.Constant)
            if isinstance(node, ast.Call) and name_of(node.func) in classes() and not told_again:
                yield made(node, where)


def made(call: ast.Call, where: str) -> Raised:
    name, texts = name_of(call.func), [one.value for one in call.args if isinstance(one, ast.Constant)]
    named = {one.arg: one.value for one in call.keywords}
    case = named.get("case", ast.Constant(""))
    if name == "BadRequest":
        case = call.args[0]
    return Raised(
        where,
        classes()[name] or str(texts[0]),
        str(case.value) if isinstance(case, ast.Constant) else None,
        None if None in named else frozenset(str(arg) for arg in named),
    )


def name_of(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def documented() -> dict[str, int]:
    text = (ROOT / "docs" / "api.md").read_text()
    found: dict[str, int] = {}
    for status, row in re.findall(r"^\| (\d{3}) \| (.*) \|$", text, re.MULTILINE):
        found |= dict.fromkeys(re.split(r",\s*", row.rpartition(": ")[2]), int(status))
    return found


def test_the_docs_list_every_code_with_its_status_and_no_other() -> None:
    assert documented() == {code: entry.status for code, entry in PUBLISHED.items()}
    assert not PUBLISHED.keys() & UNPUBLISHED.keys()


def test_every_error_that_is_made_has_its_sentence_and_fills_it() -> None:
    found = list(raised())
    assert len(found) > 100
    for one in found:
        assert one.code in CATALOGUE, one
        if one.case is not None and one.given is not None and one.code != "not_enough_points":
            given = one.given | ({"time"} if "retry_after" in one.given else set())
            assert one.case in CATALOGUE[one.code].sentences, one
            assert set(PLACE.findall(CATALOGUE[one.code].sentences[one.case])) <= given, one


def test_no_code_and_no_sentence_is_left_over() -> None:
    assert CATALOGUE.keys() - {one.code for one in raised()} - set(classes().values()) == set()
    texts = {
        node.value
        for path, tree in sources()
        if not path.endswith("lib/error_catalogue.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
    }
    cases = {case for entry in CATALOGUE.values() for case in entry.sentences}
    assert len(cases) > 60 and cases - texts == set()


def test_what_others_published_knows_no_code_that_is_none_of_ours() -> None:
    assert ACEDATA.keys() <= PUBLISHED.keys()


def test_the_page_for_developers_shows_them(client: Client, db: None) -> None:
    text = client.get("/developers/").content.decode()
    assert [code for code in PUBLISHED if f'id="error-{code}"' not in text] == []
