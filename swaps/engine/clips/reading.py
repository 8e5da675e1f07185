"""A clip's frames, one after the other, each with its time."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
from av.error import FFmpegError
from PIL import Image

from .errors import ClipError
from .pictures import ColourPicture, FilmPicture
from .probe import Clip, opened

# A film of which so many packets in a row can't be read has ended.
_MOST_BROKEN = 250
_NEARLY = 1e-6  # seconds; what rounding takes


@dataclass(frozen=True, eq=False)
class Read:
    """A frame as it comes.

    Attributes
    ----------
    time : int
        When it is shown, in steps of the clip's time base.
    lasts : int
        For how many steps; 0 where the file doesn't tell.
    key : bool
        Whether the frames after it can be read without those before.
    picture : FilmPicture or ColourPicture
    """

    time: int
    lasts: int
    key: bool
    picture: FilmPicture | ColourPicture


def frames(clip: Clip, start: int | None = None, *, key: int | None = None) -> Iterator[Read]:
    """Read a clip's frames, in the order in which they are shown.

    Parameters
    ----------
    clip : Clip
    start : int, optional
        The time of the first frame to give; the whole clip without it.
    key : int, optional
        The time of the last frame before it from which on the film can be read.

    Raises
    ------
    ClipError
        Where nothing of it can be read.
    """
    reader = _film(clip, start, key) if clip.is_film else _pictures(clip)
    last: int | None = None
    zero: int | None = None
    for read in reader:
        zero = read.time if zero is None else zero
        if start is None and clip.is_cut:
            at = float((read.time - zero) * clip.time_base)
            if at < (clip.begin or 0.0) - _NEARLY:
                continue
            if clip.end is not None and at >= clip.end - _NEARLY:
                break
        # Damaged files give frames twice, or out of turn: a film goes forward.
        if (start is None or read.time >= start) and (last is None or read.time > last):
            last = read.time
            yield read
    if last is None and start is None:
        raise ClipError(case="broken")


def _film(clip: Clip, start: int | None, key: int | None) -> Iterator[Read]:
    with opened(clip.path, clip.kind) as container:
        stream = next(each for each in container.streams.video if not each.disposition & 0x400)
        stream.codec_context.thread_count = 1  # a process a core
        if start is not None and key is not None:
            container.seek(key, stream=stream, backward=True, any_frame=False)
            if not _begins_by(container, stream, start):
                yield from _film(clip, None, None)
                return
            container.seek(key, stream=stream, backward=True, any_frame=False)
        for frame in _decoded(container, stream):
            if frame.pts is None or (start is not None and frame.pts < start):
                continue
            lasts = int(frame.duration or 0)
            yield Read(int(frame.pts), lasts, bool(frame.key_frame), FilmPicture(frame, clip.matrix))


def _begins_by(container: av.container.InputContainer, stream: av.VideoStream, start: int) -> bool:
    """Whether what comes after a jump begins no later than a time: files without an index may lead too far."""
    for packet in container.demux(stream):
        if packet.pts is not None:
            return packet.pts <= start
    return False


def _decoded(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.VideoFrame]:
    broken = 0
    try:
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
                broken = 0
            except FFmpegError:
                broken += 1
                if broken > _MOST_BROKEN:
                    return
    except FFmpegError:  # the file ends within a packet
        return


def _pictures(clip: Clip) -> Iterator[Read]:
    time = 0.0
    try:
        with Image.open(clip.path, formats=[clip.kind.upper()]) as file:
            for number in range(getattr(file, "n_frames", 1)):
                file.seek(number)
                shown = np.asarray(file.convert("RGBA"))
                lasts = float(file.info.get("duration", 0) or 0)
                pixels, alpha = np.ascontiguousarray(shown[:, :, :3]), np.ascontiguousarray(shown[:, :, 3])
                picture = ColourPicture(pixels, None if alpha.min() == 255 else alpha)
                yield Read(round(time), round(lasts), number == 0, picture)
                time += max(lasts, 1.0)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if time == 0:
            raise ClipError(case="broken") from error


def lengths(times: list[int], last: int, rate: Fraction, base: Fraction) -> list[int]:
    """How long each frame lasts, given when each begins and what the file says of the last; in steps."""
    usual = max(1, round(1 / (rate * base)))
    return [second - first for first, second in pairwise(times)] + [last or usual]
