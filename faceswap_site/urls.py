"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from . import views
from .views_developers import developers

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("swaps.urls")),
    path("account/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("developers/", developers, name="developers"),
    path("", include("faceswap_site.api_urls")),
    path("admin/", admin.site.urls),
]
