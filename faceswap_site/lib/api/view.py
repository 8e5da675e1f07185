"""What every API view has in common: request ids, and one error type rendered in one place a surface."""

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, final

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, re_path
from rest_framework import views
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.generics import GenericAPIView
from rest_framework.metadata import SimpleMetadata
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from faceswap_site.lib import logs
from faceswap_site.lib.database import database_away
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError, TooManyRequests
from faceswap_site.lib.numbers import whole_number
from faceswap_site.lib.site_url import site_url
from faceswap_site.lib.storage import StorageFull

from . import problems
from .bounded_json import BoundedJSON
from .problems import domain_error, title_of
from .schema_errors import unknown_parameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.renderers import BaseRenderer
    from rest_framework.serializers import BaseSerializer

logger = logging.getLogger(__name__)
NATIVE = "/api/v1/"


class JSONOnly(BaseContentNegotiation):
    """Answers are JSON whatever the Accept header says: an error in the wrong language helps nobody."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


class WithoutFields(SimpleMetadata):
    """Answers OPTIONS without the fields a method takes: schemas check most bodies, and those are in the document."""

    def determine_actions(self, request: Request, view: views.APIView) -> dict[str, Any]:
        return {}


class SurfaceView(GenericAPIView[Any]):
    """A view of an API surface. Who may call and how often, the settings say; each surface renders its errors."""

    parser_classes = [BoundedJSON, MultiPartParser, FormParser]
    content_negotiation_class = JSONOnly
    metadata_class = WithoutFields
    tag = ""  # under which the document lists its operations
    scopes: ClassVar[dict[str, str]] = {}  # by method; "read" where none is named

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.request_id = logs.request_id.get()
        return super().initialize_request(request, *args, **kwargs)

    def check_permissions(self, request: Request) -> None:
        """Count first: what a key lacks the scope for is a request all the same."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Done by now, see above."""

    def throttled(self, request: Request, wait: float) -> NoReturn:
        raise TooManyRequests(retry_after=int(wait))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.get_authenticators():
            return
        length = request.META.get("CONTENT_LENGTH") or "0"
        if whole_number(length, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE) is None:
            raise DomainError("request_too_large")
        self._check_query(request)

    def _check_query(self, request: Request) -> None:
        """Refuse a parameter that nobody reads. Published APIs of others leave open what their clients may add."""
        known = getattr(getattr(self, (request.method or "").lower(), None), "query_names", None)
        if known is None or not request.path.startswith(NATIVE):
            return
        for name in request.query_params:
            if name not in known:
                raise unknown_parameter(name, known)

    @property
    def site_url(self) -> str:
        """How the caller reaches this site, unless the operator says otherwise."""
        return site_url(self.request)

    @final
    def get_serializer_context(self) -> dict[str, Any]:
        return answer_context(self.site_url)

    def serialized(self, row: Any) -> Any:
        """A row as the view's serializer tells it."""
        return representer(self.get_serializer_class(), self.site_url)(row)  # type: ignore[arg-type]

    def page_of(self, rows: "QuerySet[Any]") -> Response:
        """The page of a list that was asked for, each row as the view's serializer tells it."""
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    def render_error(self, error: DomainError, status: int) -> Response:
        """RFC 9457; a dialect overrides this with its own shape."""
        pointer = error.details.get("pointer")
        body: dict[str, Any] = {
            "type": f"{self.site_url}/developers/#error-{error.code}",
            "title": title_of(status),
            "status": status,
            "detail": spoken(error),
            "code": error.code,
            "request_id": self.request_id,
        }
        if pointer:
            body["errors"] = [{"pointer": pointer, "detail": spoken(error)}]
        return Response(body, status=status, content_type="application/problem+json")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


@lru_cache(64)
def representer(kind: "type[BaseSerializer[Any]]", site_url: str) -> "Callable[[Any], Any]":
    """What makes an answer of a row, for any number of requests at a time.

    Binding a serializer's fields takes three times as long as telling a swap, so all requests share one. Only this
    method of it leaves here: it reads the row it is given, the context, and keeps nothing, unlike `data`.
    """
    return kind(context=answer_context(site_url)).to_representation


def answer_context(site_url: str) -> dict[str, Any]:
    """All that a serializer may know of a request."""
    return {"site_url": site_url}


class BriefErrors(SurfaceView):
    """For dialects whose originals only say what is wrong; the code goes along."""

    def render_error(self, error: DomainError, status: int) -> Response:
        return Response({"error": spoken(error), "code": error.code}, status=status)


def answer_error(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The framework's EXCEPTION_HANDLER: each surface's own words for whatever went wrong."""
    view = context["view"]
    if not isinstance(view, SurfaceView):
        return views.exception_handler(exc, context)
    error = domain_error(exc)
    if isinstance(exc, UnsupportedMediaType):
        kinds = [parser.media_type for parser in view.get_parsers()]
        error = problems.UnsupportedMediaType.instead_of(view.request.content_type or "", kinds)
    if error is None or error.code == StorageFull.code:
        logger.exception("a request failed", exc_info=exc)
    error = error or database_away(exc) or DomainError("internal_error")
    response = view.render_error(error, error.status)
    if "retry_after" in error.details:
        response["Retry-After"] = str(error.details["retry_after"])
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


class UnknownAddress(SurfaceView):
    """Whatever lies below a surface's addresses and is none of them: refused in that surface's words."""

    authentication_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise DomainError("no_such_address")


def unknown_below(root: str, surface: type[SurfaceView]) -> URLPattern:
    """The pattern of everything at and below a path that no pattern before it took."""
    view: type[SurfaceView] = type("UnknownAddress", (UnknownAddress, surface), {})
    return re_path(rf"^{root}(?:/.*)?$", view.as_view())
