"""Swaps as the site makes them: by the engine, or in tests by one that draws instead (see recognition's)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from recognition.chosen_engine import face_at, fake_engine, find_faces, largest_face
from recognition.engine import Face, Photo
from recognition.engine.types import ByteImage
from recognition.engine_processes.calls import in_engine_process
from swaps.engine.whole_photo import FACE_PHOTO

from . import engine
from .engine import SourceFace, SwapOptions, SwapResult, clips, marks
from .engine.clips import Analysis, Clip
from .engine.clips import painting as clip_painting
from .engine.clips.reading import Read
from .engine.face_hash import LEAST, MOST, face_hash, reach
from .engine.marks import Marks

# Of a photo's faces, the largest so many are looked up.
MOST_FACES = 30


@in_engine_process
def prepare_source(photos: Sequence[ByteImage]) -> SourceFace:
    """Make the largest face of each of these photos, all of one person, ready; see `swaps.engine.prepare_source`."""
    return engine.prepare_source(photos, faces=[largest_face(rgb, FACE_PHOTO) for rgb in photos])


@in_engine_process
def swap_faces(
    target_rgb: ByteImage,
    sources: Mapping[int, SourceFace],
    options: SwapOptions | None = None,
    *,
    target_faces: Mapping[int, Face],
) -> SwapResult:
    """Put prepared faces onto the faces of these numbers; see `swaps.engine.swap_faces`."""
    made: SwapResult = (fake_engine() or engine).swap_faces(target_rgb, sources, options, target_faces=target_faces)
    return made


def analyse_clip(
    clip: Clip, *, most_seconds: float, progress: Callable[[int], None], each_second: Callable[[ByteImage], None]
) -> Analysis:
    """See `swaps.engine.clips.analyse`; for workers, who have a process of their own."""
    analyse = (fake_engine() or clips).analyse
    found: Analysis = analyse(clip, most_seconds=most_seconds, progress=progress, each_second=each_second)
    return found


def painted(
    clip: Clip,
    analysis: Analysis,
    first: int,
    end: int,
    sources: clip_painting.Sources,
    options: SwapOptions,
    *,
    label: bool = False,
) -> Iterator[tuple[int, Read]]:
    """See `swaps.engine.clips.painting.painted`."""
    frames: Iterator[tuple[int, Read]] = (fake_engine() or clip_painting).painted(
        clip, analysis, first, end, sources, options, label=label
    )
    return frames


@in_engine_process
def hashes_of_result(rgb: ByteImage, target_rgb: ByteImage | None, faces: Sequence[Face]) -> list[tuple[bytes, int]]:
    """A hash of each changed face of a result, and within how many bits a copy is known by it.

    Where the photo that was changed is not there, by how the faces look now alone; none for a face that changed so
    little that its copies could not be told from those of the photo.
    """
    made = []
    for face in faces:
        found = face_at(rgb, face.box) or face  # its landmarks are those of the new face
        bits = face_hash(rgb, found.landmarks)
        within = MOST if target_rgb is None else reach(bits, face_hash(target_rgb, face.landmarks))
        if within >= LEAST:
            made.append((bits, within))
    return made


@in_engine_process
def hashes_of_photo(photo: Photo) -> list[bytes]:
    """A hash of each face of a photo, the largest first. Its pixels are forgotten again."""
    rgb = photo.rgb
    faces = sorted(find_faces(rgb), key=lambda face: face.eye_distance, reverse=True)[:MOST_FACES]
    hashes = [face_hash(rgb, face.landmarks) for face in faces]
    photo.release()
    return hashes


@in_engine_process
def read_marks(photo: Photo, *, chain: bytes = b"") -> Marks:
    """See `swaps.engine.marks.read_marks`."""
    return marks.read_marks(photo.data, photo.format, chain=chain)
