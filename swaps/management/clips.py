"""A clip swapped from a file to a file, for the command: with bars of progress, and the time that is left."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import OutputWrapper
from tqdm import tqdm

from faceswap_site.lib.errors import DomainError
from recognition.engine import FaceIndexError, NoFaceFound
from recognition.engine.types import ByteImage
from recognition.management.arguments import read_photo
from recognition.photos.content_check import refuse_explicit
from swaps.engine import SwapOptions
from swaps.engine.clips import Analysis, Clip, analyse, probe, swap_clip
from swaps.engine.clips.swap_clip import check_output
from swaps.engine.whole_photo import FACE_PHOTO
from swaps.engines.choice import CLASSIC, EngineChoice
from swaps.engines.running import faces_for_clip
from swaps.results.marking import xmp_of

# A clip of which less can be read than this share is damaged.
_WHOLE = 0.9
CLIPS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".webm": "webm", ".gif": "gif"}
CLIPS |= {".webp": "webp", ".png": "png", ".avif": "avif"}


def swap_file(
    face: Path,
    target: Path,
    output: Path,
    options: SwapOptions,
    choice: EngineChoice,
    *,
    person: int | None,
    label: bool,
    part: tuple[float | None, float | None],
    out: OutputWrapper,
) -> None:
    """Put a photo's face onto one person of a clip; the result is there whole, or not at all.

    Raises
    ------
    DomainError, OSError
        Saying which of the files is at fault.
    """
    kind = CLIPS.get(output.suffix.lower())
    if kind is None:
        raise DomainError("clip_not_written", case="ending", output=output, endings=", ".join(CLIPS))
    photo = read_photo(face)
    refuse_explicit(photo.rgb, name=FACE_PHOTO)
    faces = faces_for_clip({0: [photo.rgb]}, choice, None)
    if faces.used.stood_in:
        raise DomainError("no_such_engine", case="failed", engine=f"{choice.engine} {choice.enhancer}".strip())
    clip = probe(target, most_seconds=settings.CLIP_MAX_SECONDS, begin=part[0], end=part[1])
    check_output(clip, kind)
    frames = round(clip.seconds * float(clip.rate)) or None
    with tqdm(total=frames, desc="Looking", unit=" frames", disable=None) as bar:
        analysis = analyse(
            clip,
            most_seconds=settings.CLIP_MAX_SECONDS,
            progress=lambda _done: bar.update(),
            each_second=_refuse_explicit,
        )
    chosen = _chosen(analysis, person)
    partial = output.with_name(f".{output.name}.partial")
    try:
        with tqdm(total=len(analysis.times), desc="Swapping", unit=" frames", disable=None) as bar:
            swap_clip(
                clip,
                analysis,
                {chosen: faces.sources[0]},
                partial,
                options,
                kind=kind,
                enhancer=faces.enhancer,
                label=label,
                xmp=xmp_of(faces.used.name, faces.used.provider),
                progress=lambda _done: bar.update(),
            )
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
    out.write(_said(clip, analysis, chosen))
    if faces.used.name != CLASSIC:
        out.write(f"Made by {faces.used.name} on {faces.used.provider}.")


def _refuse_explicit(rgb: ByteImage) -> None:
    refuse_explicit(rgb, name="clip")


def _chosen(analysis: Analysis, person: int | None) -> int:
    """The person that is meant, or else whom the clip shows most."""
    number = analysis.main_person if person is None else person
    if number is None:
        raise NoFaceFound(photo="clip")
    if not 0 <= number < len(analysis.people):
        raise FaceIndexError(case="clip", index=number, count=len(analysis.people))
    return number


def _said(clip: Clip, analysis: Analysis, chosen: int) -> str:
    """When the person who changed is in sight, and who else is there."""
    lines = []
    for number, one in enumerate(analysis.people):
        spans = ", ".join(
            f"{_seconds(clip, analysis, first):.1f}–{_seconds(clip, analysis, end):.1f} s" for first, end in one.spans
        )
        lines.append(f"Person {number}{' (changed)' if number == chosen else ''}: {spans}")
    read = analysis.seconds(clip.time_base)
    if read < _WHOLE * clip.seconds:
        lines.append(f"The clip is damaged: the result has the {read:.1f} of {clip.seconds:.1f} s that could be read.")
    return "\n".join(lines)


def _seconds(clip: Clip, analysis: Analysis, number: int) -> float:
    if number < len(analysis.times):
        return float(int(analysis.times[number] - analysis.times[0]) * clip.time_base)
    return analysis.seconds(clip.time_base)
