"""Addresses of the swap pages."""

from django.urls import path

from .views import jobs, lists, pictures, shared

app_name = "swaps"
urlpatterns = [
    path("swaps/new/", jobs.new, name="new"),
    path("swaps/<uuid:job_id>/", jobs.detail, name="detail"),
    path("swaps/<uuid:job_id>/delete", jobs.delete, name="delete"),
    path("swaps/<uuid:job_id>/cancel", jobs.cancel, name="cancel"),
    path("swaps/<uuid:job_id>/result", pictures.picture, {"kind": "result"}, name="result"),
    path("swaps/<uuid:job_id>/result.<str:extension>", pictures.download, name="download"),
    path("swaps/<uuid:job_id>/thumbnail", pictures.picture, {"kind": "thumbnail"}, name="thumbnail"),
    path("swaps/<uuid:job_id>/target", pictures.picture, {"kind": "target"}, name="target"),
    path("swaps/<uuid:job_id>/face", pictures.picture, {"kind": "face"}, name="face"),
    path("gallery/", lists.gallery, name="gallery"),
    path("gallery/selection", lists.selection, name="selection"),
    path("history/", lists.history, name="history"),
    path("history.csv", lists.history_csv, name="history_csv"),
    path("shared/<str:token>/", shared.page, name="shared"),
    path("shared/<str:token>/picture", shared.picture, name="shared_picture"),
    path("samples/<str:name>", pictures.sample, name="sample"),
]
