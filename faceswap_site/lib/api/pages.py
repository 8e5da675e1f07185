"""Lists of rows, newest first, a page at a time."""

from datetime import UTC, datetime
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.numbers import whole_number
from faceswap_site.lib.site_url import site_url

from .problems import BadRequest


class NewestFirst(CursorPagination):
    """The framework's cursors, where a cursor or a limit that can't be meant is refused instead of passed over."""

    ordering = ("-created", "-pk")
    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get("limit", str(self.page_size))
        limit = whole_number(text, least=1, most=self.max_page_size)
        if limit is None:
            raise BadRequest("limit", "/limit", n=self.max_page_size)
        return limit

    def decode_cursor(self, request: Request) -> Cursor | None:
        if not request.query_params.get("cursor"):
            return None
        try:
            cursor = super().decode_cursor(request)
            if cursor is None or cursor.position is None:
                if cursor and cursor.offset:
                    return cursor  # so many rows of one moment come first
                raise DomainError("bad_cursor", pointer="/cursor")
            # A moment before the first year or after the last is none for a database.
            moment = datetime.fromisoformat(str(cursor.position)).astimezone(UTC).isoformat()
        except (NotFound, ValueError, OverflowError) as error:
            raise DomainError("bad_cursor", pointer="/cursor") from error
        return cursor._replace(position=moment)  # type: ignore[arg-type]  # a text, not the number of its stubs

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        page: list[Any] | None = super().paginate_queryset(queryset, request, view)
        self.base_url = f"{site_url(request)}{request.get_full_path()}"
        return page

    def get_paginated_response(self, data: list[Any]) -> Response:
        return Response({"data": data, "next": self.get_next_link()})
