"""A quick look at a clip that has just come in: how long it really is, and a few of its pictures."""

from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from av.error import FFmpegError

from recognition.engine.types import ByteImage

from .errors import ClipError
from .pictures import FilmPicture
from .probe import MOST_SECONDS, Clip, check_seconds, opened, probe
from .reading import frames


@dataclass(frozen=True, eq=False)
class Glance:
    """What a quick look at a clip tells.

    Attributes
    ----------
    clip : Clip
        With its length also where the file doesn't tell it.
    frames : int
        How many pictures it has, as far as can be told without reading them.
    pictures : list of (h, w, 3) uint8
        The first one, and others from all over the clip.
    """

    clip: Clip
    frames: int
    pictures: list[ByteImage]


def glance(path: Path, *, most_seconds: float = MOST_SECONDS, pictures: int = 5) -> Glance:
    """Look at a file, in a moment however long the clip in it is.

    Raises
    ------
    ClipError, ClipUnsupported, ClipTooLarge
        As `probe` does.
    """
    clip = probe(path, most_seconds=most_seconds)
    if not clip.is_film:
        read = list(islice(frames(clip), 1))
        count = max(1, round(clip.seconds * float(clip.rate)))
        step = max(1, count // pictures)
        return Glance(clip, count, [each.picture.rgb() for each in read] + _every(clip, step, pictures - 1))
    seconds, count = _measured(clip)
    check_seconds(seconds, most_seconds)
    clip = replace(clip, seconds=seconds)
    shown = [_picture_at(clip, seconds * part / pictures) for part in range(pictures)]
    found = [each for each in shown if each is not None]
    if not found:
        raise ClipError(case="broken")
    return Glance(clip, count, found)


def _every(clip: Clip, step: int, most: int) -> list[ByteImage]:
    return [read.picture.rgb() for read in islice(frames(clip), step, step * most + 1, step)]


def _measured(clip: Clip) -> tuple[float, int]:
    """The seconds from the first picture to the end of the last, and how many there are, by the packets alone."""
    times, lasts = [], 0
    with opened(clip.path, clip.kind) as container:
        stream = next(each for each in container.streams.video if not each.disposition & 0x400)
        try:
            for packet in container.demux(stream):
                if packet.size and packet.pts is not None:
                    times.append(packet.pts)
                    lasts = packet.duration or lasts
        except FFmpegError:  # the file ends within a packet
            pass
    if not times:
        raise ClipError(case="broken")
    return float((max(times) - min(times) + (lasts or 1 / (clip.rate * clip.time_base))) * clip.time_base), len(times)


def _picture_at(clip: Clip, seconds: float) -> ByteImage | None:
    """The picture of the last key frame before a second."""
    with opened(clip.path, clip.kind) as container:
        stream = next(each for each in container.streams.video if not each.disposition & 0x400)
        stream.codec_context.thread_count = 1
        try:
            if seconds:
                container.seek((stream.start_time or 0) + int(seconds / clip.time_base), stream=stream)
            for frame in container.decode(stream):
                return FilmPicture(frame, clip.matrix).rgb()
        except FFmpegError:
            return None
    return None
