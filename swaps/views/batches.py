"""Pages of batches: choosing a face and many photos, watching them become results, and taking those home."""

import time
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import throttling
from accounts.authentication import SignedInRequest, signed_in_only
from faceswap_site.lib.archives import Archive
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from faceswap_site.lib.site_url import site_url
from recognition.photos.fields import ACCEPTED
from recognition.photos.intake import Caller
from swaps.batches import services
from swaps.batches.progress import progress_of
from swaps.batches.results import batch_to_pack
from swaps.batches.sent_photos import add_photos, photos_of_addresses, photos_of_files
from swaps.jobs.submission import Callback
from swaps.models import BatchItem, SwapBatch, SwapJob
from swaps.studio.batch_form import BatchForm
from swaps.studio.sources import PHOTOS_OF_ONE, people_to_choose, recent_faces

from .pictures import private_small, sample_choices

ENDED = SwapJob.ENDED_WITHOUT
BATCHES_A_PAGE = 20
SHOWN_OF_ONE = 4  # pictures that stand for a batch in the list
SCRIPTS = tuple(f"js/{name}.js" for name in ("drop-zone", "camera", "photo-address", "batch-upload"))


@signed_in_only("GET")
def listing(request: SignedInRequest) -> HttpResponse:
    """The account's batches, newest first."""
    numbers = {
        "total": Count("items"),
        "done": Count("items", filter=Q(items__job__status=SwapJob.Status.DONE)),
        "failed": Count("items", filter=~Q(items__error_code="") | Q(items__job__status=SwapJob.Status.FAILED)),
    }
    shown = BatchItem.objects.filter(job__status=SwapJob.Status.DONE, position__lt=3 * SHOWN_OF_ONE)
    rows = SwapBatch.objects.filter(owner=request.user).annotate(**numbers).order_by("-created")
    rows = rows.prefetch_related(Prefetch("items", shown.select_related("job"), to_attr="done_items"))
    page = Paginator(rows, BATCHES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "swaps/batches.html", {"page": page})


@signed_in_only("GET", "POST")
def new(request: SignedInRequest) -> HttpResponse:
    """A face and photos. The script sends the photos one by one afterwards; without it, they come with the form."""
    if request.method == "GET":
        return _new(request, BatchForm(owner=request.user, initial=request.GET.dict()))
    form = BatchForm(request.POST, request.FILES, owner=request.user)
    by_script = "collect" in request.POST
    if form.is_valid():
        try:
            batch = _begun(request, form, by_script=by_script)
        except DomainError as error:
            form.add_error(None, spoken(error))
        else:
            return _addresses(batch) if by_script else redirect(batch)
    if by_script:
        return JsonResponse({"message": next(iter(form.errors.values()))[0]}, status=400)
    return _new(request, form, status=400)


def _begun(request: SignedInRequest, form: BatchForm, *, by_script: bool) -> SwapBatch:
    files = photos_of_files(request.FILES.getlist("photos"))
    photos = [*files, *photos_of_addresses(form.addresses(), caller=Caller(request.user, site_url(request)))]
    if not photos and not by_script:
        raise DomainError("batch_empty", case="none")
    services.refuse_more_than_fit(0, len(photos))
    batch = services.collect(
        form.face_inputs(),
        owner=request.user,
        options=form.swap_options(),
        label=form.wants_label(),
        choice=form.engine_choice(),
        callback=Callback(site_url=site_url(request)),
    )
    try:
        add_photos(batch, photos)
        if not by_script:
            services.start(batch)
    except BaseException:
        services.delete(batch)
        raise
    return batch


def _addresses(batch: SwapBatch) -> JsonResponse:
    names = ("batch", "batch_photos", "batch_start")
    return JsonResponse({"id": str(batch.pk), **{name: _address(name, batch) for name in names}}, status=201)


def _address(name: str, batch: SwapBatch) -> str:
    return reverse(f"swaps:{name}", args=[batch.pk])


def _new(request: SignedInRequest, form: BatchForm, status: int = 200) -> HttpResponse:
    face_job = form.earlier("face_from", {"face_from": form["face_from"].value()})
    context = {
        "form": form,
        "price": settings.PRICES["swap"],
        "most": settings.BATCH_MAX_PHOTOS,
        "samples": sample_choices(),
        "people": people_to_choose(request.user),
        "recent": recent_faces(request.user),
        "most_faces": PHOTOS_OF_ONE,
        "accepted": f"{ACCEPTED},.zip,application/zip",
        "face_shown": reverse("swaps:face", args=[face_job.pk]) if face_job else "",
        "kept_days": request.user.retention.days,
        "scripts": SCRIPTS,
    }
    return render(request, "swaps/batch_new.html", context, status=status)


