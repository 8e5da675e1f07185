"""What the studio asks while a person prepares a swap: which faces are on a photo. Free, and nothing is stored."""

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from recognition.engine import Face, Photo, find_faces
from swaps.forms import FacesForm

# Looking costs the web server time and nobody points, so it is rationed.
LOOKS_A_MINUTE = 60


@require_POST
def faces(request: SignedInRequest) -> JsonResponse:
    """The faces of a photo in their published order, boxes as shares of width and height."""
    if not request.user.is_authenticated:
        return JsonResponse({"message": _("Sign in first.")}, status=401)
    if _too_many(request):
        return JsonResponse({"message": _("That was a lot of photos. Wait a minute.")}, status=429)
    form = FacesForm(request.POST, request.FILES, owner=request.user)
    if not form.is_valid():
        message = next(iter(form.errors.values()))[0]
        return JsonResponse({"message": message}, status=400)
    photo: Photo = form.cleaned_data["photo"]
    found = find_faces(photo.rgb, mode="largest" if form.cleaned_data["role"] == "face" else "all")
    height, width = photo.rgb.shape[:2]
    return JsonResponse({"faces": [_described(face, width, height) for face in found]})


def _described(face: Face, width: int, height: int) -> dict[str, object]:
    left, top, right, bottom = face.box
    return {
        "box": [round(v, 4) for v in (left / width, top / height, right / width, bottom / height)],
        "area": round((right - left) * (bottom - top)),
        "remarks": list(face.quality.reasons),
    }


def _too_many(request: HttpRequest) -> bool:
    key = f"studio-looks-{request.user.pk}"
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key) > LOOKS_A_MINUTE
    except ValueError:  # it ran out between the two lines
        return False
