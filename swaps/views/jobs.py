"""Pages of one swap: asking for it, watching it, and what came of it. Each parses, calls a service and renders."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.authentication import SignedInRequest, signed_in_only
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.site_url import site_url
from recognition.photos.fields import ACCEPTED
from swaps.clip_jobs.intake import upload_is_clip
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.jobs import services
from swaps.jobs.submission import Callback, Submit
from swaps.models import SwapJob
from swaps.results.details import stood_in, technical_details
from swaps.results.downloads import DOWNLOADS
from swaps.results.links import SHARED_FOR, share_path
from swaps.results.verdict import verdict
from swaps.studio.forms import SwapForm
from swaps.studio.sources import PHOTOS_OF_ONE, people_to_choose, recent_faces

from .clips import received
from .pictures import own_job, sample_choices

# In their order; what they import from each other (a session, small copies) is loaded by its plain name.
STUDIO_SCRIPTS = tuple(
    f"js/{name}.js"
    for name in (
        *("drop-zone", "studio-plan", "studio-picker", "studio", "studio-preview", "studio-undo"),
        *("studio-clip", "camera", "photo-address", "upload"),
    )
)

FIELDS = {FACE_PHOTO: "face", TARGET_PHOTO: "target"}


@signed_in_only("GET", "POST")
def new(request: SignedInRequest) -> HttpResponse:
    """The studio. Posted by the script, errors come back alone, so that nobody chooses their photos a second time."""
    if request.method == "GET":
        return _studio(request, SwapForm(owner=request.user, initial=request.GET.dict()))
    if (sent := request.FILES.get("target")) and upload_is_clip(sent):
        return _clip(request)
    form = SwapForm(request.POST, request.FILES, owner=request.user)
    if form.is_valid():
        try:
            job = services.submit_swap(
                Submit(
                    form.target_input(),
                    form.face_inputs(),
                    options=form.swap_options(),
                    label=form.wants_label(),
                    choice=form.engine_choice(),
                    callback=Callback(site_url=site_url(request)),
                ),
                owner=request.user,
            )
        except DomainError as error:
            form.add_error(FIELDS.get(str(error.details.get("photo"))), spoken(error))
        else:
            url = job.get_absolute_url()
            return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    return _studio(request, form, status=400)


def _clip(request: SignedInRequest) -> HttpResponse:
    """A clip came where a photo comes: its people are chosen on a page of its own."""
    try:
        url = received(request, "target").get_absolute_url()
    except DomainError as error:
        form = SwapForm(owner=request.user, initial=request.POST.dict())
        messages.error(request, spoken(error))
        return _studio(request, form)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _studio(request: SignedInRequest, form: SwapForm, status: int = 200) -> HttpResponse:
    template = "swaps/_studio_errors.html" if status == 400 and request.htmx else "swaps/new.html"
    return render(request, template, {"form": form, **_studio_context(form)}, status=status)


def _studio_context(form: SwapForm) -> dict[str, object]:
    values = {name: form[name].value() for name in ("face_from", "target_from", "target_part")}
    face_job, target_job = form.earlier("face_from", values), form.earlier("target_from", values)
    part = "result" if values["target_part"] == "result" else "target"
    return {
        "price": settings.PRICES["swap"],
        "samples": sample_choices(),
        "people": people_to_choose(form.owner),
        "recent": recent_faces(form.owner),
        "most_faces": PHOTOS_OF_ONE,
        "accepted": ACCEPTED,
        "scripts": STUDIO_SCRIPTS,
        "face_shown": reverse("swaps:face", args=[face_job.pk]) if face_job else "",
        "target_shown": reverse(f"swaps:{part}", args=[target_job.pk]) if target_job else "",
        "kept_days": form.owner.retention.days,
    }


@signed_in_only("GET")
def detail(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    """The job page; asked by the script, only the part that changes."""
    job = own_job(request, job_id)
    context = {
        "job": job,
        "by_script": bool(request.htmx),
        "downloads": [(extension, name) for extension, (name, _type) in DOWNLOADS.items()],
        **_share(request, job),
        "shared_for": SHARED_FOR.days,
        "details": technical_details(job),
        "verdict": verdict(job.report["fit"]) if job.report.get("fit") else None,
        "stood_in": stood_in(job),
    }
    return render(request, "swaps/_job.html" if request.htmx else "swaps/detail.html", context)


def _share(request: SignedInRequest, job: SwapJob) -> dict[str, str]:
    try:
        return {"share_url": request.build_absolute_uri(share_path(job))}
    except DomainError as error:
        return {"share_refused": spoken(error)}


@signed_in_only("POST")
def delete(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    services.delete_swap(own_job(request, job_id))
    messages.success(request, _("Deleted: the result and both photos are gone."))
    return redirect("swaps:gallery")


@signed_in_only("POST")
def cancel(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    job = own_job(request, job_id)
    services.cancel_swap(job)
    return redirect(job)


@signed_in_only("POST")
def letter(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    """Ask for a letter when the job ends."""
    job = own_job(request, job_id)
    services.want_letter(job, site_url=site_url(request))
    return redirect(job)
