"""What a look at photos tells before anyone pays: where the faces are, and what would not go well with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _

from faceswap_site.lib.error_messages import spoken_remark
from recognition.chosen_engine import describe_faces, find_faces, tiny_face_width
from recognition.engine import Face, Photo
from recognition.engine.compare import unlike_the_rest


@dataclass(frozen=True)
class Look:
    """Faces of the first photo; `problem` says why a swap would fail, `note` what the person should know."""

    faces: list[Face] = field(default_factory=list)
    problem: str = ""
    note: str = ""


def look_at_target(photo: Photo) -> Look:
    """All faces of a photo to change, in the published order."""
    faces = find_faces(photo.rgb)
    return Look(faces, problem="" if faces else _no_face(photo))


def look_at_face_photos(photos: Sequence[Photo]) -> Look:
    """The face that one photo gives; of several, whether they are of one person."""
    found = [find_faces(photo.rgb, mode="largest") for photo in photos]
    if len(photos) == 1:
        return Look(found[0], problem="" if found[0] else _no_face(photos[0]), note=_remarks(found[0]))
    without = [number for number, faces in enumerate(found, 1) if not faces]
    if without:
        return Look(found[0], problem=" ".join(_("Photo %(n)d shows no face. Remove it.") % {"n": n} for n in without))
    descriptors = [describe_faces(photo.rgb, faces)[0] for photo, faces in zip(photos, found, strict=True)]
    others = unlike_the_rest(np.array(descriptors))
    words = _("Photo %(n)d looks like someone else. Remove it, or the result will be a mixture of both.")
    return Look(found[0], note=" ".join(words % {"n": number + 1} for number in others))


def _no_face(photo: Photo) -> str:
    if width := tiny_face_width(photo.rgb):
        return _(
            "A face was found, but at %(n)d pixels it is too small. Use a photo where it is at least 80 pixels wide."
        ) % {"n": width}
    return _(
        "No face was found on this photo. Use one where the face is seen from the front and at least 80 pixels wide."
    )


def _remarks(faces: Sequence[Face]) -> str:
    remarks = [spoken_remark(reason) for face in faces for reason in face.quality.reasons]
    return _("It can be used, but %(remarks)s.") % {"remarks": _(", ").join(remarks)} if remarks else ""
