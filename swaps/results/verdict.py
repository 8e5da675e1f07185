"""How real a swap will look, in words: what the engine says of two faces, for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from swaps.engine import Fit

# What the engine's codes mean to somebody who chooses photos.
REASONS = {
    "half_hidden": gettext_lazy(
        "Much of the face in the photo to change is hidden. Choose a photo that shows all of it."
    ),
    "face_photo_hidden": gettext_lazy("Much of the face in the face photo is hidden. Choose one that shows all of it."),
    "turned_away": gettext_lazy(
        "The face in the photo to change is turned far to the side. Choose one that looks more towards the camera."
    ),
    "turned_apart": gettext_lazy(
        "The two heads look in different directions. Choose a face photo that looks the same way."
    ),
    "face_photo_blurred": gettext_lazy("The face photo is blurred. Choose a sharper one."),
    "blown_out": gettext_lazy(
        "Parts of the face in the photo to change are white with light. Choose a photo in softer light."
    ),
    "beard": gettext_lazy("Only one of the two has a beard. Choose photos that are alike in that."),
    "face_photo_spectacles": gettext_lazy(
        "The spectacles of the face photo are painted over, which may show. Choose a photo without spectacles."
    ),
    "face_photo_coarse": gettext_lazy(
        "The face photo is much smaller than the face that it goes on. Choose a larger photo of that face."
    ),
    "mouths_differ": gettext_lazy(
        "One mouth is open and the other is not. Choose a face photo with the same expression."
    ),
    "forehead_covered": gettext_lazy(
        "Hair or a hat covers much of a forehead. Choose a face photo that shows as much of it, or leave the forehead."
    ),
    "skin_texture_unlike": gettext_lazy(
        "One skin is much smoother than the other, by age or by sharpness. Choose a face photo that is more like it."
    ),
    "skin_unlike": gettext_lazy(
        "The two faces differ much in brightness or colour. Choose a face photo that is nearer in both."
    ),
    "light_unlike": gettext_lazy(
        "Light falls on the two faces from different sides. Choose a face photo in similar light."
    ),
    "brows_unlike": gettext_lazy(
        "The brows of one are much darker than those of the other. Choose a face photo with brows more like them."
    ),
}


def to_store(fit: Fit) -> dict[str, Any]:
    """A verdict as jobs keep it and programs read it."""
    return {"realism": round(fit.realism, 1), "good": fit.good, "reasons": list(fit.reasons)}


def verdict(fit: Mapping[str, Any]) -> str:
    """Say what `to_store` gave, in the language in force: what to expect, then a line for each reason known here."""
    first = _("This should look real.") if fit["good"] else _("This will probably look edited.")
    return "\n".join([first, *(f"• {REASONS[code]}" for code in fit["reasons"] if code in REASONS)])
