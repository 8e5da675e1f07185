"""The admin site: who comes in, and what whoever doesn't is told."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from .admin_log import note

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class SiteAdmin(AdminSite):
    site_header = "Face swap: administration"
    site_title = "Face swap"
    index_title = "Everything that is stored"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not self.lacks_second_factor(request)

    def lacks_second_factor(self, request: HttpRequest) -> bool:
        """Whether the operator asks for one and this session never gave one.

        That the account has one is not enough: sessions from before it was set up, a stranger's too, knew a password.
        """
        if not settings.ADMIN_REQUIRES_MFA:
            return False
        given = any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))
        return not (given and is_mfa_enabled(request.user))

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Have what administrators do written down, with the address that it came from."""

        @wraps(view)
        def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            answer: HttpResponseBase = view(request, *args, **kwargs)
            if request.method == "POST":
                note(request, answer.status_code)
            return answer

        return super().admin_view(cast("View", noted), cacheable)

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
            return self._ask_for_second_factor(request, wanted)
        raise PermissionDenied(
            _("Only administrators come in here, and “%(name)s” is none. Sign in with an administrator's account.")
            % {"name": request.user.get_username()}
        )

    def _ask_for_second_factor(self, request: HttpRequest, wanted: str) -> HttpResponse:
        asked = [way["url"] for way in get_adapter().get_reauthentication_methods(request.user) if "mfa" in way["id"]]
        if not (asked and is_mfa_enabled(request.user)):
            messages.warning(request, _("Administrators of this site need a second factor. Set one up here first."))
            return redirect("mfa_index")
        messages.info(request, _("Give your second factor once more, to go on to administration."))
        return HttpResponseRedirect(f"{asked[0]}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
