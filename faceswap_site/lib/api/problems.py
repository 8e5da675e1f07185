"""What can go wrong at an HTTP surface, as DomainErrors."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework import exceptions

from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.storage import StorageFull, is_full_disk


class BadRequest(DomainError):
    """The request isn't what the document describes; `pointer` (RFC 6901) says where."""

    code = "bad_request"

    def __init__(self, case: str, pointer: str = "", **details: Any) -> None:
        super().__init__(case=case, **details, **({"pointer": pointer} if pointer else {}))


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


class UnsupportedMediaType(DomainError):
    """The body is of a kind that the address doesn't take."""

    code = "unsupported_media_type"

    @classmethod
    def instead_of(cls, given: str, taken: Iterable[str]) -> "UnsupportedMediaType":
        """Say which kinds are taken; `given` may be empty, where nothing was said."""
        kinds = _(" or ").join(dict.fromkeys(taken))
        return cls(given=given[:100], kinds=kinds) if given else cls(case="unsaid", kinds=kinds)


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
        return DomainError("method_not_allowed")
    if isinstance(exception, RequestDataTooBig):
        return DomainError("request_too_large")
    unreadable = (exceptions.ParseError, SuspiciousOperation, MultiPartParserError, UnicodeError, RecursionError)
    if isinstance(exception, unreadable):
        return BadRequest("unreadable")
    return None