@signed_in_only("GET")
def detail(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    """The batch page; asked by the script, its head and the photos with which something happened since."""
    batch = _own(request, batch_id)
    now, items = time.time(), batch.items.select_related("job")
    if request.htmx:
        items = items.filter(_changed_since(request.GET.get("since", "")))
    progress = progress_of(batch)
    failed = batch.items.filter(~Q(error_code="") | Q(job__status=SwapJob.Status.FAILED)).select_related("job")
    again = sum(item.can_be_tried_again for item in batch.items.filter(job__status__in=ENDED).select_related("job"))
    context = {
        "batch": batch,
        "progress": progress,
        "items": items,
        "failed": failed,
        "again": again,
        "price_again": again * batch.price,
        "price_of_all": progress.waiting * batch.price,
        "now": f"{now:.3f}",
        "face_url": _face_url(batch),
        "accepted": f"{ACCEPTED},.zip,application/zip",
    }
    return render(request, "swaps/_batch_news.html" if request.htmx else "swaps/batch.html", context)


def _face_url(batch: SwapBatch) -> str:
    """The address of a small picture of its face; empty where that is gone."""
    return reverse("swaps:batch_face", args=[batch.pk]) if batch.faces.exclude(photo="").exists() else ""


@signed_in_only("GET")
def face(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    """The face of a batch, small."""
    found = _own(request, batch_id).faces.exclude(photo="").first()
    if found is None:
        raise Http404(_("This picture is not there (yet)."))
    return private_small(found.photo)


def _changed_since(moment: str) -> Q:
    """Photos that began or ended since a moment as this page told it, with a second for clocks that differ."""
    try:
        since = datetime.fromtimestamp(float(moment) - 1, UTC)
    except (ValueError, OverflowError, OSError):
        return Q()
    return Q(job__started__gte=since) | Q(job__completed__gte=since) | Q(job__created__gte=since)


@signed_in_only("POST")
def photos(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    """More photos for a batch that is not started: by the script one at a time, by the page's own form several."""
    batch = _own(request, batch_id)
    by_script = not request.accepts("text/html") or request.headers.get("X-Requested-With") == "fetch"
    try:
        sent = photos_of_files(request.FILES.getlist("photos"))
        services.refuse_more_than_fit(batch.items.count(), len(sent))
        items = add_photos(batch, sent)
    except DomainError as error:
        if by_script:
            return JsonResponse({"message": spoken(error), "code": error.code}, status=error.status)
        messages.error(request, spoken(error))
        return redirect(batch)
    if by_script:
        told = [{"id": str(item.pk), "title": item.title, "problem": item.error_text} for item in items]
        return JsonResponse({"items": told})
    return redirect(batch)


@signed_in_only("GET")
def photo(request: SignedInRequest, batch_id: UUID, item_id: UUID) -> HttpResponseBase:
    """A photo of a batch that is not started; with size=small one for a tile."""
    item = get_object_or_404(BatchItem, pk=item_id, batch=batch_id, batch__owner=request.user)
    if not item.target:
        raise Http404(_("This picture is not there (yet)."))
    return private_small(item.target) if request.GET.get("size") == "small" else private_file(item.target)


@signed_in_only("POST")
def start(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    batch = _own(request, batch_id)
    try:
        services.start(batch)
    except DomainError as error:
        if request.headers.get("X-Requested-With") == "fetch":
            return JsonResponse({"message": spoken(error), "code": error.code}, status=error.status)
        messages.error(request, spoken(error))
    return redirect(batch)


@signed_in_only("POST")
def letter(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    """Ask for one letter when the batch has come to its end."""
    batch = _own(request, batch_id)
    services.want_letter(batch, site_url=site_url(request))
    return redirect(batch)


@signed_in_only("POST")
def cancel(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    batch = _own(request, batch_id)
    if services.cancel(batch):
        messages.success(request, _("Cancelled. The points of what was not made are yours again."))
    return redirect(batch)


@signed_in_only("POST")
def retry(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    """Try one photo again, or all that failed or were cancelled."""
    batch = _own(request, batch_id)
    try:
        chosen = [UUID(text) for text in request.POST.getlist("item")]
    except ValueError:
        raise Http404 from None
    try:
        n = services.try_again(batch, chosen or None)
    except DomainError as error:
        messages.error(request, spoken(error))
    else:
        messages.success(request, ngettext("%d photo is tried again.", "%d photos are tried again.", n) % n)
    return redirect(batch)


@signed_in_only("POST")
def delete(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    services.delete(_own(request, batch_id))
    messages.success(request, _("Deleted: all results and photos of the batch are gone."))
    return redirect("swaps:batches")


@signed_in_only("GET")
def results(request: SignedInRequest, batch_id: UUID) -> HttpResponseBase:
    """All results that there are, packed while they are sent."""
    batch = _own(request, batch_id)
    try:
        entries = batch_to_pack(batch)
    except DomainError as error:
        messages.error(request, spoken(error))
        return redirect(batch)
    throttling.spend("archive", request.user.pk)
    return Archive(f"batch-{str(batch.pk)[:8]}.zip", entries)


def _own(request: SignedInRequest, batch_id: UUID) -> SwapBatch:
    return get_object_or_404(SwapBatch.objects.select_related("owner"), pk=batch_id, owner=request.user)
