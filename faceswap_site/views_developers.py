"""The page for programmers: every call in three languages, with a key of one's own filled in on request."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.keys import issue_api_key
from accounts.models import User

from .addresses import site_url
from .developer_examples import EXAMPLES

PLACEHOLDER = "YOUR_KEY"


@require_http_methods(["GET", "POST"])
def developers(request: HttpRequest) -> HttpResponse:
    """GET shows a placeholder; POST makes a key and shows it in every example, this once."""
    if request.method == "POST" and not isinstance(request.user, User):
        return redirect_to_login(request.path)
    key = PLACEHOLDER
    if request.method == "POST" and isinstance(request.user, User):
        key = issue_api_key(owner=request.user, name="Examples")[1]
    site = site_url(request)
    examples = [
        {
            "title": example.title,
            "call": f"{example.method} {example.path}",
            "codes": [
                ("curl", example.curl(site, key)),
                ("Python", example.python(site, key)),
                ("JavaScript", example.javascript(site, key)),
            ],
        }
        for example in EXAMPLES
    ]
    context = {"examples": examples, "new_key": "" if key == PLACEHOLDER else key}
    response = render(request, "developers.html", context)
    if context["new_key"]:
        response["Cache-Control"] = "no-store"
    return response
