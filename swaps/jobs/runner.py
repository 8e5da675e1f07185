"""What a worker does for a job: photos out of storage, through the engine, into a result ready to be stored."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

from recognition.chosen_engine import find_faces, largest_face
from recognition.engine import DecodedPhoto, Face
from recognition.engine.types import Box, ByteImage
from recognition.photos.stored import photo_file, thumbnail_file
from swaps.chosen_engine import hashes_of_result
from swaps.engine.label import with_label
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.engines.choice import EngineChoice, choice_of
from swaps.engines.running import EngineUsed, make
from swaps.models import SwapFace, SwapJob
from swaps.results.framing import face_place
from swaps.results.marking import signed_file, xmp_of
from swaps.results.verdict import to_store
from swaps.studio.shown_faces import all_shown_faces

from .protection_check import refuse_protected_faces
from .services import SwapResult
from .submission import index_by_reference, job_photo, options_of, swap_price, wants_label

Stage = SwapJob.Stage


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
    target = job_photo(job, "target", TARGET_PHOTO)
    rows = job.face_rows
    faces = _faces_of(target.rgb, rows)
    photos: dict[int, list[ByteImage]] = {}
    for row in rows:
        index = index_by_reference(row, target, list(faces.values())) if row.has_reference else row.index or 0
        photos.setdefault(index, []).append(job_photo(row, "photo", FACE_PHOTO).rgb)
    chosen = [faces[index] for index in photos if index in faces]
    refuse_protected_faces(job.owner, photos, target.rgb, chosen, where=job.origin)
    on_stage(Stage.SWAPPING)
    found_at = time.monotonic()
    made = make(target.rgb, photos, faces, options_of(job.options), choice_of(job.options), job.owner)
    swapped_at = time.monotonic()
    on_stage(Stage.SAVING)
    rgb = with_label(made.rgb) if wants_label(job.options) else made.rgb
    photo = DecodedPhoto(rgb=rgb, alpha=target.alpha, format=target.format)
    xmp = xmp_of(made.used.name, made.used.provider)
    file, thumbnail = signed_file(photo_file(photo, xmp=xmp)), thumbnail_file(photo)
    saved_at = time.monotonic()
    seconds = {
        "finding": found_at - started,
        "swapping": swapped_at - found_at,
        "saving": saved_at - swapped_at,
        "seconds": saved_at - started,
    }
    return SwapResult(
        file=file,
        thumbnail=thumbnail,
        width=rgb.shape[1],
        height=rgb.shape[0],
        face=face_place(chosen, width=rgb.shape[1], height=rgb.shape[0]),
        price=_price(job, rows, made.used) if made.used.stood_in else None,
        hashes=hashes_of_result(rgb, target.rgb, chosen),
        report={
            "faces": None if _shown(rows) else len(faces),
            "changed": sorted(index + 1 for index in photos),
            "eyes": [round(face.eye_distance) for face in chosen],
            "fit": to_store(made.fit) if made.fit else None,
            "engine": asdict(made.used),
        }
        | {name: round(value, 3) for name, value in seconds.items()},
    )


def _price(job: SwapJob, rows: Sequence[SwapFace], used: EngineUsed) -> int:
    """The price of what stood in; never more than the person was told."""
    return min(job.price, swap_price(rows, EngineChoice(engine=used.name, enhancer=used.enhancer)))


def _faces_of(rgb: ByteImage, rows: Sequence[SwapFace]) -> dict[int, Face]:
    """The faces of the photo to change by their numbers: those that were shown; the largest; or all."""
    if shown := _shown(rows):
        return all_shown_faces(rgb, shown)
    if all(row.index is None and not row.has_reference for row in rows):
        return {0: largest_face(rgb, TARGET_PHOTO)}
    return dict(enumerate(find_faces(rgb)))


def _shown(rows: Sequence[SwapFace]) -> dict[int, Box]:
    """Where each face of the plan was outlined; empty where the job came without."""
    if not all(row.index is not None and row.box for row in rows):
        return {}
    return {row.index or 0: row.box for row in rows if row.box}
