"""What a swap would look like, small and marked, before anyone pays: made at once in the web server, never kept."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore

import cv2
import numpy as np
from django.utils import timezone

from accounts import throttling
from accounts.models import User
from faceswap_site.lib.crop_and_resize import Box, PixelBox, at_most, clipped, cropped
from faceswap_site.lib.errors import DomainError, TooManyRequests
from recognition.chosen_engine import find_faces, largest_face
from recognition.engine import Face, Photo, encode_photo
from recognition.engine.types import ByteImage
from recognition.photos.content_check import check_content
from recognition.photos.pixels import small_copy
from swaps.chosen_engine import prepare_source, swap_faces
from swaps.engine import Fit, SwapOptions
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.jobs.protection_check import refuse_protected_faces
from swaps.jobs.submission import FaceInput
from swaps.results.marking import XMP

from .preview_mark import marked
from .shown_faces import shown_faces

# Pixels of the longer side: of the copy that is worked on, and of what is shown around the faces that change.
WORKED_ON = 1280
SHOWN = 256
# What is shown around them, in sizes of a face.
MARGIN = 1.2
QUALITY = 72
# Previews share the web server with all pages: at most so many at once, and nobody waits longer than this for a turn.
_turns = BoundedSemaphore(2)
SECONDS_FOR_A_TURN = 3.0


@dataclass(frozen=True)
class Preview:
    """What a person sees before they pay.

    Attributes
    ----------
    jpeg : bytes
        Small, with a mark all over it that takes detail away.
    fit : Fit
        Of several faces, that of the one where it will go least well.
    box : tuple of float
        The part of the photo that it shows: left, top, right and bottom as shares of its width and height.
    """

    jpeg: bytes
    fit: Fit
    box: Box


def make_preview(
    *,
    account: User,
    target: Photo,
    faces: Sequence[FaceInput],
    options: SwapOptions,
) -> Preview:
    """Make the swap on small copies, and say how real it will look.

    The faces of a plan are looked for in their boxes: on a small copy a search may find fewer, and number them anew.

    Raises
    ------
    DomainError
        Where a photo shows no usable face, is of someone protected, or too many previews are being made, at this
        moment or of these photos.
    """
    if not _turns.acquire(timeout=SECONDS_FOR_A_TURN):
        raise DomainError("busy", case="preview")
    try:
        check_content(target, name=TARGET_PHOTO)
        picture = small_copy(target, WORKED_ON)
        photos: dict[int, list[ByteImage]] = {}
        for face in faces:
            if face.photo.photo is not None:
                check_content(face.photo.photo, name=FACE_PHOTO)
                photos.setdefault(face.index or 0, []).append(small_copy(face.photo.photo, WORKED_ON))
        _count(account, [picture, *(each for several in photos.values() for each in several)])
        found = _faces_to_change(picture, faces)
        refuse_protected_faces(account, photos, picture, list(found.values()), where="preview")
        sources = {index: prepare_source(several) for index, several in photos.items() if index in found}
        made = swap_faces(picture, sources, options, target_faces=found)
    finally:
        _turns.release()
    box = around(made.rgb, list(found.values()))
    shown = marked(at_most(cropped(made.rgb, box), SHOWN), account=account.pk, today=timezone.localdate())
    height, width = made.rgb.shape[:2]
    shares = (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
    return Preview(encode_photo(shown, "JPEG", quality=QUALITY, xmp=XMP), made.least_fit, shares)


def around(rgb: ByteImage, faces: Sequence[Face]) -> PixelBox:
    """The part of a picture that shows these faces and what is next to them."""
    boxes = np.array([face.box for face in faces])
    left, top = boxes[:, :2].min(0)
    right, bottom = boxes[:, 2:].max(0)
    margin = MARGIN * float((boxes[:, 2] - boxes[:, 0]).max())
    return clipped((left, top, right, bottom), rgb.shape, margin=margin)


def _count(account: User, photos: Iterable[ByteImage]) -> None:
    """Count a preview of these photos, also where they were written anew in between."""
    looks = hashlib.sha256(b"".join(_look(rgb) for rgb in photos)).hexdigest()[:32]
    allowance = throttling.take("preview", f"{account.pk}:{looks}")
    if not allowance.granted:
        raise TooManyRequests(case="preview", retry_after=allowance.resets_in)


def _look(rgb: ByteImage) -> bytes:
    """Whether a photo grows lighter to the right, at 64 places of it: the same at another size or quality."""
    grey = cv2.resize(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (9, 8), interpolation=cv2.INTER_AREA)
    return bytes(np.packbits(grey[:, 1:] > grey[:, :-1]))


def _faces_to_change(picture: ByteImage, faces: Sequence[FaceInput]) -> dict[int, Face]:
    boxes = {face.index: face.box for face in faces if face.index is not None and face.box}
    if boxes:
        found = shown_faces(picture, boxes)
    elif all(face.index is None for face in faces):
        found = {0: largest_face(picture, TARGET_PHOTO)}
    else:
        found = dict(enumerate(find_faces(picture)))
        found = {face.index: found[face.index] for face in faces if face.index in found}
    if not found:
        raise DomainError("too_small")
    return found
