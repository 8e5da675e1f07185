"""A result as someone sees it who was sent a private link."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from faceswap_site.lib.files import private_file
from swaps.models import SwapJob
from swaps.results.links import shared_job


@require_GET
def page(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "swaps/shared.html", {"job": _job(token), "token": token})


@require_GET
def picture(request: HttpRequest, token: str) -> FileResponse:
    return private_file(_job(token).result, download_name="result" if "download" in request.GET else "")


def _job(token: str) -> SwapJob:
    job = shared_job(token)
    if job is None:
        raise Http404(_("This link is wrong or has expired."))
    return job
