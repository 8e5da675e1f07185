"""Addresses of the live page and its protocol; those without /live/ are the protocol's own."""

from django.urls import path

from faceswap_site.lib.api.view import unknown_below

from . import views

urlpatterns = [
    path("live/", views.live, name="live"),
    path("upload_source", views.upload_source, name="live_upload_source"),
    path("status", views.status, name="live_status"),
    *(unknown_below(root, views.LiveSurface) for root in ("upload_source", "status")),
]
