"""Where people reach this site."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def site_url(request: HttpRequest) -> str:
    """What the operator says, or else how this request came."""
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def configured_url() -> str:
    """Where people reach the site, for what no request asks for."""
    return settings.SITE_URL or local_url()


def local_url() -> str:
    """Where this machine reaches the site."""
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    return f"http://{host}:{settings.PORT}"


def own_address(address: str) -> str:
    """An address of this site as SITE_URL begins it, where that is set."""
    path = urlsplit(address)._replace(scheme="", netloc="").geturl()
    return settings.SITE_URL + path if settings.SITE_URL else address
