"""The OpenAPI document as a page: every operation with its fields, an example call and its answers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator

from faceswap_site.lib.api.schema_errors import wanted_of
from faceswap_site.lib.site_url import site_url

from .developer_examples import examples_of, name_of

Part = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A field, parameter or header: what it takes in words, and the schema that says more."""

    name: str
    wanted: str
    text: str = ""
    needed: bool = False
    schema: str = ""


class ReferenceView(TemplateView):
    """The document for people. It is in English, as the document is."""

    template_name = "api_docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | page_of(site_url(self.request), tuple(settings.OPEN_ACCESS))


@lru_cache(maxsize=4)
def page_of(site: str, _open: tuple[str, ...]) -> dict[str, Any]:
    """What the template shows of the document: the same until the site starts anew, for a site's name."""
    with translation.override("en"):
        return _page(SchemaGenerator().get_schema(public=True), site)


def _page(document: Part, site: str) -> dict[str, Any]:
    schemas: Part = document["components"]["schemas"]
    reader = _Reader(schemas, site)
    operations = [
        (each["tags"][0], reader.operation(method, path, each))
        for path, methods in document["paths"].items()
        for method, each in methods.items()
    ]
    return {
        "about": document["info"],
        "tags": [
            {
                "id": "tag-" + tag["name"].lower().replace(": ", "-").replace("_", "-"),
                **tag,
                "operations": [operation for name, operation in operations if name == tag["name"]],
            }
            for tag in document["tags"]
        ],
        "events": [reader.operation("post", name, each["post"]) for name, each in document["webhooks"].items()],
        "headers": [
            Field(name, wanted_of(one["schema"]), _marked(one["description"]))
            for name, one in document["components"]["headers"].items()
        ],
        "shapes": [reader.shape(name) for name in schemas],
    }


class _Reader:
    """Reads parts of a document whose schemas have names."""

    def __init__(self, schemas: Part, site: str) -> None:
        self.schemas, self.site = schemas, site

    def operation(self, method: str, path: str, each: Part) -> Part:
        """An operation as the document has it, with what the template shows of its parts."""
        answers = [self.answer(int(status), answer) for status, answer in each["responses"].items()]
        content: Part = each.get("requestBody", {}).get("content", {})
        examples = list(examples_of(method, path, each, self.schemas)) if path.startswith("/") else []
        return each | {
            "method": method.upper(),
            "path": path,
            "text": _marked(each["description"] if each["description"] != each["summary"] else ""),
            "access": _access(each.get("security", [])),
            "parameters": [self.field(one["name"], one["schema"], one) for one in each.get("parameters", ())],
            "bodies": [self.form(kind, body["schema"]) for kind, body in content.items()],
            "examples": examples,
            "curl": examples[0].curl(self.site) if examples else "",
            "answers": [answer for answer in answers if answer["status"] < 300],
            "refusals": [answer for answer in answers if answer["status"] >= 300],
        }

    def answer(self, status: int, answer: Part) -> Part:
        content: Part = answer.get("content", {})
        name = next((name_of(body["schema"]) for body in content.values()), "")
        example = _pretty(self.schemas[name]["examples"][0]) if name else ""
        text, kinds = _marked(answer["description"]), ", ".join(content)
        return {"status": status, "text": text, "kinds": kinds, "schema": name, "example": example}

    def form(self, kind: str, schema: Part) -> Part:
        """A body of a media type; what has a name is told once, as a shape."""
        if name := name_of(schema):
            return {"kind": kind, "fields": [Field("", "", schema=name)]}
        return {"kind": kind, "text": _marked(schema.get("description", "")), "fields": list(self.fields(schema))}

    def shape(self, name: str) -> Part:
        """A schema that several operations share, in each of the ways that it may look."""
        schema: Part = self.schemas[name]
        ways = schema.get("oneOf") or schema.get("anyOf") or [schema]
        forms = [{"kind": way.get("title", ""), "fields": list(self.fields(way))} for way in ways]
        text, example = _marked(schema.get("description", "")), _pretty(schema["examples"][0])
        return {"name": name, "text": text, "forms": forms, "example": example}

    def fields(self, schema: Part, before: str = "") -> Iterator[Field]:
        """The fields of an object and of objects inside it, as `progress.stage`."""
        if "properties" not in schema:
            yield self.field(before or "value", schema)
            return
        for name, inner in schema["properties"].items():
            yield self.field(before + name, inner, {"required": name in schema.get("required", ())})
            item = inner.get("items", inner)
            if "properties" in item:
                yield from self.fields(item, f"{before}{name}[]." if "items" in inner else f"{before}{name}.")

    def field(self, name: str, schema: Part, about: Part | None = None) -> Field:
        about = about or {}
        text = about.get("description") or schema.get("description", "")
        inner = _inner(schema)
        return Field(name, _words(schema), _marked(text), bool(about.get("required")), name_of(inner))


def _access(security: list[Part]) -> str:
    if not security:
        return "No key is needed."
    return "A key is not needed here: the operator opened it to everyone." if {} in security else ""


def _inner(schema: Part) -> Part:
    """The schema that a list or a nullable value is made of."""
    if "items" in schema:
        return _inner(schema["items"])
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    return _inner(kinds[0]) if len(kinds) == 1 else schema


def _words(schema: Part) -> str:
    """What a place takes, in words."""
    if "$ref" in schema:
        return ""
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(_words(kind) or name_of(kind) for kind in schema.get("anyOf") or schema["oneOf"])
    if schema.get("format") == "binary":
        return "a file"
    if schema.get("format") == "date-time":
        return "a time, in UTC"
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        inside = _words(schema["items"]) or name_of(schema["items"])
        return f"{wanted_of(schema)}, each {inside}"
    return wanted_of(schema)


def _marked(text: str) -> SafeString:
    """A description's words with what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if n % 2 else part,) for n, part in parts))


def _pretty(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)
