"""Every address of the site as the URL resolver knows it, and how to fill it in."""

import re
from collections.abc import Iterator, Mapping

from django.urls import URLPattern, URLResolver, get_resolver

from faceswap_site.lib.api.view import SurfaceView

Parts = Mapping[str, object]


def routes() -> Iterator[str]:
    """The route of every pattern, from the root."""
    yield from (route for route, _pattern in _walk(get_resolver(), ""))


def api_views() -> Iterator[type[SurfaceView]]:
    """The class of every view of an API."""
    for _route, pattern in _walk(get_resolver(), ""):
        view = getattr(pattern.callback, "cls", None)
        if view is not None and issubclass(view, SurfaceView):
            yield view


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


def address(route: str, parts: Parts) -> str:
    """A route with its parts filled in: KeyError for one that nobody has thought of."""
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda found: str(parts[found[1]]), route)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(parts[found[1]]), path)
    path = path.replace("(?:/.*)?", "/nothing").replace("\\.", ".")
    return "/" + re.sub(r"[\^$?]", "", path)
