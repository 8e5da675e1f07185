"""The page of a person's API keys: make one (shown once), see when each was used, revoke."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authentication import SignedInRequest, signed_in_only
from accounts.keys import DAYS, issue_api_key, revoke_api_key, use_by_key
from accounts.models import ApiKey
from faceswap_site.lib.charts import bar_chart, together
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError

NEVER = 0


class KeyForm(forms.Form):
    """What a new key is called, what it may do and how long."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=ApiKey.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("It expires"),
        coerce=int,
        choices=[
            (NEVER, gettext_lazy("never")),
            (7, gettext_lazy("in 7 days")),
            (30, gettext_lazy("in 30 days")),
            (90, gettext_lazy("in 90 days")),
            (365, gettext_lazy("in a year")),
        ],
    )

    def issue(self, request: SignedInRequest) -> str:
        """The new key's text; empty where none can be made, which is among the form's errors then."""
        days = self.cleaned_data["days"]
        expires = timezone.now() + timedelta(days=days) if days else None
        data: dict[str, Any] = self.cleaned_data
        try:
            return issue_api_key(owner=request.user, name=data["name"], scopes=data["scopes"], expires=expires)[1]
        except DomainError as error:
            self.add_error(None, spoken(error))
            return ""


@signed_in_only("GET", "POST")
def keys(request: SignedInRequest) -> HttpResponse:
    """List the keys. A new key's text is in the answer to the POST alone, and no cache may keep that."""
    form = KeyForm(request.POST if request.method == "POST" else None, initial={"scopes": ApiKey.Scope.values})
    text = form.issue(request) if form.is_valid() else ""
    use = use_by_key(request.user)
    context = {
        "form": KeyForm(initial={"scopes": ApiKey.Scope.values}) if text else form,
        "new_key": text,
        "keys": [(key, bar_chart(use[key.pk])) for key in ApiKey.objects.filter(owner=request.user)],
        "chart": bar_chart(together(list(use.values()))) if use else None,
        "days": DAYS,
    }
    response = render(request, "accounts/keys.html", context, status=400 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@signed_in_only("POST")
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk, owner=request.user)
    revoke_api_key(key)
    messages.success(request, _("Revoked: %(name)s no longer opens anything.") % {"name": key.name})
    return redirect("account:keys")
