"""The pictures themselves: a job's own, and the samples."""

import io
from functools import lru_cache
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from PIL import Image

from accounts import throttling
from accounts.authentication import SignedInRequest, signed_in_only
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from faceswap_site.lib.samples import PORTRAITS, sample_path, sample_portraits
from swaps.models import SwapJob
from swaps.results.downloads import DOWNLOADS, before_and_after, is_kept_as, result_as

SMALL_SIDE = 112


@signed_in_only("GET")
def picture(request: SignedInRequest, job_id: UUID, kind: str) -> HttpResponseBase:
    """One of a job's pictures: result, thumbnail, target or face; with size=small one for a row of a list."""
    job = own_job(request, job_id)
    file = job.faces.all()[0].photo if kind == "face" else getattr(job, kind)
    if not file:
        raise Http404(_("This picture is not there (yet)."))
    if request.GET.get("size") == "small":
        return private_small(file)
    name = f"{kind}-{str(job.pk)[:8]}" if "download" in request.GET else ""
    return private_file(file, download_name=name)


@signed_in_only("GET")
def download(request: SignedInRequest, job_id: UUID, extension: str) -> HttpResponse:
    """The result at its full size, written in the format that was asked for."""
    job = own_job(request, job_id)
    if not job.result:
        raise Http404(_("This picture is not there (yet)."))
    if extension in DOWNLOADS and not is_kept_as(job, extension):
        throttling.spend("convert", request.user.pk)
    try:
        content, content_type = result_as(job, extension)
    except KeyError:
        raise Http404 from None
    except DomainError as error:
        return render(request, "400.html", {"text": spoken(error)}, status=400)
    return HttpResponse(
        content,
        content_type=content_type,
        headers=_attached(job, "result", extension),
    )


def _attached(job: SwapJob, name: str, extension: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}-{str(job.pk)[:8]}.{extension}"',
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
    }


@signed_in_only("GET")
def comparison(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    """The photo and the result beside each other, as one picture to keep or to show around."""
    job = own_job(request, job_id)
    if not (job.result and job.target):
        raise Http404(_("This picture is not there (yet)."))
    throttling.spend("convert", request.user.pk)
    try:
        content = before_and_after(job)
    except DomainError as error:
        return render(request, "400.html", {"text": spoken(error)}, status=400)
    return HttpResponse(content, content_type="image/jpeg", headers=_attached(job, "before-and-after", "jpg"))


@require_GET
def sample(request: HttpRequest, name: str) -> HttpResponseBase:
    """A sample portrait; with size=small one for a button."""
    try:
        path = sample_path(settings.SAMPLES_DIR, name)
    except KeyError:
        raise Http404 from None
    headers = {"Cache-Control": "public, max-age=86400"}
    if request.GET.get("size") == "small":
        return HttpResponse(_small(path), content_type="image/jpeg", headers=headers)
    return FileResponse(path.open("rb"), headers=headers)


def sample_choices() -> list[dict[str, str]]:
    """The samples as the drop zones show them."""
    return [
        {"name": name, "url": reverse("swaps:sample", args=[name]), "title": PORTRAITS[name]}
        for name in sample_portraits(settings.SAMPLES_DIR)
    ]


@lru_cache(maxsize=16)
def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        return small_jpeg(file)


def private_small(file: FieldFile) -> HttpResponse:
    """A stored photo as a picture for a button, for somebody who was found to be allowed to see it."""
    try:
        with file.open("rb"):
            content = small_jpeg(file)
    except OSError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


def small_jpeg(file: IO[bytes] | FieldFile) -> bytes:
    """A picture for a button out of a stored photo."""
    with Image.open(file) as image:  # of our own making; a JPEG is decoded at an eighth of its size, which spares most
        image.draft("RGB", (2 * SMALL_SIDE, 2 * SMALL_SIDE))
        small = image.convert("RGB")
        small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def own_job(request: SignedInRequest, job_id: UUID) -> SwapJob:
    """The person's own job; 404 for anyone else's, so that nobody learns which ids exist."""
    return get_object_or_404(SwapJob, pk=job_id, owner=request.user)
