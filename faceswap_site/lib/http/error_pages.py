"""The answer to a request that failed on our side, or was one too many, for whoever asked.

That is a page, a part of one, or a program.
"""

import sys
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from faceswap_site.lib.database import database_away
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.storage import StorageFull, is_full_disk


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Asks nothing of database or session: they may be what failed."""
    raised = sys.exc_info()[1]
    known = StorageFull() if is_full_disk(raised) else database_away(raised)
    error: DomainError = known or DomainError("internal_error", case="page")
    text = spoken(error)
    title = _("Something went wrong on our side")
    answer = _told(request, text, error.code, error.status) or _page_alone(title, text, error)
    if "retry_after" in error.details:
        answer["Retry-After"] = str(error.details["retry_after"])
    return answer


def shed(request: HttpRequest, error: DomainError) -> HttpResponse:
    """What is told where there is no room to ask who it is."""
    text = spoken(error)
    return _told(request, text, error.code, error.status) or _page_alone(_("Busy at this moment"), text, error)


def too_many(request: HttpRequest, error: DomainError) -> HttpResponse:
    """What a page or its script is told that has to wait: a limit is used up, or others hold all the room.

    The APIs have answers of their own.
    """
    answer = _told(request, spoken(error), error.code, error.status)
    answer = answer or render(request, f"{error.status}.html", {"text": spoken(error)}, status=error.status)
    answer["Retry-After"] = str(error.details["retry_after"])
    answer["Cache-Control"] = "no-store"
    return answer


def signed_out(request: HttpRequest) -> JsonResponse:
    """What a script is told where nobody is signed in (any more): where to sign in beside what was chosen here."""
    answer = {
        "code": "signed_out",
        "message": _("You were signed out. What you chose here is still here."),
        "label": _("Sign in in a new tab, then go on here"),
        "sign_in": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': reverse('signed_in')})}",
        "token": get_token(request),
    }
    return JsonResponse(answer, status=401, headers={"Cache-Control": "no-store"})


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW. A script gets a token that holds, as after signing in in another tab."""
    if not by_script(request):
        return csrf_failure(request, reason)
    if not request.user.is_authenticated:
        return signed_out(request)
    text = _("The page was open for too long. Press again.")
    answer = {"code": "stale_token", "message": text, "token": get_token(request)}
    return JsonResponse(answer, status=403, headers={"Cache-Control": "no-store"})


def by_script(request: HttpRequest) -> bool:
    """Whether one of the site's own scripts asks, which shows no page that it is sent to."""
    return "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "fetch"


def wants_page(request: HttpRequest) -> bool:
    """Whether a browser asks for a page to show."""
    return "text/html" in request.headers.get("Accept", "")


def _page_alone(title: str, text: str, error: DomainError) -> HttpResponse:
    page = render_to_string("500.html", {"title": title, "text": text, "code": error.code})
    return HttpResponse(page, status=error.status)


def _told(request: HttpRequest, text: str, code: str, status: int) -> HttpResponse | None:
    """The answer for a part of a page or a program; None where a whole page was asked for."""
    if request.headers.get("HX-Request"):
        return _part_of_a_page(request, text, status)
    if not wants_page(request):
        return JsonResponse({"message": text, "code": code}, status=status)
    return None


def _part_of_a_page(request: HttpRequest, text: str, status: int) -> HttpResponse:
    """A form says what happened; what only looked for news says nothing, and looks again."""
    if request.method != "POST":
        return HttpResponse(status=status, headers={"HX-Reswap": "none"})
    notice = render_to_string("components/notice.html", {"kind": "error", "text": text})
    return HttpResponse(f'<div id="form-errors">{notice}</div>', status=status)
