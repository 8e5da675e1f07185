"""The live page, and the two HTTP calls of its protocol: a face photo in, figures out."""

from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from rest_framework.response import Response

from accounts.models import User
from accounts.throttling import spend
from faceswap_site.lib.api.view import SurfaceView
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError, TryAgainLater
from faceswap_site.lib.samples import sample_path
from recognition.engine import open_photo
from recognition.photos.content_check import check_content
from recognition.photos.reading import read_upload
from recognition.registry.protection import refuse_protected
from swaps.engine.whole_photo import FACE_PHOTO
from swaps.engines.registry import usable
from swaps.studio.sources import people_to_choose, recent_faces
from swaps.views.pictures import sample_choices

from . import server
from .guests import guest_in, keep_guest
from .identity import Who, is_own_page, who_is
from .pool import TooBusy
from .sentences import FOREIGN_PAGE, SIGN_IN
from .services import free_for_everyone

View = Callable[[HttpRequest], Coroutine[Any, Any, JsonResponse]]
EXTENSIONS = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}
MOST_PIXELS = 12_500_000  # a telephone's photo; a camera's frame shows no face larger than a tenth of that


class FaceForm(forms.Form):
    """Only shown: the page's script sends the photo, made smaller where the browser can."""

    image = forms.FileField(
        label=gettext_lazy("Face photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/bmp"}),
    )


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """The page; a guest gets a cookie, which ties the upload to the connection."""
    account = request.user if isinstance(request.user, User) else None
    if account is None and "live" not in settings.OPEN_ACCESS:
        return redirect_to_login(request.get_full_path())
    context = {
        "price": settings.PRICES["live_minute"] if account else 0,
        "samples": sample_choices(),
        "form": FaceForm(),
        "people": people_to_choose(account) if account else [],
        "recent": recent_faces(account) if account else [],
        "minutes": settings.LIVE_SESSION_SECONDS // 60,
        "max_fps": settings.LIVE_MAX_FPS,
        "label_required": settings.REQUIRE_LABEL,
        "engines": usable(account, role="swapper") if account else usable(None).filter(name__in=free_for_everyone()),
    }
    server.warm()
    response = render(request, "live/live.html", context)
    if account is None and not guest_in(request.headers.get("Cookie", "")):
        keep_guest(response)
    return response


class LiveSurface(SurfaceView):
    """Answers in the words of the protocol what none of its two calls is."""

    def render_error(self, error: DomainError, status: int) -> Response:
        return Response({"success": False, "message": spoken(error)}, status=status)


def only(method: str) -> Callable[[View], View]:
    """Any other method than this one is refused in the words of the protocol."""

    def decorate(view: View) -> View:
        @wraps(view)
        async def inner(request: HttpRequest) -> JsonResponse:
            if request.method == method:
                return await view(request)
            refusal = _refused(405, _("This address doesn't know that method: send %(method)s.") % {"method": method})
            refusal["Allow"] = method
            return refusal

        return inner

    return decorate


@csrf_exempt  # clients of the protocol know no token: the origin is checked instead, and the cookie is SameSite=Lax
@only("POST")
async def upload_source(request: HttpRequest) -> JsonResponse:
    """Take a face photo: the field `image`, or of our own page `sample`."""
    if not is_own_page(request.headers):
        return _refused(403, _(FOREIGN_PAGE))
    try:
        who = await _who(request)
    except DomainError as error:
        return _refused(401, spoken(error))
    if who is None:
        return _refused(401, _(SIGN_IN))
    # The photo stays in memory, however large: it must not touch the disk.
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    whose = who.account.pk if who.account else request.META.get("REMOTE_ADDR", "")
    try:
        await server.in_database(spend, "live_face", whose)
        photo = await server.in_database(_photo_of, request)
        limits = {
            "max_bytes": settings.MAX_UPLOAD_BYTES,
            "max_pixels": min(MOST_PIXELS, settings.MAX_PHOTO_PIXELS),
        }
        await server.in_database(_refuse_explicit, photo, limits)
        prepared, descriptor = await server.hub.prepare(photo, **limits)
        await server.in_database(_refuse_protected, who.account, descriptor)
    except DomainError as error:
        if error.code == "no_face":  # the protocol's own answer, and clients take any other status for a failed upload
            return _refused(200, _("No face detected"))
        return _refused(error.status if isinstance(error, TryAgainLater) else 400, spoken(error))
    except TooBusy:
        return _refused(503, _("Many face photos are being made ready just now. Try again in a moment."))
    await server.hub.load_source(who.identity, prepared)
    return JsonResponse({"success": True, "message": _("Source face ready!")})


@only("GET")
async def status(request: HttpRequest) -> JsonResponse:
    """The protocol's figures, of all web processes together but for the newest frame's.

    Whether a face is loaded is about who asks.
    """
    try:
        who = await _who(request)
    except DomainError:
        who = None
    figures = await server.hub.all_figures()
    return JsonResponse(
        {
            "frame_count": figures.frames,
            "swap_count": figures.swaps,
            "error_count": figures.errors,
            "avg_processing_time": figures.average,
            "processing_time": server.hub.newest_milliseconds,
            "source_face_loaded": who is not None and server.hub.has_source(who.identity),
            "models_loaded": server.hub.pool.any_alive,
        }
    )


async def _who(request: HttpRequest) -> Who | None:
    who: Who | None = await server.in_database(who_is, request.headers, address=request.META.get("REMOTE_ADDR", ""))
    return who


def _refuse_protected(account: User | None, descriptor: list[float]) -> None:
    refuse_protected(account=account, descriptors=[np.array(descriptor, np.float32)], where="live: face photo")


def _refuse_explicit(photo: bytes, limits: dict[str, int]) -> None:
    check_content(open_photo(photo, name=FACE_PHOTO, **limits), name=FACE_PHOTO)


def _photo_of(request: HttpRequest) -> bytes:
    file = request.FILES.get("image")
    if file is not None:
        if PurePosixPath(file.name or "").suffix.lower() not in EXTENSIONS:
            raise DomainError("bad_source", case="name")
        return read_upload(file, name="face photo")
    if name := request.POST.get("sample"):
        try:
            return sample_path(settings.SAMPLES_DIR, name).read_bytes()
        except KeyError:
            raise DomainError("bad_source", case="sample") from None
    raise DomainError("bad_source")


def _refused(status: int, message: str) -> JsonResponse:
    return JsonResponse({"success": False, "message": message}, status=status)
