"""What a worker does for a job: photos out of storage, through the engine, into a result ready to be stored."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile

from recognition.engine import Face, Photo, describe_faces, find_faces
from recognition.engine.types import ByteImage, FloatImage
from recognition.services import anyone_protected, refuse_protected

from . import provenance
from .engine import SourceFace, SwapOptions, largest_face, prepare_source, swap_faces
from .engine.many import FACE_PHOTO, TARGET_PHOTO
from .models import SwapJob
from .photos import load_photo, photo_file, thumbnail_file

Stage = SwapJob.Stage


@dataclass(frozen=True)
class SwapResult:
    """A finished picture with its thumbnail, encoded, and what is worth telling about its making."""

    file: ContentFile[bytes]
    thumbnail: ContentFile[bytes]
    width: int
    height: int
    report: dict[str, Any]


def make_result(job: SwapJob, *, on_stage: Callable[[Stage], None]) -> SwapResult:
    """Run the engine for a job.

    Raises
    ------
    DomainError
        Where a photo shows no usable face, or another thing that the person can mend.
    ProtectedPerson
        Before any pixel is made, where a face photo or a face to change is of someone who may not be used.
    """
    started = time.monotonic()
    on_stage(Stage.FINDING)
    target = load_photo(job.target, label=TARGET_PHOTO)
    photos = _face_photos(job)
    sources = {index: prepare_source(several) for index, several in photos.items()}
    faces = _target_faces(target, sources)
    _refuse_protected(job, photos, target.rgb, [faces[index or 0] for index in sources if (index or 0) < len(faces)])
    on_stage(Stage.SWAPPING)
    chosen = {index or 0: source for index, source in sources.items()}
    rgb = swap_faces(target.rgb, chosen, SwapOptions(**job.options), target_faces=faces).rgb
    on_stage(Stage.SAVING)
    photo = Photo(rgb=rgb, alpha=target.alpha, format=target.format)
    return SwapResult(
        file=photo_file(photo, xmp=provenance.XMP),
        thumbnail=thumbnail_file(photo),
        width=rgb.shape[1],
        height=rgb.shape[0],
        report={"seconds": round(time.monotonic() - started, 3), "faces": len(faces)},
    )


def _face_photos(job: SwapJob) -> dict[int | None, list[ByteImage]]:
    """The face photos of a job by the face that they go on; None stands for the largest."""
    photos: dict[int | None, list[ByteImage]] = {}
    for face in job.faces.all():
        photos.setdefault(face.index, []).append(load_photo(face.photo, label=FACE_PHOTO).rgb)
    return photos


def _target_faces(target: Photo, sources: Mapping[int | None, SourceFace]) -> list[Face]:
    """The faces that indexes count in: all of them, or only the largest where nobody counts."""
    return [largest_face(target.rgb, TARGET_PHOTO)] if set(sources) == {None} else find_faces(target.rgb)


def _refuse_protected(
    job: SwapJob, photos: Mapping[int | None, list[ByteImage]], target: ByteImage, chosen: list[Face]
) -> None:
    if not anyone_protected():
        return  # describing every face costs as much as swapping it
    described: dict[str, list[FloatImage]] = {
        FACE_PHOTO: [
            describe_faces(rgb, find_faces(rgb, mode="largest")) for several in photos.values() for rgb in several
        ],
        TARGET_PHOTO: [describe_faces(target, chosen)],
    }
    for where, found in described.items():
        descriptors = [descriptor for rows in found for descriptor in rows]
        refuse_protected(account=job.owner, descriptors=descriptors, where=f"{job.origin}: {where}")
