"""The codes of errors: what the code raises, what docs/api.md lists and what /developers/ shows are one list."""

import ast
import re
from collections.abc import Iterator

from django.test import Client

from faceswap_site.lib.api.problems import DEFAULT_STATUS, STATUS, UNPROCESSABLE
from faceswap_site.lib.http.bodies import _WORDS as REFUSED_UNREAD
from tests.photos import ROOT

# Raised on pages, in commands or on the live page's own protocol, and never answered by an API.
NO_ANSWERS = {
    *("error", "cancelled", "invalid_output", "invalid_amount", "bad_frame"),
    *("no_scope", "no_name", "too_many_keys", "guest_account"),
    *("cannot_merge", "not_allowed", "not_own_face", "not_done", "taken_down", "too_small", "face_not_there"),
    *("too_many", "required", "face_error"),
}
PUBLISHED = STATUS | dict.fromkeys(UNPROCESSABLE, DEFAULT_STATUS)
APPS = ("accounts", "faceswap_site", "recognition", "swaps")


def texts(node: ast.AST) -> Iterator[str]:
    yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def codes(node: ast.AST) -> Iterator[str]:
    """The codes that a piece of the source names: of a class, or of a raise."""
    if isinstance(node, ast.ClassDef):
        for line in node.body:
            if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code":
                yield from texts(line.value)
    elif isinstance(node, ast.Call):
        schema = isinstance(node.func, ast.Name) and node.func.id == "obj"
        for given in node.keywords:
            if given.arg == "code" and not schema and not isinstance(given.value, ast.Subscript):
                yield from texts(given.value)


def raised() -> set[str]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    found = {code for path in files for node in ast.walk(ast.parse(path.read_text())) for code in codes(node)}
    return found | {code for code, _words in REFUSED_UNREAD.values()}


def documented() -> dict[str, int]:
    text = (ROOT / "docs" / "api.md").read_text()
    found: dict[str, int] = {}
    for status, row in re.findall(r"^\| (\d{3}) \| (.*) \|$", text, re.MULTILINE):
        found |= dict.fromkeys(re.split(r",\s*", row.rpartition(": ")[2]), int(status))
    return found


def test_the_docs_list_every_code_with_its_status_and_no_other() -> None:
    assert documented() == PUBLISHED


def test_every_code_that_is_raised_is_published_or_known_to_stay_inside() -> None:
    assert len(raised()) > 40
    assert raised() - PUBLISHED.keys() - NO_ANSWERS == set()
    assert PUBLISHED.keys() - raised() == set()
    assert NO_ANSWERS - raised() == set()


def test_the_page_for_developers_shows_them(client: Client, db: None) -> None:
    text = client.get("/developers/").content.decode()
    assert [code for code in PUBLISHED if f'id="error-{code}"' not in text] == []
