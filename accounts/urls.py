"""Addresses of a person's own account."""

from django.urls import path

from accounts.views import account, keys

app_name = "account"
urlpatterns = [
    path("", account.overview, name="overview"),
    path("points/", account.points, name="points"),
    path("export", account.export, name="export"),
    path("delete/", account.delete, name="delete"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/revoke", keys.revoke, name="key_revoke"),
]
