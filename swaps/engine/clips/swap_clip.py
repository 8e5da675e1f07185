"""A whole clip in one process: segment by segment, then joined."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from recognition.engine.errors import NoFaceFound
from swaps.engine.models.network_face import Enhancer
from swaps.engine.options import SwapOptions

from .analysis import Analysis
from .moving_pictures import KINDS, write_pictures
from .painting import Sources, painted
from .probe import Clip
from .reading import Read
from .writing import check_sound, join, write_piece

MADE_WITH_AI = "Made with AI: faces in this film were changed by a program."

Progress = Callable[[int], None]


def check_output(clip: Clip, kind: str) -> None:
    """Raise ClipNotWritten where a clip can't be written as a kind of file."""
    if kind not in KINDS:
        check_sound(clip, kind)


def paint_segment(
    clip: Clip,
    analysis: Analysis,
    number: int,
    sources: Sources,
    options: SwapOptions,
    *,
    kind: str,
    piece: Path,
    enhancer: Enhancer | None = None,
    label: bool = False,
    progress: Progress | None = None,
) -> None:
    """Paint one segment of a film and encode it: the same bytes whoever does it, and whenever.

    Parameters
    ----------
    clip : Clip
    analysis : Analysis
        Of that clip.
    number : int
        Of the segment.
    sources : mapping of int to SourceFace or NetworkFace
        By the number of each person who gets another face; the latter is painted by an operator's networks.
    options : SwapOptions
    kind : "mp4", "mov" or "webm"
        Of the film that the pieces will be joined to.
    piece : Path
        The file to write.
    enhancer : Enhancer, optional
        What goes over each face that changed.
    label : bool
        Whether each frame says that it was made with AI.
    progress : function of int, optional
        Is told after each frame how many of the clip's are done where its segments are done in turn.
    """
    first, end = analysis.segments[number]

    def told() -> Iterator[tuple[int, Read]]:
        for at, read in painted(clip, analysis, first, end, sources, options, enhancer=enhancer, label=label):
            yield at, read
            if progress:
                progress(at + 1)

    write_piece(piece, clip, told(), kind)


def swap_clip(
    clip: Clip,
    analysis: Analysis,
    sources: Sources,
    out: Path,
    options: SwapOptions | None = None,
    *,
    kind: str = "mp4",
    enhancer: Enhancer | None = None,
    label: bool = False,
    xmp: bytes = b"",
    progress: Progress | None = None,
) -> None:
    """Put faces onto people of a clip and write the result.

    Raises
    ------
    NoFaceFound
        Where there is nobody in it.
    ClipError
    """
    if not analysis.people:
        raise NoFaceFound(photo="clip")
    chosen = options or SwapOptions()
    check_output(clip, kind)
    if kind in KINDS:

        def all_painted() -> Iterator[tuple[int, Read]]:
            for first, end in analysis.segments:
                for number, read in painted(
                    clip, analysis, first, end, sources, chosen, enhancer=enhancer, label=label
                ):
                    yield number, read
                    if progress:
                        progress(number + 1)

        write_pictures(out, clip, analysis, all_painted(), kind, xmp=xmp, comment=MADE_WITH_AI)
        return
    with tempfile.TemporaryDirectory(prefix=".clip-", dir=out.parent) as folder:
        pieces = [Path(folder, f"{number}.mp4") for number in range(len(analysis.segments))]
        for number, piece in enumerate(pieces):
            paint_segment(
                clip,
                analysis,
                number,
                sources,
                chosen,
                kind=kind,
                piece=piece,
                enhancer=enhancer,
                label=label,
                progress=progress,
            )
        join(out, clip, analysis, pieces, kind, xmp=xmp, comment=MADE_WITH_AI)
