"""Addresses of the swap pages."""

from django.urls import path

from . import views

app_name = "swaps"
urlpatterns = [
    path("swaps/new/", views.new, name="new"),
    path("swaps/<uuid:job_id>/", views.detail, name="detail"),
    path("swaps/<uuid:job_id>/delete", views.delete, name="delete"),
    path("swaps/<uuid:job_id>/cancel", views.cancel, name="cancel"),
    path("swaps/<uuid:job_id>/result", views.picture, {"kind": "result"}, name="result"),
    path("swaps/<uuid:job_id>/thumbnail", views.picture, {"kind": "thumbnail"}, name="thumbnail"),
    path("swaps/<uuid:job_id>/target", views.picture, {"kind": "target"}, name="target"),
    path("swaps/<uuid:job_id>/face", views.picture, {"kind": "face"}, name="face"),
    path("gallery/", views.gallery, name="gallery"),
    path("history/", views.history, name="history"),
    path("samples/<str:name>", views.sample, name="sample"),
]
