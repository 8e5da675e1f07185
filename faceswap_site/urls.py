"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.utils.module_loading import import_string
from django.views.generic import TemplateView

from accounts.views import mail, provider
from faceswap_site.lib.api.view import unknown_below
from faceswap_site.ops import health, metrics
from faceswap_site.pages import views
from faceswap_site.pages.api_document import document
from faceswap_site.pages.reference import ReferenceView
from swaps.dialects import DIALECTS

from .ops.dashboard import dashboard
from .pages.developers import developers

# The APIs: the addresses of every registered surface, and the document about them.
api_patterns = [
    *(path("", include(dialect.urls)) for dialect in DIALECTS.values()),
    path("api/openapi.json", document, name="openapi"),
    path("api/docs", ReferenceView.as_view(), name="docs"),
    # After all that there is: whatever else a program asks for below these paths, it can read the answer.
    *(
        unknown_below(root, import_string(dialect.surface))
        for dialect in reversed(DIALECTS.values())
        for root in dialect.roots
    ),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("showcase/<str:name>", views.showcase, name="showcase"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("pricing/", TemplateView.as_view(template_name="pricing.html"), name="pricing"),
    path("privacy/", TemplateView.as_view(template_name="privacy.html"), name="privacy"),
    # Where signing in leads in a tab that was opened for it alone.
    path("signed-in/", login_required(TemplateView.as_view(template_name="signed_in.html")), name="signed_in"),
    path("", include("swaps.urls")),
    path("", include("swaps.live.urls")),
    path("", include("recognition.urls")),
    path("account/", include("accounts.urls")),
    path("accounts/password/reset/", mail.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", mail.password_reset_done, name="account_reset_password_done"),
    path("accounts/confirm-email/", mail.email_verification_sent, name="account_email_verification_sent"),
    path("accounts/oidc/<str:provider_id>/login/", provider.login, name="openid_connect_login"),
    path("accounts/oidc/<str:provider_id>/login/callback/", provider.callback, name="openid_connect_callback"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/dashboard/", admin.site.admin_view(dashboard), name="dashboard"),
    path("developers/", developers, name="developers"),
    path("", include((api_patterns, "api"))),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))

handler400 = "faceswap_site.pages.views.bad_request"
handler403 = "faceswap_site.pages.views.forbidden"
handler404 = "faceswap_site.pages.views.not_found"
handler500 = "faceswap_site.lib.http.error_pages.failed"
