"""The admin site: who comes in, and what whoever doesn't is told."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _


class SiteAdmin(AdminSite):
    site_header = "Face swap: administration"
    site_title = "Face swap"
    index_title = "Everything that is stored"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not self.lacks_second_factor(request)

    def lacks_second_factor(self, request: HttpRequest) -> bool:
        """Whether the operator asks for one and this account has none. Where it has one, signing in asked for it."""
        return settings.ADMIN_REQUIRES_MFA and not is_mfa_enabled(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Administrators sign in where everyone does: with its limits on guessing, and their second factor.

        Whoever is signed in and comes here all the same may not come in, and learns why.
        """
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if self.has_permission(request):
            ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
            return HttpResponseRedirect(wanted if ours else reverse("admin:index"))
        if super().has_permission(request):
            messages.warning(request, _("Administrators of this site need a second factor. Set one up here first."))
            return redirect("mfa_index")
        raise PermissionDenied(
            _("Only administrators come in here, and “%(name)s” is none. Sign in with an administrator's account.")
            % {"name": request.user.get_username()}
        )
