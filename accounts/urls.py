"""Addresses of a person's own account."""

from django.urls import path

from . import views, views_keys, views_webhooks

app_name = "account"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("points/", views.points, name="points"),
    path("export", views.export, name="export"),
    path("delete/", views.delete, name="delete"),
    path("keys/", views_keys.keys, name="keys"),
    path("keys/<int:pk>/revoke", views_keys.revoke, name="key_revoke"),
    path("webhooks/", views_webhooks.webhooks, name="webhooks"),
    path("webhooks/rotate", views_webhooks.rotate, name="webhook_rotate"),
    path("webhooks/<uuid:delivery_id>/again", views_webhooks.again, name="webhook_again"),
]
