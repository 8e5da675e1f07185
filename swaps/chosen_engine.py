"""Swaps as the site makes them: by the engine, or in tests by one that draws instead (see recognition's)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from recognition.chosen_engine import fake_engine, largest_face
from recognition.engine import Face
from recognition.engine.types import ByteImage
from recognition.engine_processes.calls import in_engine_process
from swaps.engine.whole_photo import FACE_PHOTO

from . import engine
from .engine import SourceFace, SwapOptions, SwapResult, clips
from .engine.clips import Analysis, Clip
from .engine.clips import painting as clip_painting
from .engine.clips.reading import Read


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
