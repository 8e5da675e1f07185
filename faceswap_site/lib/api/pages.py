"""Lists of rows, newest first, a page at a time."""

import base64
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.request import Request

from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.numbers import whole_number

from .openapi import query
from .problems import BadRequest
from .view import SurfaceView

PAGE, LARGEST_PAGE = 20, 100
PAGING = [
    query("cursor", "As the address in `next` has it.", {"type": "string"}),
    query("limit", "Rows a page.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
]


class BadCursor(DomainError):
    code = "bad_cursor"

    def __init__(self) -> None:
        super().__init__(_("This cursor is not one of ours. Use the address in `next`."), pointer="/cursor")


def page_of(rows: "QuerySet[Any]", cursor: str, limit: int) -> tuple[list[Any], str]:
    """The rows after a cursor, newest first, and the next cursor (empty at the end)."""
    if cursor:
        created, pk = _read_cursor(cursor)
        try:
            rows = rows.filter(Q(created__lt=created) | Q(created=created, pk__lt=pk))
        except (ValueError, TypeError, ValidationError) as error:
            raise BadCursor from error
    found = list(rows.order_by("-created", "-pk")[: limit + 1])
    if len(found) <= limit:
        return found, ""
    last = found[limit - 1]
    text = f"{last.created.isoformat()} {last.pk}"
    return found[:limit], base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        created = parse_datetime(text.partition(" ")[0])
        if created is None or created.tzinfo is None:
            raise BadCursor
        return created.astimezone(UTC), text.partition(" ")[2]
    except (ValueError, OverflowError) as error:  # no text, or a moment before the first year or after the last
        raise BadCursor from error


def limit_of(request: Request) -> int:
    text = request.query_params.get("limit", str(PAGE))
    limit = whole_number(text, least=1, most=LARGEST_PAGE)
    if limit is None:
        raise BadRequest(_("The limit is a number from 1 to %(n)d.") % {"n": LARGEST_PAGE}, "/limit")
    return limit


def next_address(view: SurfaceView, cursor: str) -> str:
    if not cursor:
        return ""
    query = view.request.query_params.copy()
    query["cursor"] = cursor
    return f"{view.site_url}{view.request.path}?{query.urlencode()}"
