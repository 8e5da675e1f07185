"""The strings that are marked for translation, read out of the sources; no gettext program is needed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "faceswap_site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
APPS = ("accounts", "faceswap_site", "recognition", "swaps")
FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}


@dataclass
class Entry:
    """One entry of a .po file."""

    msgctxt: str = ""
    msgid: str = ""
    msgid_plural: str = ""
    msgstr: str = ""
    fuzzy: bool = False


def marked_strings() -> set[str]:
    """All strings of the pages, forms, letters and errors that are marked."""
    return {text for text in (*_of_templates(), *_of_code()) if text.strip()}


def _of_templates() -> Iterator[str]:
    for path in (ROOT / "templates").rglob("*.*"):
        template = Template(path.read_text())
        for node in template.nodelist.get_nodes_by_type(TranslateNode):
            assert isinstance(node, TranslateNode)
            if not node.filter_expression.filters and not hasattr(node.filter_expression.var, "lookups"):
                yield str(node.filter_expression.var)
            elif literal := getattr(node.filter_expression.var, "literal", None):
                yield str(literal)
        for block in template.nodelist.get_nodes_by_type(BlockTranslateNode):
            assert isinstance(block, BlockTranslateNode)
            yield block.render_token_list(block.singular)[0]


def _of_code() -> Iterator[str]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _name(node.func) in FUNCTIONS and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield first.value


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def entries(po: Path = PO) -> list[Entry]:
    """A catalogue as it is written, its header left aside."""
    found = []
    for block in po.read_text().split("\n\n"):
        entry, field = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry.fuzzy = "fuzzy" in line
            elif not line.startswith("#"):
                name, _space, rest = line.partition(" ")
                field, text = (field, line) if line.startswith('"') else (name.partition("[")[0], rest)
                setattr(entry, field, getattr(entry, field) + ast.literal_eval(text))
        if entry.msgid:
            found.append(entry)
    return found
