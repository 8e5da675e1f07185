"""Accounts, their ledgers and grants on the admin site."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.site_url import configured_url, site_url

from . import points
from .authentication import account_of
from .models import Invitation, PointEntry, User
from .privacy.deletion import delete_account
from .sign_in.invitations import DAYS, invitation_link
from .sign_in.reset_links import reset_link


class GrantForm(forms.Form):
    points = forms.IntegerField(min_value=1, max_value=1_000_000)
    reason = forms.CharField(max_length=200)


class ReadOnlyLedger(admin.TabularInline[PointEntry, User]):
    model = PointEntry
    fields = readonly_fields = ("created", "kind", "amount", "reason", "reference")
    extra = 0
    max_num = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).order_by("-created", "-id")


@admin.register(User)
class AccountAdmin(UserAdmin[User]):
    list_display = ("username", "email", "balance", "is_active", "is_staff", "date_joined")
    list_filter = ("awaits_points", *UserAdmin.list_filter)
    readonly_fields = ("balance", "awaits_points")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        ("Points", {"fields": ("balance", "awaits_points")}),
        ("Queue", {"fields": ("turn_weight",), "description": "More than one lets it go ahead of others that wait."}),
    )
    actions = ("give_first_points",)
    inlines = (ReadOnlyLedger,)
    change_form_template = "admin/accounts/change_account.html"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody gives the guest a password, an address or rights."""
        return not (obj and obj.is_guest) and super().has_change_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        delete_account(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for account in queryset:
            delete_account(account)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Whoever may delete accounts may delete what goes with them: `delete_account` does it in the right order."""
        deleted, counts, _lacking, protected = super().get_deleted_objects(objs, request)
        return [*deleted, *protected], counts, set(), []

    def get_urls(self) -> list[URLPattern]:
        grant, link = self.admin_site.admin_view(self.grant_points), self.admin_site.admin_view(self.make_reset_link)
        return [
            path("<int:pk>/grant/", grant, name="accounts_user_grant"),
            path("<int:pk>/reset-link/", link, name="accounts_user_reset_link"),
            *super().get_urls(),
        ]

    @admin.action(description="Give the points of a sign-up", permissions=["change"])
    def give_first_points(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        given = [account for account in queryset.filter(awaits_points=True) if points.welcome_waiting(account)]
        for account in given:
            self.log_change(request, account, "Gave the points of a sign-up.")
        messages.success(request, f"{len(given)} of {len(queryset)} accounts awaited them and have them now.")

    def grant_points(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        account = get_object_or_404(User, pk=pk)
        form = GrantForm(request.POST or None)
        if form.is_valid():
            points.grant(account, form.cleaned_data["points"], reason=form.cleaned_data["reason"])
            messages.success(request, f"{account.username} now has {account.balance} points.")
            return redirect(reverse("admin:accounts_user_change", args=[pk]))
        context = {**self.admin_site.each_context(request), "form": form, "account": account, "title": "Grant points"}
        return render(request, "admin/accounts/grant.html", context)

    def make_reset_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asked for, and then shown once. An administrator's account is lent to nobody below a superuser."""
        account = get_object_or_404(User, pk=pk)
        allowed = self.has_change_permission(request, account)
        if not allowed or (account.is_staff and not account_of(request).is_superuser):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "account": account, "title": "A link for a new password"}
        if request.method == "POST":
            try:
                context["link"] = reset_link(account, site_url=site_url(request))
            except DomainError as error:
                messages.error(request, spoken(error))
                return redirect(reverse("admin:accounts_user_change", args=[pk]))
            context["days"] = settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
            self.log_change(request, account, "Made a link for a new password.")
        return render(request, "admin/accounts/reset_link.html", context)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    list_display = ("__str__", "created", "expires", "used", "account")
    list_select_related = ("account",)
    fields = ("note", "expires")
    readonly_fields = ("link", "used", "account")

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        return self.fields if obj is None else (*(self.fields or ()), *self.readonly_fields)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"expires": timezone.now() + timedelta(days=DAYS)}

    @admin.display(description="Link")
    def link(self, invitation: Invitation) -> str:
        return "" if invitation.used else invitation_link(invitation, site_url=configured_url())

    def response_add(self, request: HttpRequest, obj: Invitation, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, "Send the link below to whom you invite. It works once.")
        return redirect(reverse("admin:accounts_invitation_change", args=[obj.pk]))


@admin.register(PointEntry)
class PointEntryAdmin(admin.ModelAdmin[PointEntry]):
    list_display = ("created", "account", "kind", "amount", "reason", "reference")
    list_filter = ("kind",)
    search_fields = ("account__username", "reference", "reason")
    list_select_related = ("account",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PointEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PointEntry | None = None) -> bool:
        return False
