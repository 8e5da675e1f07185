"""What is wrong with a request that isn't as its schema says: the field's name and what is wanted, in own sentences.

Nothing of a value is repeated, which may be a whole photo in base64; names of fields that nobody knows are.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from jsonschema.exceptions import ValidationError

from .problems import BadRequest

# A schema with a pattern says here in words what its text must be; they stand after "`field` must be".
WANTED = "x-wanted"
KINDS = {
    "string": gettext_noop("a text"),
    "integer": gettext_noop("a whole number"),
    "number": gettext_noop("a number"),
    "boolean": gettext_noop("true or false"),
    "array": gettext_noop("a list"),
    "object": gettext_noop("a JSON object"),
    "null": gettext_noop("null"),
}
BOUNDS = {
    "array": ("minItems", "maxItems"),
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
}
MOST_LETTERS = 60  # of a field's name that a stranger thought of


def bad_request(error: ValidationError) -> BadRequest:
    """An error of jsonschema's as one of ours, with a pointer (RFC 6901) to the place."""
    path = list(error.absolute_path)
    if error.validator == "required":
        return _missing(error, path)
    if error.validator == "additionalProperties":
        return _unknown(error, path)
    wanted = _several(error) or wanted_of(error.schema)
    if not path:
        return BadRequest("body", "/", wanted=wanted)
    return BadRequest("field", pointer_to(path), field=_named(path), wanted=wanted)


def unknown_parameter(name: str, known: Iterable[str]) -> BadRequest:
    """The same for the query of an address."""
    shown = name[:MOST_LETTERS]
    if near := get_close_matches(name, list(known), 1):
        return BadRequest("mistyped_parameter", pointer_to([name]), field=shown, near=near[0])
    return BadRequest("unknown_parameter", pointer_to([name]), field=shown)


def unknown_field(name: str, known: Iterable[str], path: Iterable[str | int] = ()) -> BadRequest:
    """For a field that nobody reads: where its sender mistyped it, what it does would be missed in silence."""
    pointer, shown = pointer_to([*path, name]), _named([*path, name])
    if near := get_close_matches(name, list(known), 1):
        return BadRequest("mistyped_field", pointer, field=shown, near=near[0])
    return BadRequest("unknown_field", pointer, field=shown)


def missing_field(names: Sequence[str], path: Iterable[str | int] = ()) -> BadRequest:
    """For a field that is needed; of several names any one will do."""
    shown = [_named([*path, name]) for name in names]
    if len(shown) == 1:
        return BadRequest("missing", pointer_to([*path, *names]), field=shown[0])
    return BadRequest("all_missing", pointer_to(path), fields=", ".join(f"`{n}`" for n in shown))


def pointer_to(path: Iterable[str | int]) -> str:
    parts = [str(part)[:MOST_LETTERS].replace("~", "~0").replace("/", "~1") for part in path]
    return "/" + "/".join(parts)


def wanted_of(schema: Mapping[str, Any]) -> str:
    """What a schema takes, as words that stand after "must be"."""
    if WANTED in schema:
        return _(schema[WANTED])
    if "const" in schema or "enum" in schema:
        values = ", ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
        return _("one of: %(values)s") % {"values": values}
    kind = schema.get("type", "")
    if isinstance(kind, list):
        return _(" or ").join(wanted_of({**schema, "type": one}) for one in kind)
    words = _(KINDS[kind]) if kind in KINDS else _("as the reference at /api/docs says")
    return _bounded(words, kind, schema)


def _bounded(words: str, kind: str, schema: Mapping[str, Any]) -> str:
    """The words for a kind with the bounds that its schema sets."""
    names = BOUNDS.get(kind, ())
    if not any(name in schema for name in names):
        return words
    least, most = (f"{schema[name]:.10g}" if name in schema else "" for name in names)
    if kind == "array":
        return _("%(what)s of %(range)s entries") % {"what": words, "range": _range(least, most)}
    if kind == "string":
        return _("%(what)s of %(range)s characters") % {"what": words, "range": _range(least, most)}
    if least and most:
        return _("%(what)s from %(least)s to %(most)s") % {"what": words, "least": least, "most": most}
    return " ".join(filter(None, (words, _range(least, most))))


def _range(least: str, most: str) -> str:
    if least and most:
        return _("%(least)s to %(most)s") % {"least": least, "most": most}
    if least:
        return _("at least %(least)s") % {"least": least}
    return _("at most %(most)s") % {"most": most} if most else ""


def _several(error: ValidationError) -> str:
    """Where one of several kinds of values is taken: all of them in words; else nothing."""
    parent = error.parent
    if parent is None or parent.validator not in ("anyOf", "oneOf") or parent.absolute_path != error.absolute_path:
        return ""
    kinds = [one for one in parent.validator_value if one.get("type") not in (None, "object")]
    return _(" or ").join(wanted_of(one) for one in kinds) if len(kinds) == len(parent.validator_value) else ""


def _missing(error: ValidationError, path: list[str | int]) -> BadRequest:
    """Of several forms that an object may have, what all need; where they need different things, one of these."""
    given = set(error.instance)
    wanted = [[name for name in form.get("required", ()) if name not in given] for form in _forms(error)]
    for name in wanted[0]:
        if all(name in names for names in wanted):
            return missing_field([name], path)
    fewest = min(len(names) for names in wanted)
    return missing_field(list(dict.fromkeys(names[0] for names in wanted if len(names) == fewest)), path)


def _unknown(error: ValidationError, path: list[str | int]) -> BadRequest:
    known: Mapping[str, Any] = error.schema["properties"]
    name = next(name for name in error.instance if name not in known)
    forms = [form["properties"] for form in _forms(error)]
    if not any(name in form for form in forms):
        return unknown_field(name, {other for form in forms for other in form}, path)
    together = [other for other in error.instance if not any(name in form and other in form for form in forms)]
    return BadRequest(
        "together",
        pointer_to([*path, name]),
        field=_named([*path, name]),
        other=_named([*path, *together[:1]]),
    )


def _forms(error: ValidationError) -> list[Mapping[str, Any]]:
    """The schemas of which an object must fit one: those beside the one that it was measured by, or that alone."""
    parent = error.parent
    if parent is not None and parent.validator in ("anyOf", "oneOf") and parent.absolute_path == error.absolute_path:
        return [form for form in parent.validator_value if "properties" in form] or [error.schema]
    return [error.schema]


def _named(path: Iterable[str | int]) -> str:
    """A place as programmers write it: faces[1].index."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{str(part)[:MOST_LETTERS]}"
    return shown.lstrip(".")
