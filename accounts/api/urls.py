"""Addresses of the native API of accounts."""

from django.urls import path

from . import views

urlpatterns = [
    path("api/v1/account", views.OwnAccountView.as_view(), name="account"),
    path("api/v1/points", views.PointsView.as_view(), name="points"),
]
