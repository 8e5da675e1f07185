"""Every request has an id: the caller's own where it sends a sensible one, in the answer, in errors and in logs.

And one that is one too many is answered in one place, whichever view counts it; so is a script's after signing out.
"""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin

from faceswap_site.lib import logs
from faceswap_site.lib.errors import TryAgainLater

from . import error_pages
from .waiting import HOLD

logger = logging.getLogger("faceswap_site.requests")
SENSIBLE = re.compile(r"[\w.:-]{1,64}\Z", re.ASCII)
HEADER = "X-Request-Id"


class RequestIds:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if SENSIBLE.match(given) else uuid4().hex
        # Never reset: Django logs an answer's status after the last middleware, and the next request sets its own.
        logs.request_id.set(name)
        started = time.monotonic()
        response = self.get_response(request)
        kept_back = HOLD in getattr(request, "scope", {})  # nobody is sent this answer, but that of the second pass
        if settings.LOG_REQUESTS and not kept_back:
            milliseconds = round(1000 * (time.monotonic() - started))
            logger.info("%s %s %d %d ms", request.method, request.path, response.status_code, milliseconds)
        response[HEADER] = name
        return response


class Patience(MiddlewareMixin):
    """Says when to come back where a limit is used up or there is no room, whichever view met it."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return error_pages.too_many(request, exception) if isinstance(exception, TryAgainLater) else None


class EndedSessions:
    """A script that would be sent to the sign-in page is told in words: it would follow without anyone seeing it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (response.status_code == 302 and error_pages.by_script(request)):
            return response
        to_sign_in = response["Location"].partition("?")[0] == resolve_url(settings.LOGIN_URL)
        return error_pages.signed_out(request) if to_sign_in else response
