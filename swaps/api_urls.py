"""Addresses of the native API, without trailing slashes."""

from django.urls import path

from . import api, api_schemas  # noqa: F401 - publishes the schemas

ROOT = "api/v1"
urlpatterns = [
    path(f"{ROOT}/swaps", api.SwapsView.as_view(), name="swaps"),
    path(f"{ROOT}/swaps/<str:job_id>", api.SwapView.as_view(), name="swap"),
    path(f"{ROOT}/swaps/<str:job_id>/cancel", api.CancelView.as_view(), name="swap_cancel"),
    path(f"{ROOT}/swaps/<str:job_id>/result", api.ResultView.as_view(), name="swap_result"),
    path(f"{ROOT}/faces", api.FacesView.as_view(), name="faces"),
    path(f"{ROOT}/account", api.AccountView.as_view(), name="account"),
    path(f"{ROOT}/points", api.PointsView.as_view(), name="points"),
    path(f"{ROOT}/results/<str:name>", api.SharedResultView.as_view(), name="shared_result"),
]
