"""The pages of swaps: each parses, calls a service and renders."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from accounts.points import NotEnoughPoints
from faceswap_site.files import private_file
from faceswap_site.samples import sample_path, sample_portraits

from . import services
from .forms import SwapForm
from .models import SwapJob

RESULTS_A_PAGE = 24
JOBS_A_PAGE = 50


def _own_job(request: SignedInRequest, job_id: object) -> SwapJob:
    """The person's own job; 404 for anyone else's, so that nobody learns which ids exist."""
    return get_object_or_404(SwapJob, pk=job_id, owner=request.user)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    form = SwapForm(request.POST or None, request.FILES or None) if request.method == "POST" else SwapForm()
    if request.method == "POST" and form.is_valid():
        try:
            job = services.submit_swap(owner=request.user, target=form.target_input(), faces=form.face_inputs())
        except NotEnoughPoints as error:
            form.add_error(None, error.message)
        else:
            return redirect(job)
    context = {"form": form, "price": settings.PRICES["swap"], "samples": sample_portraits(settings.SAMPLES_DIR)}
    return render(request, "swaps/new.html", context, status=400 if form.errors else 200)


@login_required
@require_GET
def detail(request: SignedInRequest, job_id: object) -> HttpResponse:
    """The job page; asked by htmx, only the part that changes."""
    job = _own_job(request, job_id)
    template = "swaps/_job.html" if request.headers.get("HX-Request") else "swaps/detail.html"
    return render(request, template, {"job": job})


@login_required
@require_GET
def picture(request: SignedInRequest, job_id: object, kind: str) -> FileResponse:
    """One of a job's pictures: result, thumbnail, target or face."""
    job = _own_job(request, job_id)
    file = job.faces.all()[0].photo if kind == "face" else getattr(job, kind)
    if not file:
        raise Http404(_("This picture is not there (yet)."))
    name = f"{kind}-{str(job.pk)[:8]}" if "download" in request.GET else ""
    return private_file(file, download_name=name)


@login_required
@require_GET
def gallery(request: SignedInRequest) -> HttpResponse:
    jobs = SwapJob.objects.filter(owner=request.user, status=SwapJob.Status.DONE)
    return render(request, "swaps/gallery.html", {"page": _page(request, jobs, RESULTS_A_PAGE)})


@login_required
@require_GET
def history(request: SignedInRequest) -> HttpResponse:
    jobs = SwapJob.objects.filter(owner=request.user)
    return render(request, "swaps/history.html", {"page": _page(request, jobs, JOBS_A_PAGE)})


@login_required
@require_POST
def delete(request: SignedInRequest, job_id: object) -> HttpResponse:
    services.delete_swap(_own_job(request, job_id))
    messages.success(request, _("Deleted: the result and its photos are gone."))
    return redirect("swaps:gallery")


@login_required
@require_POST
def cancel(request: SignedInRequest, job_id: object) -> HttpResponse:
    job = _own_job(request, job_id)
    services.cancel_swap(job)
    return redirect(job)


@require_GET
def sample(request: HttpRequest, name: str) -> FileResponse:
    try:
        path = sample_path(settings.SAMPLES_DIR, name)
    except KeyError:
        raise Http404 from None
    return FileResponse(path.open("rb"), headers={"Cache-Control": "public, max-age=86400"})


def _page(request: HttpRequest, jobs: object, size: int) -> object:
    return Paginator(jobs, size).get_page(request.GET.get("page"))  # type: ignore[arg-type]
