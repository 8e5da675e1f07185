"""Where people reach this site."""

from django.conf import settings
from django.http import HttpRequest


def site_url(request: HttpRequest) -> str:
    """What the operator says, or else how this request came."""
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")
