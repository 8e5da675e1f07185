"""What every API view has in common: keys, limits, request ids, one error type rendered in one place a surface."""

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.urls import URLPattern, re_path
from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import throttling
from accounts.authentication import KeyAuthentication, address_of, require_scope
from accounts.models import ApiKey, User
from faceswap_site.lib import logs
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.messages import spoken
from faceswap_site.lib.numbers import whole_number
from faceswap_site.lib.site_url import site_url
from faceswap_site.lib.storage import StorageFull

from . import problems
from .bounded_json import BoundedJSON
from .problems import NoSuchAddress, TooManyRequests, domain_error, status_of, title_of
from .schema_errors import unknown_parameter

if TYPE_CHECKING:
    from rest_framework.renderers import BaseRenderer

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


class SurfaceView(APIView):
    """A view of an API surface. Each surface says how it reads keys and how it renders errors."""

    authentication_classes = [KeyAuthentication]
    parser_classes = [BoundedJSON, MultiPartParser, FormParser]
    content_negotiation_class = JSONOnly
    scopes: ClassVar[dict[str, str]] = {}  # by method; "read" where none is named

    replayed = False  # whether this answers a request with an Idempotency-Key once more

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.request_id = logs.request_id.get()
        self.allowance: throttling.Allowance | None = None
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.get_authenticators():
            return
        self._count(request)
        method = request.method or ""
        if hasattr(self, method.lower()):  # any other is answered with 405
            require_scope(self.key, self.scopes.get(method, "read"))
        length = request.META.get("CONTENT_LENGTH") or "0"
        if whole_number(length, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE) is None:
            raise DomainError(_("The request is too large."), code="request_too_large")
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
    def account(self) -> User:
        return cast("User", self.request.user)

    @property
    def key(self) -> ApiKey | None:
        return cast("ApiKey | None", self.request.auth)

    @property
    def is_guest(self) -> bool:
        """Whether this came without a key, which only surfaces let in that are open to everyone: it costs nothing."""
        return self.key is None

    @property
    def site_url(self) -> str:
        """How the caller reaches this site, unless the operator says otherwise."""
        return site_url(self.request)

    def _count(self, request: Request) -> None:
        if self.key is not None:
            self.allowance = throttling.take_for_key(self.key)
        else:
            self.allowance = throttling.take("guest", address_of(request))
        if not self.allowance.granted:
            raise TooManyRequests(self.allowance.resets_in)

    def handle_exception(self, exc: Exception) -> Response:
        error = domain_error(exc)
        if isinstance(exc, UnsupportedMediaType):
            kinds = [parser.media_type for parser in self.get_parsers()]
            error = problems.UnsupportedMediaType.instead_of(self.request.content_type or "", kinds)
        if error is None or error.code == StorageFull.code:
            logger.exception("a request failed", exc_info=exc)
        error = error or DomainError(_("Something went wrong on our side."), code="internal_error")
        status = status_of(error)
        response = self.render_error(error, status)
        response.exception = True
        if "retry_after" in error.details:
            response["Retry-After"] = str(error.details["retry_after"])
        if status == 401:
            response["WWW-Authenticate"] = 'Bearer realm="api"'
        return response

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
        for name, value in (self.allowance.headers if self.allowance else {}).items():
            response[name] = value
        if self.replayed:
            response["Idempotent-Replayed"] = "true"
        return response


class UnknownAddress(SurfaceView):
    """Whatever lies below a surface's addresses and is none of them: refused in that surface's words."""

    authentication_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NoSuchAddress


def unknown_below(root: str, surface: type[SurfaceView]) -> URLPattern:
    """The pattern of everything at and below a path that no pattern before it took."""
    view: type[SurfaceView] = type("UnknownAddress", (UnknownAddress, surface), {})
    return re_path(rf"^{root}(?:/.*)?$", view.as_view())


def fingerprint(request: Request) -> str:
    """A digest of what a request asks for: its path, fields and files, whatever boundary separates them."""
    data: Any = request.data
    if isinstance(data, QueryDict):
        parts: Any = [[name, [_digestible(value) for value in values]] for name, values in sorted(data.lists())]
    else:
        parts = data
    text = json.dumps([request.method, request.path, parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _digestible(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.hexdigest()
