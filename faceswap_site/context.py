"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {"prices": settings.PRICES, "points_signup": settings.POINTS_SIGNUP}
