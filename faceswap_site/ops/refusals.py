"""What a request is told that the gate does not let in: in the shape of the API that was asked, or a page in words."""

import json
from io import BytesIO
from urllib.parse import urlsplit
from uuid import uuid4

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.utils import translation
from django.utils.module_loading import import_string
from rest_framework.request import Request

from faceswap_site.lib.api.view import SurfaceView
from faceswap_site.lib.error_messages import language_of
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.http import error_pages
from faceswap_site.lib.http.waiting import Scope, without_body
from faceswap_site.lib.site_url import configured_url
from swaps.dialects import DIALECTS
from swaps.live.views import LiveSurface

# By the beginning of their addresses, the longer first.
_SURFACES: dict[str, type[SurfaceView]] = {
    f"/{root}": import_string(dialect.surface) for dialect in reversed(DIALECTS.values()) for root in dialect.roots
} | {"/upload_source": LiveSurface, "/status": LiveSurface}


def tell(scope: Scope, error: DomainError) -> tuple[str, bytes]:
    """The kind and the text of the answer. Asks neither database nor session: there is no room for that."""
    asked = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    empty, _receive = without_body(scope, _nothing)
    request = ASGIRequest(empty, BytesIO())
    try:
        request.get_host()
    except DisallowedHost:
        request.META["HTTP_HOST"] = urlsplit(configured_url()).netloc
    with translation.override(language_of(asked)):
        surface = _surface_of(scope["path"])
        if surface is None or (request.method == "GET" and error_pages.wants_page(request)):
            answer = error_pages.shed(request, error)
            return answer["Content-Type"], answer.content
        view = surface()
        view.request, view.request_id = Request(request), uuid4().hex
        told = view.render_error(error, error.status)
    return told.content_type or "application/json", json.dumps(told.data).encode()


def _surface_of(path: str) -> type[SurfaceView] | None:
    return next((view for root, view in _SURFACES.items() if path == root or path.startswith(f"{root}/")), None)


async def _nothing() -> dict[str, object]:
    return {"type": "http.disconnect"}
