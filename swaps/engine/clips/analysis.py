"""The first pass over a clip: who is in it, when and where, and in which pieces it can be painted.

What it finds goes into one file without pickles, so that any process can paint any piece.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from recognition.engine.types import ByteImage, Descriptor, FloatImage

from .errors import ClipError
from .people import Person, people_of
from .probe import MOST_SECONDS, Clip, check_seconds
from .reading import frames
from .shots import CutFinder
from .steady import Run, runs_of
from .tracks import FaceTracks

# How long a segment is, in seconds: at least, at most, and where neither key frame nor cut offers itself.
_LEAST, _MOST, _ELSE = 2.0, 5.0, 4.0
# The shorter side, in pixels, of what is shown once a second.
_WATCHED = 256
# How far a frame may lie from where a part ends, in seconds: times are rounded.
_NEARLY = 1e-6

Progress = Callable[[int], None]
Watch = Callable[[ByteImage], None]


@dataclass(frozen=True, eq=False)
class Seen:
    """One person in a clip, as somebody chooses them.

    Attributes
    ----------
    descriptor : (128,) float32
        Zeros for someone who was never seen well enough.
    crop : (h, w, 3) uint8
        What they look like.
    spans : tuple of (first, end)
        Numbers of the frames on which they are in sight.
    presence : float
        How much of the clip is theirs: the sum over all frames of their face's size in pixels.
    """

    descriptor: Descriptor
    crop: ByteImage
    spans: tuple[tuple[int, int], ...]
    presence: float


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the first pass has found.

    Attributes
    ----------
    times : (N,) int64
        When each frame is shown, in steps of the clip's time base.
    last : int
        How long the last one lasts, in steps; 0 where the file doesn't tell.
    keys : (N,) bool
        The frames from which on it can be read.
    cuts : tuple of int
        The frames with which new shots begin.
    segments : tuple of (first, end)
        The pieces that can be painted each alone, by the numbers of their frames.
    people : tuple of Seen
        In the order in which they appear; who appears at once, from left to right.
    runs : tuple of Run
        Every face on every frame.
    descriptors : (M, 128) float32
        Of every look at every face, before anybody decided who they are.
    """

    times: np.ndarray
    last: int
    keys: np.ndarray
    cuts: tuple[int, ...]
    segments: tuple[tuple[int, int], ...]
    people: tuple[Seen, ...]
    runs: tuple[Run, ...]
    descriptors: FloatImage

    @property
    def main_person(self) -> int | None:
        """The number of the person of whom most is to be seen; None where there is nobody."""
        return max(range(len(self.people)), key=lambda number: self.people[number].presence, default=None)

    def part(self, clip: Clip, begin: float | None, end: float | None) -> tuple[int, int]:
        """The frames of the whole clip that lie from one second to another: the first, and the one after the last.

        Raises
        ------
        ClipError
            Where there is none.
        """
        seconds = (self.times - self.times[0]) * float(clip.time_base)
        first = int(np.searchsorted(seconds, (begin or 0.0) - _NEARLY))
        last = len(self.times) if end is None else int(np.searchsorted(seconds, end - _NEARLY))
        if last <= first:
            raise ClipError(case="nothing_left", seconds=self.seconds(clip.time_base))
        return first, last

    def segments_of(self, clip: Clip, first: int, end: int) -> tuple[tuple[int, int], ...]:
        """The pieces that a part can be painted in, by the numbers of their frames in the whole clip."""
        if not clip.is_film:
            return ((first, end),)
        times, keys = self.times[first:end].tolist(), self.keys[first:end].tolist()
        pieces = segments_of(times, keys, [cut - first for cut in self.cuts], clip.time_base)
        return tuple((first + begin, first + after) for begin, after in pieces)

    def only(self, first: int, end: int) -> "Analysis":
        """What `join` and `write_pictures` must know of a part: its times."""
        last = self.last if end == len(self.times) else int(self.times[end] - self.times[end - 1])
        return replace(self, times=self.times[first:end], last=last)

    def seconds(self, base: Fraction) -> float:
        """How long the clip is."""
        return float((int(self.times[-1]) - int(self.times[0]) + self.last) * base)

    def to_bytes(self) -> bytes:
        """All of it as an .npz without pickles."""
        plain = {
            "last": self.last,
            "cuts": self.cuts,
            "segments": self.segments,
            "people": [{"spans": one.spans, "presence": one.presence} for one in self.people],
            "runs": [{"person": run.person, "first": run.first} for run in self.runs],
        }
        arrays: dict[str, np.ndarray] = {"plain": np.frombuffer(json.dumps(plain).encode(), np.uint8)}
        arrays |= {name: getattr(self, name) for name in ("times", "keys", "descriptors")}
        for number, one in enumerate(self.people):
            arrays |= {f"descriptor{number}": one.descriptor, f"crop{number}": one.crop}
        for number, run in enumerate(self.runs):
            arrays |= {f"{name}{number}": getattr(run, name) for name in _OF_RUNS}
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Analysis":
        """What `to_bytes` gave."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            plain = json.loads(file["plain"].tobytes())
            people = tuple(
                Seen(file[f"descriptor{number}"], file[f"crop{number}"], _pairs(one["spans"]), one["presence"])
                for number, one in enumerate(plain["people"])
            )
            runs = tuple(
                Run(run["person"], run["first"], **{name: file[f"{name}{number}"] for name in _OF_RUNS})
                for number, run in enumerate(plain["runs"])
            )
            return cls(
                times=file["times"],
                last=plain["last"],
                keys=file["keys"],
                cuts=tuple(plain["cuts"]),
                segments=_pairs(plain["segments"]),
                people=people,
                runs=runs,
                descriptors=file["descriptors"],
            )


_OF_RUNS = ("landmarks", "shown", "meshes", "presences")


def _pairs(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((first, end) for first, end in pairs)


def analyse(
    clip: Clip,
    *,
    most_seconds: float = MOST_SECONDS,
    progress: Progress | None = None,
    each_second: Watch | None = None,
) -> Analysis:
    """Look at every frame of a clip once.

    Parameters
    ----------
    clip : Clip
    most_seconds : float
        How long it may be, for files that don't tell.
    progress : function of int, optional
        Is told after each frame how many there were.
    each_second : function of (h, w, 3) uint8, optional
        Is shown a frame a second, and may refuse the clip by raising.

    Raises
    ------
    ClipError, ClipTooLarge
    """
    faces, shots = FaceTracks(), CutFinder()
    times: list[int] = []
    keys: list[bool] = []
    cuts: list[int] = []
    last, shape, watched = 0, (0, 0), 0
    for number, read in enumerate(frames(clip)):
        elapsed = float((read.time - (times[0] if times else read.time)) * clip.time_base)
        check_seconds(elapsed, most_seconds)
        if shape not in {(0, 0), read.picture.shape}:
            raise ClipError(case="changes_size")
        if each_second and int(elapsed) >= watched:
            watched = int(elapsed) + 1
            each_second(read.picture.rgb(step=max(1, min(read.picture.shape) // _WATCHED)))
        grey, shape = read.picture.grey(), read.picture.shape
        if cut := shots.begins(grey):
            cuts.append(number)
        faces.see(number, read.picture, grey, cut=cut)
        times.append(read.time)
        keys.append(read.key)
        last = read.lasts
        if progress:
            progress(number + 1)
    tracks = faces.finish()
    people = people_of(tracks)
    described = [one for track in tracks for one in track.described.values()]
    count, rate = len(times), max(float(clip.rate), 1.0)
    runs = [run for number, one in enumerate(people) for run in runs_of(one, number, cuts, count, shape, rate)]
    return Analysis(
        times=np.asarray(times, np.int64),
        last=last,
        keys=np.asarray(keys, bool),
        cuts=tuple(cuts),
        # A file of pictures is read from its first one on.
        segments=segments_of(times, keys, cuts, clip.time_base) if clip.is_film else ((0, count),),
        people=tuple(_seen(one, number, runs) for number, one in enumerate(people)),
        runs=tuple(runs),
        descriptors=np.asarray(described, np.float32).reshape(-1, 128),
    )


def _seen(person: Person, number: int, runs: list[Run]) -> Seen:
    spans = tuple((run.first, run.end) for run in runs if run.person == number)
    return Seen(person.descriptor, person.crop, spans, person.presence)


def segments_of(times: list[int], keys: list[bool], cuts: list[int], base: Fraction) -> tuple[tuple[int, int], ...]:
    """Part a clip at key frames, at cuts where there is none in reach, or else where it is time."""
    seconds = (np.asarray(times) - times[0]) * float(base)
    segments, first = [], 0
    while seconds[-1] - seconds[first] > _MOST:
        begun = seconds - seconds[first]
        reach = np.flatnonzero((begun >= _LEAST) & (begun <= _MOST))
        offered = [[number for number in reach if keys[number]], [number for number in reach if number in cuts]]
        end = next((int(some[0]) for some in offered if some), int(np.searchsorted(begun, _ELSE)))
        end = max(end, first + 1)
        segments.append((first, end))
        first = end
    segments.append((first, len(times)))
    return tuple(segments)
