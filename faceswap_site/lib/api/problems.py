"""What can go wrong at an HTTP surface, as DomainErrors, and the HTTP status that each code stands for."""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from rest_framework import exceptions

from faceswap_site.lib.errors import DomainError, TryAgainLater
from faceswap_site.lib.storage import StorageFull, is_full_disk

# Whatever isn't named here is a fault of the request's content: 422.
STATUS = {
    "bad_request": 400,
    "no_key": 401,
    "invalid_key": 401,
    "not_enough_points": 402,
    "scope_missing": 403,
    "account_closed": 403,
    "not_found": 404,
    "no_such_address": 404,
    "no_such_photo": 404,
    "method_not_allowed": 405,
    "request_timeout": 408,
    "already_ended": 409,
    "no_result": 409,
    "idempotency_key_in_flight": 409,
    "photo_too_large": 413,
    "too_many_pixels": 413,
    "request_too_large": 413,
    "unsupported_media_type": 415,
    "too_many_requests": 429,
    "internal_error": 500,
    "too_many_attempts": 500,
    "overloaded": 503,
    "busy": 504,
    "storage_full": 507,
}
DEFAULT_STATUS = 422
MOST_SECONDS_SAID = 120
# Those of the codes with the default status that programs meet, for the page that explains them.
UNPROCESSABLE = (
    *("bad_photo", "photo_empty", "photo_unsupported", "photo_broken", "not_base64"),
    *("no_face", "no_such_face", "no_matching_face", "face_unusable", "faces_unclear", "face_too_small"),
    *("face_blurred", "several_faces", "protected_person", "consent_missing", "invalid_name", "no_usable_photo"),
    *("url_refused", "fetch_failed", "fetch_timeout", "fetch_too_large"),
    *("bad_option", "bad_cursor", "invalid_threshold", "idempotency_key_reused"),
)


class BadRequest(DomainError):
    """The request isn't what the document describes; `pointer` (RFC 6901) says where."""

    code = "bad_request"

    def __init__(self, sentence: str, pointer: str = "", **details: Any) -> None:
        super().__init__(sentence, **details, **({"pointer": pointer} if pointer else {}))


@contextmanager
def pointing_to(pointer: str) -> Iterator[None]:
    """Let what goes wrong inside say at which place of the request it did."""
    try:
        yield
    except DomainError as error:
        error.details.setdefault("pointer", pointer)
        raise


class NotFound(DomainError):
    code = "not_found"

    def __init__(self) -> None:
        super().__init__(_("There is nothing here, or it isn't yours."))


class NoSuchAddress(DomainError):
    """Nothing is ever at this address, whoever asks."""

    code = "no_such_address"

    def __init__(self) -> None:
        super().__init__(_("There is no such address. Those that there are, are on /developers/ and in /api/docs."))


class TooManyRequests(TryAgainLater):
    """A limit is used up; `retry_after` says in how many seconds it is there again."""

    code = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        words = _("Too many requests. Try again in %(time)s.") % {"time": how_long(retry_after)}
        super().__init__(words, retry_after=retry_after)


def how_long(seconds: int) -> str:
    """A time to wait, in words that need no reckoning."""
    if seconds <= MOST_SECONDS_SAID:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    minutes = math.ceil(seconds / 60)
    return ngettext("%d minute", "%d minutes", minutes) % minutes


class UnsupportedMediaType(DomainError):
    """The body is of a kind that the address doesn't take."""

    code = "unsupported_media_type"

    @classmethod
    def instead_of(cls, given: str, taken: Iterable[str]) -> "UnsupportedMediaType":
        """Say which kinds are taken; `given` may be empty, where nothing was said."""
        kinds = _(" or ").join(dict.fromkeys(taken))
        if not given:
            return cls(gettext_noop("Say what the body is: Content-Type: %(kinds)s."), kinds=kinds)
        return cls(gettext_noop("%(given)s is not taken here. Send %(kinds)s."), given=given[:100], kinds=kinds)


def status_of(error: DomainError) -> int:
    return STATUS.get(error.code, DEFAULT_STATUS)


def title_of(status: int) -> str:
    return HTTPStatus(status).phrase


def domain_error(exception: Exception) -> DomainError | None:
    """Our word for an exception of Django or its REST framework; None for one that nobody foresaw."""
    if isinstance(exception, DomainError):
        return exception
    if is_full_disk(exception):
        return StorageFull()
    if isinstance(exception, (Http404, exceptions.NotFound)):
        return NotFound()
    if isinstance(exception, exceptions.MethodNotAllowed):
        return DomainError(_("This address doesn't know that method."), code="method_not_allowed")
    if isinstance(exception, RequestDataTooBig):
        return DomainError(_("The request is too large."), code="request_too_large")
    unreadable = (exceptions.ParseError, SuspiciousOperation, MultiPartParserError, UnicodeError, RecursionError)
    if isinstance(exception, unreadable):
        return BadRequest(_("The body can't be read as what its Content-Type says."))
    return None
