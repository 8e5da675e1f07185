"""Errors in the language of whoever reads them: every surface tells them by `spoken`, and no other way."""

import re
from collections.abc import Mapping

from django.http import HttpRequest, parse_cookie
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from .errors import DomainError

# Remarks are kept with faces, in English, and published so.
SMALL = re.compile(r"the face is small \((\d+) pixels between the eyes, better (\d+)\)")


def spoken(error: DomainError) -> str:
    """What an error says, in the language in force."""
    return error.told(translation)


def language_of(headers: Mapping[str, str]) -> str:
    """The language that a browser asks for, by the site's cookie or by its header; the site's own without either."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get("cookie", ""))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get("accept-language", "")
    return get_language_from_request(request)


def spoken_remark(remark: str) -> str:
    """What lowers a face's quality, in the language in force."""
    if numbers := SMALL.fullmatch(remark):
        distance, better = numbers.groups()
        return _("the face is small (%(n)s pixels between the eyes, better %(better)s)") % {
            "n": distance,
            "better": better,
        }
    return _(remark)
