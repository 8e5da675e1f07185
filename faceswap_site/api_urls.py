"""Addresses of the APIs: those of every registered surface, and the document about them."""

from django.urls import include, path, re_path

from swaps.dialects import DIALECTS

from .api import UnknownAddress
from .openapi import DocsView, document

app_name = "api"
urlpatterns = [
    *(path("", include(dialect.urls)) for dialect in DIALECTS.values()),
    path("api/openapi.json", document, name="openapi"),
    path("api/docs", DocsView.as_view(), name="docs"),
    re_path(r"^api/v1(?:/.*)?$", UnknownAddress.as_view()),
]
