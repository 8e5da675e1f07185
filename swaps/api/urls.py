"""Addresses of the native API, without trailing slashes."""

from django.urls import path

from . import batches, checks, views

ROOT = "api/v1"
urlpatterns = [
    path(f"{ROOT}/swaps", views.SwapsView.as_view(), name="swaps"),
    path(f"{ROOT}/swaps/<str:job_id>", views.SwapView.as_view(), name="swap"),
    path(f"{ROOT}/swaps/<str:job_id>/cancel", views.CancelView.as_view(), name="swap_cancel"),
    path(f"{ROOT}/swaps/<str:job_id>/result", views.ResultView.as_view(), name="swap_result"),
    path(f"{ROOT}/batches", batches.BatchesView.as_view(), name="batches"),
    path(f"{ROOT}/batches/<str:batch_id>", batches.BatchView.as_view(), name="batch"),
    path(f"{ROOT}/batches/<str:batch_id>/photos", batches.PhotosView.as_view(), name="batch_photos"),
    path(f"{ROOT}/batches/<str:batch_id>/start", batches.StartView.as_view(), name="batch_start"),
    path(f"{ROOT}/batches/<str:batch_id>/cancel", batches.CancelView.as_view(), name="batch_cancel"),
    path(f"{ROOT}/batches/<str:batch_id>/retry", batches.RetryView.as_view(), name="batch_retry"),
    path(f"{ROOT}/batches/<str:batch_id>/results.zip", batches.ResultsView.as_view(), name="batch_results"),
    path(f"{ROOT}/faces", views.FacesView.as_view(), name="faces"),
    path(f"{ROOT}/checks", checks.ChecksView.as_view(), name="checks"),
    path(f"{ROOT}/results/<str:name>", views.SharedResultView.as_view(), name="shared_result"),
]
