"""The OpenAPI document: the operations that views describe, with the schemas that requests are checked against."""

from typing import Any

from django.views.generic import TemplateView
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularJSONAPIView

from .schema import SCHEMAS


def only_the_apis(endpoints: list[Any], **_: Any) -> list[Any]:
    """Leave out what catches whatever is no address."""
    return [endpoint for endpoint in endpoints if "(?" not in endpoint[0]]


def add_schemas(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Publish every schema under the name that operations refer to it by; a body that is described is required."""
    for path in result["paths"].values():
        for operation in path.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
    result.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    return result


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


class DocsView(TemplateView):
    """The document for people, with Swagger UI from our own static files."""

    template_name = "api_docs.html"
