"""What a look at photos tells before anyone pays: where the faces are, and what would not go well with them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from faceswap_site.lib.error_messages import spoken_remark
from recognition.chosen_engine import Seen, look_at
from recognition.engine import Face, Photo
from recognition.engine.compare import unlike_the_rest
from recognition.photos.content_check import check_content
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO


@dataclass(frozen=True)
class Look:
    """Faces of the first photo and its size; `problem` says why a swap would fail, `note` what one should know."""

    width: int
    height: int
    faces: list[Face]
    problem: str = ""
    note: str = ""


def look_at_target(photo: Photo) -> Look:
    """All faces of a photo to change, in the published order; ExplicitPhoto where it may not be used."""
    check_content(photo, name=TARGET_PHOTO)
    seen = look_at(photo, tiny=True)
    return _told(seen, problem="" if seen.faces else _no_face(seen))


def look_at_face_photos(photos: Sequence[Photo]) -> Look:
    """The face that one photo gives; of several, whether they are of one person. ExplicitPhoto as above."""
    for photo in photos:
        check_content(photo, name=FACE_PHOTO)
        photo.release()
    several = len(photos) > 1
    found = [look_at(photo, mode="largest", describe=several, tiny=not several) for photo in photos]
    if not several:
        return _told(found[0], problem="" if found[0].faces else _no_face(found[0]), note=_remarks(found[0].faces))
    without = [number for number, seen in enumerate(found, 1) if not seen.faces]
    if without:
        return _told(found[0], problem=" ".join(_("Photo %(n)d shows no face. Remove it.") % {"n": n} for n in without))
    others = unlike_the_rest(np.array([seen.descriptors[0] for seen in found]))
    words = _("Photo %(n)d looks like someone else. Remove it, or the result will be a mixture of both.")
    return _told(found[0], note=" ".join(words % {"n": number + 1} for number in others))


def _told(seen: Seen, *, problem: str = "", note: str = "") -> Look:
    return Look(seen.width, seen.height, seen.faces, problem, note)


def _no_face(seen: Seen) -> str:
    if seen.tiny:
        return _(
            "A face was found, but at %(n)d pixels it is too small. Use a photo where it is at least 80 pixels wide."
        ) % {"n": seen.tiny}
    return _(
        "No face was found on this photo. Use one where the face is seen from the front and at least 80 pixels wide."
    )


def _remarks(faces: Sequence[Face]) -> str:
    remarks = [spoken_remark(reason) for face in faces for reason in face.quality.reasons]
    return _("It can be used, but %(remarks)s.") % {"remarks": _(", ").join(remarks)} if remarks else ""
