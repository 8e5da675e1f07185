"""The faces that a person saw outlined and chose, found again: the preview and the swap change these and no others."""

from collections.abc import Mapping

from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import face_at, find_faces
from recognition.engine import Face
from recognition.engine.boxes import area, intersection
from recognition.engine.types import Box, ByteImage

# How much of both boxes together they must share to be of one face: sizes differ by a fifth between copies of a photo.
SAME_BOX = 0.4
# Boxes may reach past the border of a photo as far as faces do.
BEYOND = 1.0


def read_box(text: str) -> Box | None:
    """Four shares of width and height as a form sends them; None for anything else."""
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        return None
    usable = -BEYOND <= left < right <= 1 + BEYOND and -BEYOND <= top < bottom <= 1 + BEYOND
    return (left, top, right, bottom) if usable else None


def shown_faces(rgb: ByteImage, boxes: Mapping[int, Box]) -> dict[int, Face]:
    """The faces in these boxes by their numbers, on the photo or on a smaller copy; a face not seen there is left out.

    Each is looked for where it was shown, which takes a twentieth of the time of a search. What is not seen there, as
    heads upside down, is looked for as it was found at first.
    """
    height, width = rgb.shape[:2]
    places = {
        index: (left * width, top * height, right * width, bottom * height)
        for index, (left, top, right, bottom) in boxes.items()
    }
    looked = {index: face_at(rgb, place) for index, place in places.items()}
    found = {index: face for index, face in looked.items() if face and _shared(face.box, places[index]) >= SAME_BOX}
    missing = [index for index in places if index not in found]
    everyone = find_faces(rgb) if missing else []
    for index in missing:
        best = max(everyone, key=lambda face: _shared(face.box, places[index]), default=None)
        if best and _shared(best.box, places[index]) >= SAME_BOX:
            found[index] = best
    return found


def all_shown_faces(rgb: ByteImage, boxes: Mapping[int, Box]) -> dict[int, Face]:
    """The same, where each must be there: the swap of a group changes all that was paid for, or nothing."""
    found = shown_faces(rgb, boxes)
    for index in boxes:
        if index not in found:
            raise DomainError("face_not_there", n=index + 1)
    return found


def _shared(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    shared = intersection(one, other)
    return shared / (area(one) + area(other) - shared) if shared else 0.0
