"""Addresses of the APIs: the native one under /api/v1, and its document."""

from django.urls import include, path, re_path

from swaps.api_urls import swap_patterns

from .api import UnknownAddress

app_name = "api"
urlpatterns = [
    path("api/v1/", include(swap_patterns)),
    re_path(r"^api/v1(?:/.*)?$", UnknownAddress.as_view()),
]
