"""Requests are checked against the very schemas that the OpenAPI document publishes."""

from collections.abc import Collection, Iterator
from functools import cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.module_loading import import_string
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from .bounded_json import bounded
from .problems import UnsupportedMediaType
from .schema_errors import bad_request, missing_field, unknown_field

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
UUID: Schema = {"type": "string", "format": "uuid"}
MOST_ERRORS = 20  # the best of so many is told: a list may hold more, and each takes time to find


def ref(name: str) -> Schema:
    """A reference to a published schema."""
    return {"$ref": f"#/components/schemas/{name}"}


@cache
def published() -> dict[str, Schema]:
    """Every schema of the document by its name: those of the mappings that settings.API_SCHEMAS lists."""
    return {name: schema for path in settings.API_SCHEMAS for name, schema in import_string(path).items()}


def obj(required: str = "", /, *, title: str = "", **properties: Schema) -> Schema:
    """An object schema with nothing but the given properties; `required` names some of them, with spaces."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = required.split()
    if title:
        schema["description"] = title
    return schema


def lenient(required: str = "", /, *, title: str = "", **properties: Schema) -> Schema:
    """As `obj`, for the requests of others' APIs: whatever else their clients send is ignored."""
    return obj(required, title=title, **properties) | {"additionalProperties": True}


def check(data: Any, name: str) -> None:
    """Raise BadRequest, with a pointer to the place, where data isn't what the schema describes."""
    error = best_match(islice(_validator(name).iter_errors(bounded(data)), MOST_ERRORS))
    if error is not None:
        raise bad_request(_innermost(error))


def check_form(data: QueryDict, form: Schema, *, also: Collection[str] = ()) -> None:
    """Raise BadRequest for a field that a form's schema doesn't know: nothing of it would be heeded.

    `also` names what is taken without being in the document, for those who sent it before.
    """
    known = {*form["properties"], *also}
    for name in data:
        if name[:1] in ("{", "["):
            raise UnsupportedMediaType(case="form")
        if name not in known:
            raise unknown_field(name, known)


def check_request(data: Any, *, schema: str, form: Schema, also: Collection[str] = ()) -> None:
    """Check a request that may come as a form or as JSON."""
    if isinstance(data, QueryDict):
        check_form(data, form, also=also)
    else:
        check(data, schema)


def needed(data: QueryDict, *names: str) -> Any:
    """The value of the first of these fields that a form has; BadRequest where it has none."""
    for name in names:
        if data.get(name):
            return data[name]
    raise missing_field(names)


def _items(validator: Any, items: Any, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """What is wrong with the items of a list; of one that is too long, its length is enough to tell."""
    if not isinstance(instance, list) or len(instance) <= schema.get("maxItems", len(instance)):
        yield from Draft202012Validator.VALIDATORS["items"](validator, items, instance, schema)


_Validator = extend(Draft202012Validator, {"items": _items})


@cache
def _validator(name: str) -> Any:
    return _Validator({**ref(name), "components": {"schemas": published()}})


def _innermost(error: ValidationError) -> ValidationError:
    """Where one of several forms was wanted: what is wrong with the form that was most likely meant."""
    forms: dict[Any, list[ValidationError]] = {}
    for cause in error.context or []:
        forms.setdefault(cause.schema_path[0], []).append(cause)
    if not forms:
        return error

    def unlikely(causes: list[ValidationError]) -> tuple[int, int]:
        return sum(cause.validator in ("required", "additionalProperties") for cause in causes), len(causes)

    meant = min(forms.values(), key=unlikely)
    return _innermost(max(meant, key=lambda cause: len(cause.absolute_path)))
