"""The page for programmers: every call in three languages, with a key of one's own filled in on request."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.keys import issue_api_key
from accounts.models import User
from faceswap_site.lib.error_catalogue import PUBLISHED
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.site_url import site_url

from .developer_examples import EXAMPLES, Example

PLACEHOLDER = "YOUR_KEY"
# The part of the address after /api/v1/ tells where an example belongs; those of other systems have none.
GROUPS = (
    ("swapping", gettext_lazy("Swap"), {"swaps"}),
    ("recognising", gettext_lazy("Find and recognise"), {"faces", "compare", "recognise", "people"}),
    ("account", gettext_lazy("Your account"), {"account", "points"}),
    ("dialects", gettext_lazy("In the words of other systems"), {""}),
)


@require_http_methods(["GET", "POST"])
def developers(request: HttpRequest) -> HttpResponse:
    """GET shows a placeholder; POST makes a key and shows it in every example, this once."""
    if request.method == "POST" and not isinstance(request.user, User):
        return redirect_to_login(request.path)
    key = PLACEHOLDER
    if request.method == "POST" and isinstance(request.user, User):
        try:
            key = issue_api_key(owner=request.user, name="Examples")[1]
        except DomainError as error:
            messages.error(request, spoken(error))
    site = site_url(request)
    context = {
        "groups": _groups(site, key),
        "errors": _errors(),
        "new_key": "" if key == PLACEHOLDER else key,
    }
    refused = request.method == "POST" and not context["new_key"]
    response = render(request, "developers.html", context, status=400 if refused else 200)
    if context["new_key"]:
        response["Cache-Control"] = "no-store"
    return response


def _groups(site: str, key: str) -> list[dict[str, Any]]:
    """The examples under the parts of the API that they belong to."""
    return [
        {"id": name, "title": title, "examples": [_shown(example, site, key) for example in examples]}
        for name, title, wanted in GROUPS
        if (examples := [example for example in EXAMPLES if _group_of(example) in wanted])
    ]


def _group_of(example: Example) -> str:
    version, _slash, rest = example.path.removeprefix("/api/").partition("/")
    return rest.partition("/")[0] if version == "v1" else ""


def _shown(example: Example, site: str, key: str) -> dict[str, Any]:
    return {
        "id": f"example-{EXAMPLES.index(example)}",
        "title": _(example.title),
        "method": example.method,
        "path": example.path,
        "codes": [
            ("curl", example.curl(site, key)),
            ("Python", example.python(site, key)),
            ("JavaScript", example.javascript(site, key)),
        ],
    }


def _errors() -> list[tuple[str, int]]:
    """Every code that programs meet, with its status."""
    return sorted(((code, entry.status) for code, entry in PUBLISHED.items()), key=lambda pair: (pair[1], pair[0]))
