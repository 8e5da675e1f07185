"""What a worker does for a clip: look at it, paint a segment, join the segments."""

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import describe_faces, find_faces, largest_face
from recognition.engine import DecodedPhoto, FaceIndexError, NoFaceFound
from recognition.engine.descriptors import SAME_PERSON
from recognition.engine.types import ByteImage, Descriptor
from recognition.photos.pixels import thumbnail
from recognition.registry.protection import anyone_protected, refuse_protected
from swaps.chosen_engine import analyse_clip, painted
from swaps.engine.clips import Analysis, Clip, probe
from swaps.engine.clips.moving_pictures import write_pictures
from swaps.engine.clips.reading import Read
from swaps.engine.clips.swap_clip import MADE_WITH_AI
from swaps.engine.clips.writing import join as join_pieces
from swaps.engine.clips.writing import write_piece
from swaps.engine.whole_photo import FACE_PHOTO
from swaps.engines.choice import EngineChoice
from swaps.engines.running import EngineUsed, faces_for_clip
from swaps.jobs.submission import REFERENCE_PHOTO, job_photo, options_of, wants_label
from swaps.models import ClipTask, SwapClip, SwapFace, SwapJob
from swaps.results.marking import xmp_of

from . import services
from .files import local, read_analysis, working_folder
from .intake import CLIP, jpeg_of, refuse_explicit_frame
from .outputs import PICTURES
from .services import TaskClaim

SECONDS_BETWEEN_BREATHS = 1.0


class ClaimLost(Exception):
    """The clip was cancelled, deleted or taken over while we worked on it."""


class Progress:
    """Tells how far the work is, stops it where nobody wants it any more, and lets others go first in between."""

    def __init__(self, claim: TaskClaim, give_way: Callable[[], None]) -> None:
        self._claim, self._give_way, self._breathed = claim, give_way, time.monotonic()

    def __call__(self, done: int) -> None:
        if not self._claim.tell(done):
            raise ClaimLost
        if time.monotonic() - self._breathed > SECONDS_BETWEEN_BREATHS:
            self._give_way()
            self._breathed = time.monotonic()


def work(claim: TaskClaim, give_way: Callable[[], None]) -> None:
    """Do the task that was claimed.

    Raises
    ------
    ClaimLost
        Where it is no longer wanted; nothing is kept of it.
    ProtectedPerson
        Before anything is delivered, where anybody who is seen, or a face photo, is of someone who may not be used.
    DomainError
        For what the person can mend.
    """
    progress = Progress(claim, give_way)
    with working_folder(claim.task, claim.attempt) as folder, local(claim.clip.file, folder) as path:
        clip = probe(path, most_seconds=settings.CLIP_MAX_SECONDS)
        DO[ClipTask.Kind(claim.task.kind)](claim, clip, folder, progress)


def _look(claim: TaskClaim, clip: Clip, folder: Path, progress: Progress) -> None:
    analysis = analyse_clip(
        clip, most_seconds=settings.CLIP_MAX_SECONDS, progress=progress, each_second=refuse_explicit_frame
    )
    _refuse_protected_people(claim.clip.owner, analysis)
    if not analysis.people:
        raise NoFaceFound(photo=CLIP)
    if not services.keep_look(claim, analysis, _people(clip, analysis)):
        raise ClaimLost


def _people(clip: Clip, analysis: Analysis) -> list[dict[str, Any]]:
    """Of each person a picture, when they are there (in seconds), and how much of the clip is theirs (0 to 1)."""
    seconds = [*((analysis.times - analysis.times[0]) * float(clip.time_base)), analysis.seconds(clip.time_base)]
    whole = sum(one.presence for one in analysis.people) or 1.0
    return [
        {
            "picture": base64.b64encode(jpeg_of(one.crop)).decode(),
            "spans": [[round(float(seconds[first]), 3), round(float(seconds[end]), 3)] for first, end in one.spans],
            "share": round(one.presence / whole, 3),
        }
        for one in analysis.people
    ]


def _paint(claim: TaskClaim, clip: Clip, folder: Path, progress: Progress) -> None:
    job, row, task = _job_of(claim), claim.clip, claim.task
    analysis = read_analysis(row)
    photos = _photos(job, analysis)
    _refuse_protected_people(job.owner, analysis)
    _refuse_protected_photos(job, photos)
    faces = faces_for_clip(photos, EngineChoice(), job.owner)
    options, label = options_of(job.options), wants_label(job.options)
    frames = painted(clip, analysis, task.first, task.end, faces.sources, options, label=label)
    told = _told(frames, row, task, progress)
    piece = folder / f"piece.{row.output if row.output in PICTURES else 'mp4'}"
    if row.output in PICTURES:
        part = analysis.only(task.first, task.end)
        write_pictures(piece, clip, part, told, row.output, xmp=xmp_of(), comment=MADE_WITH_AI)
    else:
        write_piece(piece, clip, told, row.output)
    if not services.keep_piece(claim, piece):
        raise ClaimLost


