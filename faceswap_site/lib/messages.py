"""Errors in the language of whoever reads them: every surface tells them by `spoken`, and no other way.

The engine knows no Django and speaks English alone; its sentences are here once more, to be translated.
"""

import contextlib
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .errors import DomainError, filled

# By the code of an error; of several sentences the first whose places its details fill. %(photo)s is one of PHOTOS.
WORDS: dict[str, str | tuple[str, ...]] = {
    "no_face": gettext_noop(
        "No face was found in the %(photo)s. Use a photo where the face is seen from the front and at least "
        "80 pixels wide."
    ),
    "photo_empty": gettext_noop("The %(photo)s is an empty file. Choose another photo."),
    "photo_too_large": (
        gettext_noop("The %(photo)s is too large: the limit is %(limit)s. Save it smaller."),
        gettext_noop("The %(photo)s is too large: the limit is %(megapixels)g megapixels. Save it smaller."),
        gettext_noop("The %(photo)s is too long: a side may have %(side)d pixels. Crop it or save it smaller."),
        gettext_noop("The %(photo)s has far too many pixels. Save it smaller."),
        gettext_noop("%(format)s can't hold a side of %(pixels)d pixels. Choose PNG instead."),
    ),
    "photo_unsupported": gettext_noop("The %(photo)s is no photo that can be used. Save it as JPEG or PNG."),
    "photo_broken": gettext_noop("The %(photo)s is damaged or incomplete. Save or download it again."),
    "too_many_pixels": gettext_noop(
        "These photos have more than %(megapixels)g megapixels together. Send fewer of them, or smaller ones."
    ),
    "overloaded": gettext_noop(
        "Too many large photos are being worked on at this moment. Nothing was charged; try again in %(retry_after)d "
        "seconds."
    ),
    "no_such_face": gettext_noop("The photo to change has %(count)d faces; choose one of those found."),
    "no_matching_face": gettext_noop("The person asked for is not in the photo to change. Choose the face yourself."),
    "face_unusable": gettext_noop("This face can't be used. Use another photo of it."),
}
PHOTOS = (
    gettext_noop("face photo"),
    gettext_noop("photo to change"),
    gettext_noop("photo"),
    gettext_noop("first photo"),
    gettext_noop("second photo"),
    gettext_noop("reference photo"),
    gettext_noop("result"),
)
# The details that are words themselves: one of PHOTOS, what OpenSSL says, or a sentence that goes with another one;
# sentences are last, because the others may fill them.
WORDY = ("photo", "label", "reason", "why", "more")
REMARKS = (
    gettext_noop("the face is blurred"),
    gettext_noop("the face is dark"),
    gettext_noop("the face is overexposed"),
    gettext_noop("the face has little contrast"),
    gettext_noop("the head is turned to the side"),
    gettext_noop("the head is tilted up or down"),
)
# The engine's CALIBRATION_SOURCE, letter by letter.
CALIBRATION = gettext_noop(
    "Logistic curve, 50 % at distance 0.60 (the boundary dlib publishes with the model), slope 40 from the spread of "
    "1,425 pairs of strangers (mean 0.807, standard deviation 0.096), same and different people held equally likely."
)
SMALL = re.compile(r"the face is small \((\d+) pixels between the eyes, better (\d+)\)")


def spoken(error: DomainError) -> str:
    """What an error says, in the language in force; where that is English, or nothing fits, its own words."""
    templates = WORDS.get(error.code, ())
    details = dict(error.details)
    for name in WORDY:
        if name in details:
            details[name] = filled(_(str(details[name])), details)
    for template in (templates,) if isinstance(templates, str) else templates:
        if _(template) == template:
            break
        with contextlib.suppress(KeyError):  # details of another sentence, or of a raiser of its own
            return _(template) % details
    return filled(_(error.sentence), details)


def spoken_remark(remark: str) -> str:
    """What lowers a face's quality, in the language in force."""
    if numbers := SMALL.fullmatch(remark):
        distance, better = numbers.groups()
        return _("the face is small (%(n)s pixels between the eyes, better %(better)s)") % {
            "n": distance,
            "better": better,
        }
    return _(remark)
