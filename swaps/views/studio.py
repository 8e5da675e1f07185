"""What the studio asks while a person prepares a swap: faces, a preview, a photo from the web. Free, never kept."""

from base64 import b64encode
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import throttling
from accounts.authentication import SignedInRequest, signed_in_only
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError, TryAgainLater
from faceswap_site.lib.files import private_file
from faceswap_site.lib.http.error_pages import signed_out
from faceswap_site.lib.site_url import site_url
from recognition.engine import Face, Photo
from recognition.photos.fetch_limits import fetch_now
from recognition.photos.intake import Caller
from recognition.photos.pixels import converted, shown_jpeg
from swaps.results.own_addresses import own_photo
from swaps.results.verdict import to_store, verdict
from swaps.studio.forms import FacesForm, SwapForm
from swaps.studio.looks import look_at_face_photos, look_at_target
from swaps.studio.preview import WORKED_ON, make_preview
from swaps.studio.sources import known_face_file

from .pictures import private_small

Answer = Callable[[SignedInRequest], HttpResponse]


def _asked_by_script(view: Answer) -> Answer:
    """Answer whoever is not signed in, or asks for what can't be done, in words for the script."""

    @wraps(view)
    def answered(request: SignedInRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return signed_out(request)
        throttling.spend("look", request.user.pk)  # it costs the web server time and nobody points
        try:
            answer = view(request)
        except TryAgainLater:
            raise
        except DomainError as error:
            return JsonResponse({"message": spoken(error), "code": error.code}, status=400)
        answer["Cache-Control"] = "no-store"
        return answer

    return require_POST(answered)


@_asked_by_script
def faces(request: SignedInRequest) -> HttpResponse:
    """The faces of a photo in their published order, boxes as shares of width and height, and what to know of them."""
    form = FacesForm(request.POST, request.FILES, owner=request.user)
    if not form.is_valid():
        return _refused(form)
    photos: list[Photo] = form.cleaned_data["photo"]
    look = look_at_target(photos[0]) if form.cleaned_data["role"] == "target" else look_at_face_photos(photos)
    answer: dict[str, object] = {
        "faces": [_described(face, look.width, look.height) for face in look.faces],
        "problem": look.problem,
        "note": look.note,
    }
    if request.POST.get("pictures"):  # this browser can't show the files themselves
        answer["pictures"] = [b64encode(_picture(photo)).decode() for photo in photos]
    return JsonResponse(answer)


@_asked_by_script
def preview(request: SignedInRequest) -> HttpResponse:
    """The swap that the studio's form describes, small and marked, and how real it will look."""
    form = SwapForm(request.POST, request.FILES, owner=request.user)
    if not form.is_valid():
        return _refused(form)
    target = form.target_input().photo
    chosen = form.face_inputs()
    if target is None or any(face.photo.photo is None for face in chosen):
        return JsonResponse({"message": _("Photos from the web have no preview until they are fetched.")}, status=400)
    made = make_preview(account=request.user, target=target, faces=chosen, options=form.swap_options())
    fit = to_store(made.fit)
    return JsonResponse(
        {"picture": b64encode(made.jpeg).decode(), "box": made.box, "fit": fit, "verdict": verdict(fit)}
    )


@_asked_by_script
def fetched(request: SignedInRequest) -> HttpResponse:
    """A photo from an address on the web, written anew, for the script to put where an upload would be."""
    url = request.POST.get("url", "")
    photo = own_photo(url, caller=Caller(request.user, site_url(request)), label="photo")
    photo = photo or fetch_now(url, label="photo", account_id=request.user.pk)
    return HttpResponse(converted(photo, "JPEG", quality=95), content_type="image/jpeg")


@signed_in_only("GET")
def known_face(request: SignedInRequest, choice: str) -> HttpResponseBase:
    """The picture of a face that the account has already; with size=small one for a button."""
    file = known_face_file(request.user, choice)
    if not file:
        raise Http404(_("This picture is not there (yet)."))
    return private_small(file) if request.GET.get("size") == "small" else private_file(file)


def _picture(photo: Photo) -> bytes:
    return shown_jpeg(photo, side=WORKED_ON, quality=80)[0]


def _refused(form: FacesForm | SwapForm) -> JsonResponse:
    return JsonResponse({"message": next(iter(form.errors.values()))[0]}, status=400)


def _described(face: Face, width: int, height: int) -> dict[str, object]:
    left, top, right, bottom = face.box
    return {
        "box": [round(v, 4) for v in (left / width, top / height, right / width, bottom / height)],
        "area": round((right - left) * (bottom - top)),
    }
