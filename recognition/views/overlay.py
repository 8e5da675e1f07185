"""A photo with what was found on it, as a template draws it: an SVG in the photo's own pixels."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from recognition.engine import Face, Photo
from recognition.engine import landmarks68 as named
from recognition.engine.types import Points
from recognition.photos.pixels import shown_jpeg
from recognition.recognise import RecognisedFace
from recognition.verdict_words import Answer, in_words

SHOWN_SIDE = 1600
# The lines that are drawn; the second ones are closed.
_OPEN = (named.JAW, named.LEFT_BROW, named.RIGHT_BROW, named.NOSE_RIDGE, named.NOSTRILS)
_CLOSED = (named.LEFT_EYE, named.RIGHT_EYE, named.OUTER_LIPS, named.INNER_LIPS)


@dataclass(frozen=True)
class Outline:
    """One face: its number from the left (from 1), box and landmarks in pixels, and what to say about it."""

    number: int
    x: int
    y: int
    width: int
    height: int
    landmarks: str
    kind: str = ""
    name: str = ""
    label: str = ""
    answer: RecognisedFace | None = None

    @property
    def words(self) -> Answer | None:
        """How sure it is that this is the nearest person known; None where nobody comes near."""
        if self.answer is None or self.answer.verdict == "no_match":
            return None
        return in_words(self.answer.verdict, self.answer.candidates[0].similarity)

    @property
    def text_x(self) -> int:
        """Where the name begins: with the box, or at the edge of the photo where the box reaches past it."""
        return max(self.x, self.width // 20)

    @property
    def text_y(self) -> int:
        """Where the name stands: over the box, or inside where the photo ends there."""
        return self.y - self.height // 20 if self.y > self.height // 4 else self.y + self.height // 5


@dataclass(frozen=True)
class Overlay:
    """A photo as a data address, so that nothing of it need be stored, its size, and its faces."""

    picture: str
    width: int
    height: int
    text: int
    faces: tuple[Outline, ...]

    @property
    def radius(self) -> int:
        """Of the boxes' corners."""
        return max(1, self.text // 4)


def overlay_of_answers(photo: Photo, answers: Sequence[RecognisedFace]) -> Overlay:
    """A photo with the people that were recognised."""
    return _overlay(photo, [_named(number, answer) for number, answer in enumerate(answers, 1)])


def overlay_of_face(photo: Photo, face: Face, label: str) -> Overlay:
    """A photo with the one face that counted."""
    return _overlay(photo, [_outline(1, face, label=label)])


def _named(number: int, answer: RecognisedFace) -> Outline:
    known = answer.candidates[0] if answer.candidates and answer.verdict != "no_match" else None
    words = {"number": number, "name": known.name if known else ""}
    if known is None:
        label = _("Face %(number)d: nobody you know") % words
    elif answer.verdict == "match":
        label = _("Face %(number)d: %(name)s") % words
    else:
        label = _("Face %(number)d: perhaps %(name)s") % words
    return _outline(number, answer.face, kind=answer.verdict, name=words["name"], label=label, answer=answer)


def _outline(number: int, face: Face, **more: object) -> Outline:
    left, top, right, bottom = (round(side) for side in face.box)
    return Outline(number, left, top, right - left, bottom - top, _path(face.landmarks), **more)  # type: ignore[arg-type]


def _path(landmarks: Points) -> str:
    lines = [_line(landmarks[part]) for part in _OPEN]
    return " ".join([*lines, *(f"{_line(landmarks[part])}Z" for part in _CLOSED)])


def _line(points: Points) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _overlay(photo: Photo, faces: Iterable[Outline]) -> Overlay:
    jpeg, width, height = shown_jpeg(photo, side=SHOWN_SIDE, quality=85)
    data = b64encode(jpeg).decode()
    return Overlay(f"data:image/jpeg;base64,{data}", width, height, max(1, max(height, width) // 36), tuple(faces))
