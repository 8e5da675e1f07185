"""Addresses of the APIs: those of every registered surface, and the document about them."""

from django.urls import include, path
from django.utils.module_loading import import_string

from swaps.dialects import DIALECTS

from .lib.api.view import unknown_below
from .pages.api_document import document
from .pages.reference import ReferenceView

app_name = "api"
urlpatterns = [
    *(path("", include(dialect.urls)) for dialect in DIALECTS.values()),
    path("api/openapi.json", document, name="openapi"),
    path("api/docs", ReferenceView.as_view(), name="docs"),
    # After all that there is: whatever else a program asks for below these paths, it can read the answer.
    *(
        unknown_below(root, import_string(dialect.surface))
        for dialect in reversed(DIALECTS.values())
        for root in dialect.roots
    ),
]
