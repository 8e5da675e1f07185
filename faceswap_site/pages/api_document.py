"""The OpenAPI document: the operations that views describe, with the schemas that requests are checked against."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularJSONAPIView

from faceswap_site.lib.api.schema import published
from faceswap_site.lib.site_url import site_url

from .schema_examples import EXAMPLES

METHODS = ("post", "get", "patch", "put", "delete")
TEXT = {"type": "string"}
HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "Names this request here and in logs; yours, where you sent one.",
        "schema": TEXT,
    },
    "RateLimit": {"description": "What is left of the limit, and when it begins anew.", "schema": TEXT},
    "RateLimit-Policy": {"description": "The limit and its window in seconds.", "schema": TEXT},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "Location": {"description": "The address of what was made.", "schema": TEXT},
    "Idempotent-Replayed": {"description": "`true` where the request came before.", "schema": TEXT},
    "Preference-Applied": {"description": "`wait` where the answer waited.", "schema": TEXT},
}


def only_the_apis(endpoints: list[Any], **_: Any) -> list[Any]:
    """Leave out the address that catches whatever is no address."""
    return [endpoint for endpoint in endpoints if "(?" not in endpoint[0]]


def complete(result: dict[str, Any], generator: Any, request: HttpRequest | None, **_: Any) -> dict[str, Any]:
    """Add what the views' descriptions don't say: schemas, examples, headers, this site's address, the order."""
    for path in result["paths"].values():
        for operation in path.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True  # a body that is described is needed
            for status, answer in operation["responses"].items():
                names = _headers(operation, status)
                answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    parts = result["components"]
    # Asked for anew: those of webhooks are found after the document's own components were listed.
    schemas = published() | _whole_bodies(generator.registry.build({})["schemas"])
    parts["schemas"] = {name: schema | {"examples": [EXAMPLES[name]]} for name, schema in schemas.items()}
    parts["headers"] = HEADERS
    result["servers"] = [{"url": site_url(request) if request else settings.SITE_URL or "/"}]
    result["paths"] = _in_order(result["paths"], [tag["name"] for tag in result["tags"]])
    return result


def _whole_bodies(components: dict[str, Any]) -> dict[str, Any]:
    """The schemas of answers, as serializers describe them: parts stand where they are used, and nothing else comes."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(one) for one in node]
        if not isinstance(node, dict):
            return node
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name in components and name not in EXAMPLES:
            return walk({key: value for key, value in components[name].items() if key != "description"})
        node = {key: walk(value) for key, value in node.items() if key not in ("readOnly", "x-spec-enum-id")}
        return node | {"additionalProperties": False} if "properties" in node else node

    return {name: walk(schema) for name, schema in components.items() if name in EXAMPLES}


def _headers(operation: dict[str, Any], status: str) -> list[str]:
    """The names of the headers of an answer, beside those of HTTP itself."""
    names = ["X-Request-Id"]
    if operation.get("security"):
        names += ["RateLimit", "RateLimit-Policy"]
    if status == "429":
        names += ["Retry-After"]
    parameters = {one["name"] for one in operation.get("parameters", ())}
    if status[0] == "2" and "Idempotency-Key" in parameters:
        names += ["Idempotent-Replayed"]
    if status[0] == "2" and "Prefer" in parameters:
        names += ["Location", "Preference-Applied"]
    if status == "201" and operation["operationId"] == "add_person":
        names += ["Location"]
    return names


def _in_order(paths: dict[str, Any], tags: list[str]) -> dict[str, Any]:
    """By the order of the tags; what makes something comes before what lists it."""
    sorted_paths = sorted(paths.items(), key=lambda item: tags.index(next(iter(item[1].values()))["tags"][0]))
    return {path: {method: each[method] for method in METHODS if method in each} for path, each in sorted_paths}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[misc]
    """Says how keys are sent, on every surface."""

    target_class = "accounts.authentication.KeyAuthentication"
    name = ("key", "keyHeader")

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "fs_live_…"},
            {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        ]


document = SpectacularJSONAPIView.as_view()
