"""The page for programmers: every call in three languages, with a key of one's own filled in on request."""

from typing import Any

from django.conf import settings
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

from .developer_examples import PLACEHOLDER, Example
from .reference import page_of

# Under which heading the operations stand whose tags begin so.
GROUPS = (
    ("swapping", gettext_lazy("Swap"), ("Swaps", "Batches")),
    ("recognising", gettext_lazy("Find and recognise"), ("Faces", "People")),
    ("account", gettext_lazy("Your account"), ("Account",)),
    ("dialects", gettext_lazy("In the words of other systems"), ("Dialect",)),
)
LANGUAGES = ("curl", "Python", "JavaScript")


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
    context = {
        "groups": _groups(site_url(request), key),
        "errors": sorted((entry.status, code) for code, entry in PUBLISHED.items()),
        "new_key": "" if key == PLACEHOLDER else key,
    }
    refused = request.method == "POST" and not context["new_key"]
    response = render(request, "developers.html", context, status=400 if refused else 200)
    if context["new_key"]:
        response["Cache-Control"] = "no-store"
    return response


def _groups(site: str, key: str) -> list[dict[str, Any]]:
    """The operations that take a key, by the parts of the API that they belong to."""
    tags = page_of(site, tuple(settings.OPEN_ACCESS))["tags"]
    operations = [(tag["name"], each) for tag in tags for each in tag["operations"] if each.get("security")]
    return [
        {
            "id": name,
            "title": title,
            "calls": [_call(each, site, key) for tag, each in operations if tag.startswith(begin)],
        }
        for name, title, begin in GROUPS
    ]


def _call(operation: dict[str, Any], site: str, key: str) -> dict[str, Any]:
    examples: list[Example] = operation["examples"]
    return {
        "id": operation["operationId"],
        "title": _(operation["summary"]),
        "method": operation["method"],
        "path": examples[0].path,
        "codes": [
            (_("%(language)s, with files") % {"language": language} if example.files else language, code(site, key))
            for example in examples
            for language, code in zip(LANGUAGES, (example.curl, example.python, example.javascript), strict=True)
        ],
    }
