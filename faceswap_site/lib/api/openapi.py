"""The words that every operation of the OpenAPI document shares: errors, headers, files."""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from .answers import Answer
from .schema import TEXT, UUID, Schema, obj, ref

REASONS = {
    400: "Not what this document describes.",
    401: "No key, or none that is valid.",
    402: "Not enough points.",
    403: "The key lacks the scope.",
    404: "Not there, or not yours.",
    405: "Another method.",
    409: "Not in this state, or the same request is at work.",
    413: "Too large.",
    415: "Neither JSON nor a form.",
    422: "Understood, but it can't be done: the photo, an address or the options.",
    429: "Too many requests; see Retry-After.",
    500: "A fault on our side.",
    503: "Too many large photos at this moment; see Retry-After.",
    504: "The worker was too busy.",
}
# What stands in addresses in the place of these names.
IN_PATHS: dict[str, Schema] = {
    "job_id": UUID,
    "batch_id": UUID,
    "person_id": UUID,
    "photo_id": {"type": "integer"},
    "name": TEXT,
}
FORM = "multipart/form-data"
FILE: Schema = {"type": "string", "format": "binary"}
Responses = dict[Any, Any]
View = TypeVar("View", bound=Callable[..., Any])


def documented(**about: Any) -> Callable[[View], View]:
    """drf-spectacular's decorator, with the type that it has."""
    # Without a description of its own, an operation would be described by its class's docstring.
    decorate: Callable[[View], View] = extend_schema(**{"description": about["summary"], **about})
    parameters = about.get("parameters", ())
    names = frozenset(one.name for one in parameters if one.location == OpenApiParameter.QUERY)

    def described(view: View) -> View:
        view = decorate(view)
        view.query_names = names  # type: ignore[attr-defined]  # all that its address may be asked with
        return view

    return described


def problems(*statuses: int) -> Responses:
    """The error answers of an operation; every one of them is problem+json."""
    always = (400, 401, 403, 429, 500, *_with_photos(statuses))
    return {
        (status, "application/problem+json"): OpenApiResponse(response=ref("Problem"), description=REASONS[status])
        for status in sorted({*always, *statuses})
    }


def without_key(responses: Responses) -> Responses:
    """The same without what only keys can be told."""
    return {status: text for status, text in responses.items() if status[0] not in (400, 401, 403, 429)}


def told(schema: Schema | Answer | type[Answer] | None, description: str, *errors: int, status: int = 200) -> Responses:
    """The answers of an operation: the one that it is for, and errors."""
    return {status: answer(schema, description), **problems(*errors)}


def dialect_problems(schema: str, *statuses: int) -> Responses:
    """The error answers of a dialect, in its own words, with those that every call may meet."""
    every = {400, 401, 403, 429, 500, *statuses, *_with_photos(statuses)}
    return {status: answer(ref(schema), REASONS[status]) for status in sorted(every)}


def _with_photos(statuses: Iterable[int]) -> tuple[int, ...]:
    """What else an operation may answer that takes photos, which may be too large."""
    return (503,) if 413 in statuses else ()


def answer(schema: Schema | Answer | type[Answer] | None, description: str) -> OpenApiResponse:
    return OpenApiResponse(response=schema, description=description)


def binary(description: str, *kinds: str) -> Responses:
    """A file as an answer. Generators of clients know no pictures or archives: they read the last kind as bytes."""
    return {(200, kind): answer(FILE, description) for kind in (*kinds, "application/octet-stream")}


def header(name: str, description: str, schema: Schema | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, schema or {"type": "string"}, OpenApiParameter.HEADER, description=description)


def query(name: str, description: str, schema: Schema) -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=description)


KEY = header(
    "Idempotency-Key",
    "Names this request: sent again, it is answered as before and does nothing twice. 24 hours.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)
PREFER = header(
    "Prefer", "wait=N waits up to N seconds (1–60) for the end.", {"type": "string", "examples": ["wait=30"]}
)


PAGING = [
    query("cursor", "As the address in `next` has it.", {"type": "string"}),
    query("limit", "Rows a page.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
]


BRIEF_ERROR = obj("error code", error=TEXT, code=TEXT)  # of BriefErrors
SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457. `code` is stable; `detail` says what to do; `errors` points to the place.",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string"},
            "request_id": {"type": "string"},
            "errors": {
                "type": "array",
                "items": obj("pointer detail", pointer={"type": "string"}, detail={"type": "string"}),
            },
            "faces": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "number"}},
                "description": "With `several_faces`: the boxes to choose from, left to right.",
            },
        },
    },
}


class OperationSchema(AutoSchema):  # type: ignore[misc]
    """An operation as the document describes it."""

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_override_parameters(self) -> list[OpenApiParameter]:
        names = re.findall(r"{(\w+)}", self.path)
        return [OpenApiParameter(name, IN_PATHS[name], OpenApiParameter.PATH) for name in names]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Who may call: a key's owner; without a key anyone where the operator opened the surface."""
        keys = [requirement for requirement in super().get_auth() if requirement]
        is_open = getattr(self.view, "open_surface", "") in settings.OPEN_ACCESS
        return [*keys, {}] if keys and is_open else keys
