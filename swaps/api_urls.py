"""Addresses of the native API, without trailing slashes."""

from django.urls import path

from . import api, api_schemas  # noqa: F401 - publishes the schemas

swap_patterns = [
    path("swaps", api.SwapsView.as_view(), name="swaps"),
    path("swaps/<str:job_id>", api.SwapView.as_view(), name="swap"),
    path("swaps/<str:job_id>/cancel", api.CancelView.as_view(), name="swap_cancel"),
    path("swaps/<str:job_id>/result", api.ResultView.as_view(), name="swap_result"),
    path("faces", api.FacesView.as_view(), name="faces"),
    path("account", api.AccountView.as_view(), name="account"),
    path("points", api.PointsView.as_view(), name="points"),
    path("results/<str:name>", api.shared_result, name="shared_result"),
]
