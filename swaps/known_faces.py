"""Faces that an account has already: its people, as far as they agreed, and the face photos of its latest swaps."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from accounts.models import User
from faceswap_site.numbers import LARGEST_ID, whole_number
from recognition.models import KnownFace, Person

from .intake import FaceInput
from .models import SwapFace
from .photos import load_photo

# That the law allows to keep a face for recognising it is no consent to put it onto other pictures.
CONSENTED = (Person.Basis.MYSELF, Person.Basis.CONSENT, Person.Basis.GUARDIAN)
PEOPLE, RECENT = 12, 8
# How far back the latest swaps are read for faces that differ.
LOOKED_AT = 60
PHOTOS_OF_ONE = 5


@dataclass(frozen=True)
class KnownFaceChoice:
    """A face to choose: `name` is what the form sends."""

    name: str
    title: str

    @property
    def url(self) -> str:
        return reverse("swaps:known_face", args=[self.name])


def people_to_choose(owner: User) -> list[KnownFaceChoice]:
    """The people of the account's own registry who may be used in swaps, those with photos."""
    people = usable_people(owner).annotate(photos=Count("faces")).filter(photos__gt=0)
    return [KnownFaceChoice(f"person-{person.uuid}", person.name) for person in people[:PEOPLE]]


def recent_faces(owner: User) -> list[KnownFaceChoice]:
    """The newest face photos of the account's swaps, each once; people of the registry have their own place."""
    rows = SwapFace.objects.filter(job__owner=owner, person=None).exclude(photo="").exclude(fingerprint="")
    seen: dict[str, SwapFace] = {}
    for row in rows.order_by("-pk")[:LOOKED_AT]:
        seen.setdefault(row.fingerprint, row)
    return [KnownFaceChoice(f"face-{row.pk}", row.title) for row in list(seen.values())[:RECENT]]


def known_face_inputs(owner: User, name: str) -> list[FaceInput]:
    """The photos behind a choice, best first; none where it is not the account's own or no longer there."""
    person, row = _person_and_row(owner, name)
    if row is not None:
        photo = load_photo(row.photo, label="face photo")
        return [FaceInput(photo=photo, title=row.title, fingerprint=row.fingerprint)]
    if person is None:
        return []
    photos = [face.photo for face in _best(person)[:PHOTOS_OF_ONE]]
    return [FaceInput(photo=load_photo(photo, label="face photo"), person=person) for photo in photos]


def known_face_file(owner: User, name: str) -> FieldFile | None:
    """The picture that stands for a choice."""
    person, row = _person_and_row(owner, name)
    if row is not None:
        return row.photo
    best = _best(person)[:1] if person is not None else []
    return best[0].photo if best else None


def usable_people(owner: User) -> QuerySet[Person]:
    return Person.objects.filter(registry__owner=owner, consent_basis__in=CONSENTED)


def _best(person: Person) -> list[KnownFace]:
    return sorted((face for face in person.faces.all() if face.photo), key=lambda face: -face.quality)


def _person_and_row(owner: User, name: str) -> tuple[Person | None, SwapFace | None]:
    kind, _dash, key = name.partition("-")
    number = whole_number(key, most=LARGEST_ID) if kind == "face" else None
    if number is not None:
        return None, SwapFace.objects.filter(pk=number, job__owner=owner).exclude(photo="").first()
    try:
        uuid = UUID(key)
    except ValueError:
        return None, None
    return (usable_people(owner).filter(uuid=uuid).first() if kind == "person" else None), None
