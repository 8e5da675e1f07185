"""What a swap would look like, small and marked, before anyone pays: made at once in the web server, never kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from accounts.models import User
from faceswap_site.lib.crop_and_resize import at_most, cropped
from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import find_faces, largest_face
from recognition.engine import Face, Photo, encode_photo
from recognition.engine.types import ByteImage
from swaps.chosen_engine import prepare_source, swap_faces
from swaps.engine import Fit, SwapOptions
from swaps.engine.whole_photo import TARGET_PHOTO
from swaps.jobs.protection_check import refuse_protected_faces
from swaps.jobs.submission import FaceInput
from swaps.results.marking import XMP

from .shown_faces import shown_faces

# Pixels of the longer side: of the copy that is worked on, and of what is shown around the faces that change.
WORKED_ON = 1280
SHOWN = 480
# What is shown around them, in sizes of a face.
MARGIN = 1.2
MARK = "PREVIEW"
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
        Small, with a mark all over it.
    fit : Fit
        Of several faces, that of the one where it will go least well.
    """

    jpeg: bytes
    fit: Fit


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
        Where a photo shows no usable face, is of someone protected, or too many previews are being made.
    """
    if not _turns.acquire(timeout=SECONDS_FOR_A_TURN):
        raise DomainError("busy", case="preview")
    try:
        picture = small_copy(target)
        photos: dict[int, list[ByteImage]] = {}
        for face in faces:
            if face.photo.photo is not None:
                photos.setdefault(face.index or 0, []).append(small_copy(face.photo.photo))
        found = _faces_to_change(picture, faces)
        refuse_protected_faces(account, photos, picture, list(found.values()), where="preview")
        sources = {index: prepare_source(several) for index, several in photos.items() if index in found}
        made = swap_faces(picture, sources, options, target_faces=found)
    finally:
        _turns.release()
    shown = at_most(around(made.rgb, list(found.values())), SHOWN)
    return Preview(encode_photo(marked(shown), "JPEG", quality=QUALITY, xmp=XMP), made.least_fit)


def around(rgb: ByteImage, faces: Sequence[Face]) -> ByteImage:
    """The part of a picture that shows these faces and what is next to them."""
    boxes = np.array([face.box for face in faces])
    left, top = boxes[:, :2].min(0)
    right, bottom = boxes[:, 2:].max(0)
    return cropped(rgb, (left, top, right, bottom), margin=MARGIN * float((boxes[:, 2] - boxes[:, 0]).max()))


def small_copy(photo: Photo) -> ByteImage:
    """What is worked on of a photo, whose own pixels are forgotten: photos are decoded one after the other."""
    copy = at_most(photo.rgb, WORKED_ON)
    photo.release()
    return copy


def marked(rgb: ByteImage) -> ByteImage:
    """The picture with the mark in slanted rows, light and dark, so that it shows on any ground."""
    height, width = rgb.shape[:2]
    size = max(14, max(height, width) // 18)
    layer = Image.new("RGBA", (2 * max(height, width),) * 2)
    draw, font = ImageDraw.Draw(layer), ImageFont.load_default(size)
    step = int(draw.textlength(MARK, font=font)) + 2 * size
    for row, y in enumerate(range(0, layer.height, 3 * size)):
        for x in range(-(row % 2) * step // 2, layer.width, step):
            draw.text((x + 1, y + 1), MARK, font=font, fill=(0, 0, 0, 70))
            draw.text((x, y), MARK, font=font, fill=(255, 255, 255, 90))
    turned = layer.rotate(30)
    left, top = (turned.width - width) // 2, (turned.height - height) // 2
    picture = Image.fromarray(rgb).convert("RGBA")
    picture.alpha_composite(turned.crop((left, top, left + width, top + height)))
    return np.asarray(picture.convert("RGB"))


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
