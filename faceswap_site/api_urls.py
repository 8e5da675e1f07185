"""Addresses of the APIs: those of every registered surface, and the document about them."""

from django.urls import include, path, re_path

from swaps.dialects import DIALECTS

from .api import UnknownAddress

app_name = "api"
urlpatterns = [
    *(path("", include(dialect.urls)) for dialect in DIALECTS.values()),
    re_path(r"^api/v1(?:/.*)?$", UnknownAddress.as_view()),
]
