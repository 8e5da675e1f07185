"""Where the studio's forms take photos from: uploads, addresses, samples, known faces and one's earlier swaps."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from accounts.models import User
from faceswap_site.lib.numbers import LARGEST_ID, whole_number
from faceswap_site.lib.samples import sample_portraits
from recognition.engine import Photo
from recognition.models import KnownFace, Person
from recognition.photos.fields import title_of
from recognition.photos.intake import PhotoInput
from recognition.photos.reading import decode_sample
from recognition.photos.stored import load_photo
from swaps.jobs.submission import FaceInput
from swaps.models import SwapFace, SwapJob


def sample_names() -> list[tuple[str, str]]:
    """The samples as a form's choices, asked when the form is made: they may come later than the site."""
    return [("", ""), *((name, name) for name in sample_portraits(settings.SAMPLES_DIR))]


class StudioPhotos:
    """The first place that has a photo gives it: upload, address, known face, sample, earlier swap."""

    files: Any

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def earlier(self, field: str, values: dict[str, Any]) -> SwapJob | None:
        """The job that `field` names, if it is the person's own."""
        try:
            job_id = UUID(str(values.get(field)))
        except ValueError:
            return None
        return SwapJob.objects.filter(owner=self.owner, pk=job_id, kind=SwapJob.Kind.PHOTO).first()

    def chosen_faces(self, cleaned: dict[str, Any]) -> list[FaceInput]:
        """The face photos; several are of one person."""
        if cleaned.get("face"):
            files = self.files.getlist("face")
            return [
                FaceInput(PhotoInput(photo, title=title_of(file)))
                for photo, file in zip(cleaned["face"], files, strict=True)
            ]
        if cleaned.get("face_url"):
            return [FaceInput(PhotoInput(url=cleaned["face_url"]))]
        if known := known_face_inputs(self.owner, cleaned.get("face_known") or ""):
            return known
        if photo := self._sample(cleaned.get("face_sample")):
            return [FaceInput(PhotoInput(photo, title=cleaned["face_sample"].rpartition(".")[0]))]
        job = self.earlier("face_from", cleaned)
        return [self._again(face) for face in job.faces.select_related("person") if face.photo] if job else []

    def chosen_target(self, cleaned: dict[str, Any]) -> PhotoInput | None:
        if cleaned.get("target") is not None:
            return PhotoInput(photo=cleaned["target"], title=title_of(self.files["target"]))
        if cleaned.get("target_url"):
            return PhotoInput(url=cleaned["target_url"])
        if photo := self._sample(cleaned.get("target_sample")):
            return PhotoInput(photo=photo, title=cleaned["target_sample"].rpartition(".")[0])
        job = self.earlier("target_from", cleaned)
        file = job and (job.result if cleaned.get("target_part") == "result" else job.target)
        return PhotoInput(photo=load_photo(file, label="photo to change"), title=job.title) if job and file else None

    @staticmethod
    def _sample(name: Any) -> Photo | None:
        return decode_sample(name) if name in sample_portraits(settings.SAMPLES_DIR) else None

    @staticmethod
    def _again(face: Any) -> FaceInput:
        photo = load_photo(face.photo, label="face photo")
        return FaceInput(PhotoInput(photo, title=face.title), person=face.person, fingerprint=face.fingerprint)


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
    # Of a batch, whose jobs all have the same face, one row is enough to look at.
    of_batches = rows.exclude(job__batch_item=None).values("job__batch_item__batch").annotate(newest=Max("pk"))
    newest = of_batches.order_by("-newest").values_list("newest", flat=True)[:RECENT]
    rows = rows.filter(Q(job__batch_item=None) | Q(pk__in=newest))
    seen: dict[str, SwapFace] = {}
    for row in rows.order_by("-pk")[:LOOKED_AT]:
        seen.setdefault(row.fingerprint, row)
    return [KnownFaceChoice(f"face-{row.pk}", row.title) for row in list(seen.values())[:RECENT]]


def known_face_inputs(owner: User, name: str) -> list[FaceInput]:
    """The photos behind a choice, best first; none where it is not the account's own or no longer there."""
    person, row = _person_and_row(owner, name)
    if row is not None:
        photo = load_photo(row.photo, label="face photo")
        return [FaceInput(PhotoInput(photo, title=row.title), fingerprint=row.fingerprint)]
    if person is None:
        return []
    photos = [face.photo for face in _best(person)[:PHOTOS_OF_ONE]]
    return [FaceInput(PhotoInput(load_photo(photo, label="face photo")), person=person) for photo in photos]


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
