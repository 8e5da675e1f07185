"""Addresses of the native API of recognition."""

from django.urls import path

from . import api

urlpatterns = [
    path("api/v1/compare", api.CompareView.as_view(), name="compare"),
    path("api/v1/recognise", api.RecogniseView.as_view(), name="recognise"),
]
