"""Pages of a clip on its way to a swap: sending it, choosing its people, and its pictures."""

import base64
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.authentication import SignedInRequest, signed_in_only
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from faceswap_site.lib.site_url import site_url
from recognition.photos.fields import ACCEPTED
from swaps.clip_jobs import services
from swaps.clip_jobs.intake import ACCEPTED_CLIPS, upload_is_clip, uploaded_clip
from swaps.models import ClipTask, SwapClip
from swaps.studio.clip_form import ClipForm
from swaps.studio.sources import people_to_choose, recent_faces


@signed_in_only("GET", "POST")
def new(request: SignedInRequest) -> HttpResponse:
    """Send a clip; what was sent is looked at, and its people are chosen on a page of its own."""
    trouble = ""
    if request.method == "POST":
        throttling.spend("look", request.user.pk)
        try:
            return redirect(received(request))
        except DomainError as error:
            trouble = spoken(error)
    context = {
        "trouble": trouble,
        "accepted": ACCEPTED_CLIPS,
        "most_seconds": settings.CLIP_MAX_SECONDS,
        "most_megabytes": settings.CLIP_MAX_BYTES // 2**20,
        "price": settings.PRICES["clip_second"],
    }
    return render(request, "swaps/clip_new.html", context, status=400 if trouble else 200)


def received(request: SignedInRequest, field: str = "clip") -> SwapClip:
    """The clip that a form holds, taken in.

    Raises
    ------
    DomainError
        For what is none, or can't be used.
    """
    file = request.FILES.get(field)
    if file is None or not upload_is_clip(file):
        raise DomainError("bad_clip")
    with uploaded_clip(file) as given:
        return services.upload_clip(given, owner=request.user)


@signed_in_only("GET", "POST")
def clip(request: SignedInRequest, clip_id: UUID) -> HttpResponse:
    """The people of a clip, once it was looked at; posted, its swap begins. Asked by the script, without the frame."""
    row = _own_clip(request, clip_id)
    if row.job is not None:
        return redirect(row.job)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ClipForm(*sent, owner=request.user, clip=row)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.submit_clip(row, form.submission(site_url(request)), owner=request.user))
        except DomainError as error:
            form.add_error(None, spoken(error))
    context = {
        "clip": row,
        "form": form,
        "looked": _looked(row),
        "recent": [*people_to_choose(request.user), *recent_faces(request.user)],
        "accepted": ACCEPTED,
        "price": form.price_of_second,
        "whole_price": services.clip_price(row.duration, []),
    }
    template = "swaps/_clip_choice.html" if request.htmx else "swaps/clip_choose.html"
    return render(request, template, context, status=400 if form.errors else 200)


def _looked(row: SwapClip) -> int:
    """How much of it was looked at, in percent."""
    done = row.tasks.filter(kind=ClipTask.Kind.LOOK).values_list("frames_done", flat=True).first() or 0
    return min(100, 100 * done // max(1, row.frames))


@signed_in_only("GET")
def picture(request: SignedInRequest, clip_id: UUID, kind: str) -> HttpResponseBase:
    """The clip itself, its poster, or the first frame that was swapped."""
    field = {"file": "file", "poster": "poster", "first": "first_frame"}.get(kind)
    file = field and getattr(_own_clip(request, clip_id), field)
    if not file:
        raise Http404(_("This picture is not there (yet)."))
    return private_file(file, part=request.headers.get("Range", ""))


@signed_in_only("GET")
def person(request: SignedInRequest, clip_id: UUID, index: int) -> HttpResponse:
    """What a person of a clip looks like."""
    people = _own_clip(request, clip_id).people or []
    if index >= len(people):
        raise Http404
    headers = {"Cache-Control": "private, max-age=3600"}
    return HttpResponse(base64.b64decode(people[index]["picture"]), content_type="image/jpeg", headers=headers)


@signed_in_only("POST")
def delete(request: SignedInRequest, clip_id: UUID) -> HttpResponse:
    """Delete a clip whose people were not chosen."""
    services.delete_clip(_own_clip(request, clip_id))
    return redirect(reverse("swaps:new"))


def _own_clip(request: SignedInRequest, clip_id: UUID) -> SwapClip:
    return get_object_or_404(SwapClip.objects.select_related("job"), pk=clip_id, owner=request.user)
