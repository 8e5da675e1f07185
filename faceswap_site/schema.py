"""Requests are checked against the very schemas that the OpenAPI document publishes."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from .bounded_json import bounded
from .schema_words import bad_request

Schema = dict[str, Any]
SCHEMAS: dict[str, Schema] = {}
MOST_ERRORS = 20  # the best of so many is told: a list may hold more, and each takes time to find


def ref(name: str) -> Schema:
    """A reference to a published schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def publish(**schemas: Schema) -> None:
    """Add schemas to the document under their names."""
    SCHEMAS.update(schemas)


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


def _items(validator: Any, items: Any, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """What is wrong with the items of a list; of one that is too long, its length is enough to tell."""
    if not isinstance(instance, list) or len(instance) <= schema.get("maxItems", len(instance)):
        yield from Draft202012Validator.VALIDATORS["items"](validator, items, instance, schema)


_Validator = extend(Draft202012Validator, {"items": _items})


@cache
def _validator(name: str) -> Any:
    return _Validator({**ref(name), "components": {"schemas": SCHEMAS}})


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