def _told(
    frames: Iterator[tuple[int, Read]], row: SwapClip, task: ClipTask, progress: Progress
) -> Iterator[tuple[int, Read]]:
    """The same frames; the first of all is shown at once, and of each it is told that it is done."""
    for number, read in frames:
        if number == task.first and task.number == 0:
            services.keep_first_frame(row, thumbnail(_photo(read.picture.rgb())))
        yield number, read
        progress(number + 1 - task.first)


def _join(claim: TaskClaim, clip: Clip, folder: Path, progress: Progress) -> None:
    job, row = _job_of(claim), claim.clip
    analysis = read_analysis(row)
    tasks = list(row.tasks.filter(kind=ClipTask.Kind.PAINT).order_by("number"))
    pieces = []
    for task in tasks:
        with local(task.file, folder) as path:  # a copy stays in the folder as long as that does
            pieces.append(path)
    film = pieces[0]
    if row.output not in PICTURES:
        film = folder / f"result.{row.output}"
        part = analysis.only(tasks[0].first, tasks[-1].end)
        cut = replace(clip, begin=row.begin, end=row.end)
        join_pieces(film, cut, part, pieces, row.output, xmp=xmp_of(), comment=MADE_WITH_AI)
    report = {
        "faces": len(analysis.people),
        "changed": sorted(number + 1 for number in _photos(job, analysis)),
        "segments": len(tasks),
        "engine": asdict(EngineUsed("classic", "classic")),
        "seconds": round(time.time() - job.started.timestamp(), 3) if job.started else 0.0,
    }
    if not services.complete_clip(claim, film, _poster(row), report):
        raise ClaimLost


DO = {ClipTask.Kind.LOOK: _look, ClipTask.Kind.PAINT: _paint, ClipTask.Kind.JOIN: _join}


def _poster(row: SwapClip) -> bytes:
    """The first frame of the result, which was shown when it was painted; that of the clip where that went missing."""
    file = row.first_frame or row.poster
    with file.open("rb"):
        return bytes(file.read())


def _job_of(claim: TaskClaim) -> SwapJob:
    assert claim.job is not None  # nothing is painted before somebody has said what
    return claim.job


def _photo(rgb: ByteImage) -> DecodedPhoto:
    return DecodedPhoto(rgb=np.ascontiguousarray(rgb), alpha=None, format="JPEG")


def _photos(job: SwapJob, analysis: Analysis) -> dict[int, list[ByteImage]]:
    """The photos of each person's new face, by the number of the person."""
    photos: dict[int, list[ByteImage]] = {}
    for face in job.face_rows:
        photos.setdefault(_person(face, analysis), []).append(job_photo(face, "photo", FACE_PHOTO).rgb)
    return photos


def _person(face: SwapFace, analysis: Analysis) -> int:
    """Whom a face goes onto: who was named, whom the reference photo shows, or else whom the clip shows most."""
    if face.has_reference:
        return _person_like(_described(job_photo(face, "reference", REFERENCE_PHOTO).rgb), analysis)
    number = analysis.main_person if face.index is None else face.index
    assert number is not None  # a clip with nobody in it is refused when it was looked at
    if number >= len(analysis.people):
        raise FaceIndexError(case="clip", index=number, count=len(analysis.people))
    return number


def _person_like(descriptor: Descriptor, analysis: Analysis) -> int:
    distances = [float(np.linalg.norm(one.descriptor - descriptor)) for one in analysis.people]
    nearest = int(np.argmin(distances))
    if distances[nearest] > SAME_PERSON:
        raise DomainError("no_matching_face", case="clip")
    return nearest


def _described(rgb: ByteImage) -> Descriptor:
    described: Descriptor = describe_faces(rgb, [largest_face(rgb, REFERENCE_PHOTO)])[0]
    return described


def _refuse_protected_people(owner: User, analysis: Analysis) -> None:
    """Everybody who was seen, on whichever frame: also who keeps their face."""
    if anyone_protected():
        refuse_protected(account=owner, descriptors=analysis.descriptors, where=CLIP)


def _refuse_protected_photos(job: SwapJob, photos: dict[int, list[ByteImage]]) -> None:
    if not anyone_protected():
        return
    for several in photos.values():
        for rgb in several:
            found = describe_faces(rgb, find_faces(rgb, mode="largest"))
            refuse_protected(account=job.owner, descriptors=found, where=f"{job.origin}: {FACE_PHOTO}")
