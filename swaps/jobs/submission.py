"""What comes in with a swap: photos with where they go, and their way into storage."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import F

from recognition.chosen_engine import describe_faces, largest_face
from recognition.engine import Face, Photo
from recognition.engine.types import Box
from recognition.models import IncomingFiles, Person
from recognition.photos.content_check import checked_file
from recognition.photos.intake import PhotoInput
from recognition.photos.stored import load_photo
from recognition.photos.unfinished import Kind, being_written
from swaps.engine import SwapOptions, face_like
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.engines.choice import CLASSIC, EngineChoice, price_of
from swaps.engines.choice import NAMES as ENGINE_OPTIONS
from swaps.models import SwapClip, SwapFace, SwapJob

from .files import delete_job_files


@dataclass(frozen=True)
class FaceInput:
    """A face photo, and the face it goes on: an index, or the person on a reference photo, or neither (the largest).

    A photo that comes from what the account has already says of whom it is, and its fingerprint as it was stored.
    """

    photo: PhotoInput
    index: int | None = None
    box: Box | None = None  # where the person was shown the face of that index; shares of width and height
    reference: PhotoInput | None = None
    person: Person | None = None
    fingerprint: str = ""

    @property
    def has_reference(self) -> bool:
        return self.reference is not None


@dataclass(frozen=True)
class Callback:
    """Whom to tell about the end of a job, and the address of this site as the caller knows it."""

    url: str = ""
    site_url: str = ""


@dataclass(frozen=True)
class Submit:
    """A swap as the site's form and every API ask for it; `label` for the visible one, which the site may require."""

    target: PhotoInput
    faces: Sequence[FaceInput]
    options: SwapOptions = field(default_factory=SwapOptions)
    label: bool = False
    choice: EngineChoice = field(default_factory=EngineChoice)
    callback: Callback = field(default_factory=Callback)

    @property
    def names_addresses(self) -> bool:
        """Whether any photo is to be fetched."""
        photos = [self.target, *(photo for face in self.faces for photo in (face.photo, face.reference))]
        return any(photo is not None and photo.photo is None and not photo.stored for photo in photos)


def swap_price(faces: Sequence[FaceInput] | Sequence[SwapFace], choice: EngineChoice | None = None) -> int:
    """The price of a swap in points: a fixed one for one face, a base and a part for each face in a multi swap.

    A single face that was shown and chosen in the studio is one face, whichever of a group it is. An operator's engine
    has a price of its own for each face.
    """
    indexes = {face.index for face in faces if face.index is not None}
    chosen = len(indexes) + sum(face.has_reference for face in faces)
    choice = choice or EngineChoice()
    over = price_of(choice.enhancer) * max(chosen, 1) if choice.enhancer else 0
    if choice.engine != CLASSIC:
        return price_of(choice.engine) * max(chosen, 1) + over
    if not chosen or (chosen == 1 and all(face.box for face in faces)):
        return int(settings.PRICES["swap"]) + over
    return int(settings.PRICES["multi_base"] + settings.PRICES["multi_face"] * chosen) + over


class NotFetched(Exception):
    """A worker came to a job whose photos are still to be fetched."""


REFERENCE_PHOTO = "reference photo"
LABEL = "label"  # among a job's options, beside those of the engine
PHOTO_NAMES = {"target": TARGET_PHOTO, "photo": FACE_PHOTO, "reference": REFERENCE_PHOTO}
URL_FIELDS = {"target": "target_url", "photo": "url", "reference": "reference_url"}


def store_photo(row: SwapJob | SwapFace, field: str, given: PhotoInput | None) -> None:
    """Store a photo, or write down where it is to be fetched; a face photo that has no fingerprint yet gets one."""
    if given is None:
        return
    setattr(row, URL_FIELDS[field], given.url)
    if given.stored:
        setattr(row, field, given.stored)
    if given.photo is None:
        return
    content = checked_file(given.photo, name=PHOTO_NAMES[field])
    getattr(row, field).save(content.name, content, save=False)
    (row if isinstance(row, SwapJob) else row.job).stored_bytes += content.size
    if isinstance(row, SwapFace) and field == "photo" and not row.fingerprint:
        row.fingerprint = fingerprint_of(content)


def fingerprint_of(content: ContentFile[bytes]) -> str:
    """What tells equal photos."""
    content.seek(0)
    return hashlib.sha256(content.read()).hexdigest()


@dataclass(frozen=True)
class MissingPhoto:
    """A photo of a job that is to be fetched: the field of which row it goes to."""

    row: SwapJob | SwapFace
    field: str

    @property
    def label(self) -> str:
        return PHOTO_NAMES[self.field]

    @property
    def url(self) -> str:
        return str(getattr(self.row, URL_FIELDS[self.field]))


def missing_photos(job: SwapJob, faces: Sequence[SwapFace]) -> list[MissingPhoto]:
    """The photos of a job that were named by their addresses and are not here yet."""
    named = [MissingPhoto(job, "target")]
    for face in faces:
        named += [MissingPhoto(face, "photo"), MissingPhoto(face, "reference")]
    return [one for one in named if one.url and not getattr(one.row, one.field)]


def keep_fetched(missing: MissingPhoto, photo: Photo) -> None:
    """Store a photo that was fetched with the job it belongs to, unless another process has or the job is gone."""
    row, field = missing.row, missing.field
    job_id = row.pk if isinstance(row, SwapJob) else row.job_id
    content = checked_file(photo, name=missing.label)
    file = getattr(row, field)
    file.save(content.name, content, save=False)
    rows = SwapJob.objects.filter(pk=row.pk) if isinstance(row, SwapJob) else SwapFace.objects.filter(pk=row.pk)
    if rows.filter(**{field: ""}).update(**{field: file.name}):
        SwapJob.objects.filter(pk=job_id).update(stored_bytes=F("stored_bytes") + content.size)
        return
    if SwapJob.objects.filter(pk=job_id).exists():
        file.delete(save=False)
    else:
        delete_job_files(job_id)


def options_of(given: dict[str, Any]) -> SwapOptions:
    """Checked options; whatever is left out has its default."""
    return SwapOptions(**{name: value for name, value in given.items() if name not in {LABEL, *ENGINE_OPTIONS}})


def wants_label(given: dict[str, Any]) -> bool:
    return bool(given.get(LABEL))


@contextmanager
def no_files_left_behind(job: SwapJob | SwapClip) -> Iterator[IncomingFiles]:
    """While the photos of a job-to-be are written: an error deletes them, a killed process leaves its mark."""
    with being_written(Kind.SWAP, job.pk) as mark:
        try:
            yield mark
        except BaseException:
            delete_job_files(job.pk)
            raise


def job_photo(row: SwapJob | SwapFace, field: str, label: str) -> Photo:
    """A stored photo.

    Raises
    ------
    NotFetched
        Where it was named by its address and is not here: an older release left the fetching to the worker.
    """
    file = getattr(row, field)
    if not file:
        raise NotFetched
    return load_photo(file, label=label)


def index_by_reference(row: SwapFace, target: Photo, faces: list[Face]) -> int:
    """The number of the face in the photo to change that shows the person on the reference photo."""
    photo = job_photo(row, "reference", REFERENCE_PHOTO)
    descriptor = describe_faces(photo.rgb, [largest_face(photo.rgb, REFERENCE_PHOTO)])[0]
    return face_like(descriptor, describe_faces(target.rgb, faces))
