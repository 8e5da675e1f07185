"""Idempotency-Key at the edge: a request with a name that was answered before gets the same answer again."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from faceswap_site.api import SurfaceView, fingerprint
from faceswap_site.problems import BadRequest

from .idempotency import AnsweredElsewhere, NamedRequest

MOST_CHARACTERS = 255


def named_request(view: SurfaceView, request: Request) -> NamedRequest | None:
    """The request with its name, or None where its sender gave it none."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= MOST_CHARACTERS or not key.isascii() or not key.isprintable():
        raise BadRequest(_("An Idempotency-Key has 1 to 255 printable characters."), "/header/Idempotency-Key")
    return NamedRequest(view.account, key, fingerprint(request))


def once(
    view: SurfaceView,
    request: Request,
    act: Callable[[NamedRequest | None], Response],
    *,
    again: Callable[[Any], Response] | None = None,
) -> Response:
    """Answer a request by `act`, or as it was answered before; by `again`, of what was answered, where that changes."""
    named = named_request(view, request)
    if named is None:
        return act(None)
    if (row := named.earlier()) is None:
        try:
            return act(named)
        except AnsweredElsewhere:
            row = named.earlier()
            if row is None:
                raise
    view.replayed = True
    if again is not None:
        return again(named.body_of(row))
    response = Response(named.body_of(row), status=row.status)
    if row.location:
        response["Location"] = row.location
    return response
