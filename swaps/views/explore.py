"""Results that people made public, for everyone to see and to report."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts import throttling
from accounts.authentication import SignedInRequest, address_of, signed_in_only
from accounts.models import User
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError, TooManyRequests
from faceswap_site.lib.files import private_file
from swaps.models import ResultReport, SwapJob
from swaps.results import publishing

from .pictures import own_job

RESULTS_A_PAGE = 24


class ReportForm(forms.ModelForm[ResultReport]):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it"),
        choices=[("", gettext_lazy("Choose one")), *ResultReport.Reason.choices],
    )

    class Meta:
        model = ResultReport
        fields = ("reason", "words")
        labels = {"words": gettext_lazy("In your words (optional)")}
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    page = Paginator(publishing.public_results(), RESULTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "swaps/explore.html", {"page": page})


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One public result; posted to, a report about it."""
    job = get_object_or_404(publishing.public_results(), pk=job_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 400 if form.errors else 200
    if request.method == "POST" and status == 200:
        try:
            throttling.spend("report", address_of(request))
        except TooManyRequests as error:  # told on the form, so that what was written is not lost
            form.add_error(None, spoken(error))
            status = error.status
        else:
            reporter = request.user if isinstance(request.user, User) else None
            chosen: dict[str, Any] = form.cleaned_data
            publishing.report(job, reason=chosen["reason"], words=chosen["words"], reporter=reporter)
            messages.success(request, _("Thank you. An administrator will look at it."))
            return redirect("swaps:public", job.pk)
    return render(request, "swaps/public.html", {"job": job, "form": form}, status=status)


@require_GET
def picture(request: HttpRequest, job_id: UUID, kind: str) -> FileResponse:
    job = get_object_or_404(publishing.public_results(), pk=job_id)
    file = getattr(job, kind) or job.result
    if not file:
        raise Http404
    return private_file(file, download_name="result" if "download" in request.GET else "")


@signed_in_only("POST")
def publish(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    """Make one's own result public, or private again."""
    job: SwapJob = own_job(request, job_id)
    if not request.POST.get("public"):
        publishing.unpublish(job)
        messages.success(request, _("Private again: nobody else sees it."))
        return redirect(job)
    try:
        publishing.publish(job)
    except DomainError as error:
        messages.error(request, spoken(error))
    else:
        messages.success(request, _("Public: everyone sees it under Explore."))
    return redirect(job)
