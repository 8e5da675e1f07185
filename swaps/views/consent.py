"""Consent by link: the page of whoever is asked, without an account, and the owner's list of whom they asked."""

from dataclasses import dataclass
from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts import throttling
from accounts.authentication import SignedInRequest, address_of, signed_in_only
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from faceswap_site.lib.site_url import site_url
from recognition.models import Person
from swaps.models import ConsentRequest, SwapJob
from swaps.results import consent

REQUESTS_A_PAGE = 10


class AskForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("In your words (optional)"),
        help_text=gettext_lazy("Such as where you want to show it."),
        max_length=200,
        required=False,
    )


@dataclass(frozen=True)
class Shown:
    """A request with its link, and that as a QR code in SVG; none once it is refused."""

    row: ConsentRequest
    link: str = ""
    qr: str = ""

    @classmethod
    def of(cls, row: ConsentRequest, site: str) -> "Shown":
        if row.state in ConsentRequest.ENDED or not row.is_there:
            return cls(row)
        link = site + consent.consent_path(row)
        return cls(row, link, mark_safe(segno.make(link, micro=False).svg_inline(scale=3, border=2)))


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, consent_token: str) -> HttpResponse:
    """What is asked; posted to, the answer."""
    asked = _asked(consent_token)
    if request.method == "POST":
        throttling.spend("consent", address_of(request))
        answer = request.POST.get("answer")
        if answer == "agree":
            consent.agree(asked)
        elif answer == "refuse":
            consent.refuse(asked)
        return redirect("swaps:consent", consent_token)
    context = {"asked": asked, "token": consent_token, "days_kept": consent.DAYS_KEPT}
    return render(request, "swaps/consent.html", context)


@require_GET
def picture(request: HttpRequest, consent_token: str) -> FileResponse:
    """The picture that it is about: the result, or one face photo."""
    asked = _asked(consent_token)
    face = asked.person.faces.exclude(photo="").first() if asked.person else None
    file = asked.job.result if asked.job else face.photo if face else None
    if not file:
        raise Http404
    return private_file(file)


@signed_in_only("GET", "POST")
def listing(request: SignedInRequest) -> HttpResponse:
    """Whom the account asked, and what came of it; with ?swap= or ?person=, the form to ask about that."""
    job, person = _about(request)
    if request.method == "POST":
        form = AskForm(request.POST)
        if (job or person) and form.is_valid():
            try:
                consent.ask(owner=request.user, job=job, person=person, words=form.cleaned_data["words"])
            except DomainError as error:
                messages.error(request, spoken(error))
            return redirect("swaps:consents")
    rows = ConsentRequest.objects.filter(owner=request.user).select_related("job", "person")
    page = Paginator(rows, REQUESTS_A_PAGE).get_page(request.GET.get("page"))
    shown = [Shown.of(row, site_url(request)) for row in page]
    context = {"page": page, "shown": shown, "form": AskForm(), "job": job, "person": person}
    context["days"] = consent.DAYS_TO_ANSWER
    return render(request, "swaps/consents.html", context)


@signed_in_only("POST")
def call_back(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    if consent.call_back(get_object_or_404(ConsentRequest, pk=request_id, owner=request.user)):
        messages.success(request, _("The link leads nowhere now."))
    else:
        messages.error(request, _("It was answered already."))
    return redirect("swaps:consents")


def _asked(token: str) -> ConsentRequest:
    asked = consent.request_of(token)
    if asked is None:
        raise Http404(_("This link is wrong or has expired."))
    return asked


def _about(request: SignedInRequest) -> tuple[SwapJob | None, Person | None]:
    """The account's own result or person that the address names; nobody else's is there."""
    try:
        if swap := request.GET.get("swap"):
            return get_object_or_404(SwapJob, pk=swap, owner=request.user), None
        if person := request.GET.get("person"):
            return None, get_object_or_404(Person, uuid=person, registry__owner=request.user)
    except ValidationError:
        raise Http404 from None
    return None, None
