"""Addresses of the native API, without trailing slashes."""

from django.urls import path

from . import views

ROOT = "api/v1"
urlpatterns = [
    path(f"{ROOT}/swaps", views.SwapsView.as_view(), name="swaps"),
    path(f"{ROOT}/swaps/<str:job_id>", views.SwapView.as_view(), name="swap"),
    path(f"{ROOT}/swaps/<str:job_id>/cancel", views.CancelView.as_view(), name="swap_cancel"),
    path(f"{ROOT}/swaps/<str:job_id>/result", views.ResultView.as_view(), name="swap_result"),
    path(f"{ROOT}/faces", views.FacesView.as_view(), name="faces"),
    path(f"{ROOT}/results/<str:name>", views.SharedResultView.as_view(), name="shared_result"),
]
