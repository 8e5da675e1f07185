"""The engine's messages in the language of whoever reads them. The engine knows no Django and speaks English alone."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .errors import DomainError

# By the code of an error; %(photo)s is what the photo is called, one of PHOTOS.
WORDS = {
    "no_face": gettext_noop(
        "No face was found in the %(photo)s. Use a photo where the face is seen from the front and at least "
        "80 pixels wide."
    ),
    "photo_empty": gettext_noop("The %(photo)s is an empty file. Choose another photo."),
    "photo_too_large": gettext_noop("The %(photo)s is too large: the limit is %(limit)s. Save it smaller."),
    "photo_unsupported": gettext_noop("The %(photo)s is no photo that can be used. Save it as JPEG or PNG."),
    "photo_broken": gettext_noop("The %(photo)s is damaged or incomplete. Save or download it again."),
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
)
REMARKS = (
    gettext_noop("the face is blurred"),
    gettext_noop("the face is dark"),
    gettext_noop("the face is overexposed"),
    gettext_noop("the face has little contrast"),
    gettext_noop("the head is turned to the side"),
    gettext_noop("the head is tilted up or down"),
)
SMALL = re.compile(r"the face is small \((\d+) pixels between the eyes, better (\d+)\)")


def spoken(error: DomainError) -> str:
    """What an error says, in the language in force; where that is English, or nothing fits, its own words."""
    template = WORDS.get(error.code)
    if template is None or _(template) == template:
        return error.message
    details = dict(error.details)
    if "photo" in details:
        details["photo"] = _(str(details["photo"]))
    try:
        return _(template) % details
    except KeyError:  # raised elsewhere under the same code, with details of its own
        return error.message


def spoken_remark(remark: str) -> str:
    """What lowers a face's quality, in the language in force."""
    if numbers := SMALL.fullmatch(remark):
        distance, better = numbers.groups()
        return _("the face is small (%(n)s pixels between the eyes, better %(better)s)") % {
            "n": distance,
            "better": better,
        }
    return _(remark)
