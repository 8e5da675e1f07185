"""Was this picture made here? For everyone; nothing of the picture is stored."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import throttling
from accounts.authentication import address_of
from accounts.models import User
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError, TooManyRequests, TryAgainLater
from recognition.photos.fields import PhotoField
from swaps.results.made_here import check_picture


class CheckForm(forms.Form):
    photo = PhotoField(label=gettext_lazy("Picture"), name_in_sentences="photo")


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    context: dict[str, object] = {"form": form}
    status = 200
    if form.is_bound and form.is_valid():
        account = request.user if isinstance(request.user, User) else None
        try:
            throttling.spend("check", account.pk if account else address_of(request))
            context["checked"] = check_picture(form.cleaned_data["photo"], account=account)
        except TooManyRequests as error:
            form.add_error(None, spoken(error))
            status = error.status
        except TryAgainLater:
            raise
        except DomainError as error:
            form.add_error("photo", spoken(error))
    return render(request, "swaps/check.html", context, status=400 if form.errors and status == 200 else status)
