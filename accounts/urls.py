"""Addresses of a person's own account."""

from django.urls import path

from . import views, views_keys

app_name = "account"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("points/", views.points, name="points"),
    path("export", views.export, name="export"),
    path("delete/", views.delete, name="delete"),
    path("keys/", views_keys.keys, name="keys"),
    path("keys/<int:pk>/revoke", views_keys.revoke, name="key_revoke"),
]
