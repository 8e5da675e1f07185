"""Tracks made steady: short gaps bridged, long ones faded out, and points smoothed by what comes before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recognition.engine.face_mesh import FaceMesh
from recognition.engine.types import FloatImage, Points, eye_distance
from swaps.engine.following.smoothing import OneEuro

from .people import Person
from .tracks import MESH_EVERY, Track

# Gaps of so many frames are bridged, unless the face has jumped: distances of the eyes that it may move a frame.
_BRIDGED, _PACE = 5, 0.8
# Beside longer gaps the new face comes and goes over so many frames.
_FADE = 3
# The filter's lowest cut-off, in Hz, running both ways; and how wide a face is, in distances of the eyes.
_CUTOFF, _WIDTH = 1.5, 2.4
# A mesh that wasn't seen is taken from those next to it, no further away than so many looks.
_NEXT_MESH = 4
_UNSEEN = -1000.0
_PARABOLA = np.array([-3, 12, 17, 12, -3]) / 35


@dataclass(frozen=True, eq=False)
class Run:
    """One face to change, over frames without a break, as it is painted.

    Attributes
    ----------
    person : int
        Whose it is, by their number.
    first : int
        The number of its first frame.
    landmarks : (n, 68, 2) float32
        Pixels of the upright picture.
    shown : (n,) float32
        How much of a new face shows: less than 1 where it comes or goes.
    meshes : (m, 468, 3) float16
        Of every `MESH_EVERY`-th frame from the first on and one after the last: from the middle of the landmarks, in
        distances of the eyes.
    presences : (m,) float32
        How surely each was seen.
    """

    person: int
    first: int
    landmarks: FloatImage
    shown: FloatImage
    meshes: FloatImage
    presences: FloatImage

    @property
    def end(self) -> int:
        """The number of the frame after its last."""
        return self.first + len(self.landmarks)

    def mesh_at(self, number: int) -> FaceMesh:
        """The mesh of a frame."""
        place, part = divmod(number - self.first, MESH_EVERY)
        share = part / MESH_EVERY
        near = [self.meshes[at].astype(np.float64) for at in (place, place + 1)]
        presence = float(self.presences[place : place + 2].min())
        points = self.landmarks[number - self.first].astype(np.float64)
        mesh = ((1 - share) * near[0] + share * near[1]) * eye_distance(points)
        return FaceMesh(mesh + np.array([*points.mean(0), 0.0]), presence)


def runs_of(
    person: Person, number: int, cuts: Sequence[int], end: int, shape: tuple[int, int], rate: float
) -> list[Run]:
    """Make the tracks of a person steady.

    Parameters
    ----------
    person : Person
    number : int
        By which the runs name them.
    cuts : sequence of int
        The frames with which new shots begin.
    end : int
        How many frames there are.
    shape : (height, width)
    rate : float
        Frames a second.
    """
    joined: list[Track] = []
    for track in person.tracks:
        if joined and (bridged := _bridged(joined[-1], track, cuts)) is not None:
            joined[-1] = bridged
        else:
            joined.append(track)
    return [_run(track, number, cuts, end, shape, rate) for track in joined]


def _bridged(before: Track, after: Track, cuts: Sequence[int]) -> Track | None:
    """Two tracks as one with what lies between them; None where they are too far apart, or of two shots."""
    gap = after.first - before.end
    if gap > _BRIDGED or any(before.end <= cut <= after.first for cut in cuts):
        return None
    last, first = before.landmarks[-1], after.landmarks[0]
    if np.linalg.norm(last.mean(0) - first.mean(0)) > (gap + 1) * _PACE * eye_distance(last):
        return None
    between = [last + (first - last) * step / (gap + 1) for step in range(1, gap + 1)]
    return Track(
        before.first, [*before.landmarks, *between, *after.landmarks], before.meshes | after.meshes, crop=before.crop
    )


def _run(track: Track, person: int, cuts: Sequence[int], end: int, shape: tuple[int, int], rate: float) -> Run:
    raw = np.stack(track.landmarks)
    landmarks = smoothed(raw, rate)
    shown = np.ones(len(raw), np.float32)
    ramp = np.arange(1, _FADE + 1, dtype=np.float32) / (_FADE + 1)
    if track.first > 0 and track.first not in cuts and not _at_border(raw[0], shape):
        shown[:_FADE] = ramp[: len(shown)]
    if track.end < end and track.end not in cuts and not _at_border(raw[-1], shape):
        shown[-_FADE:] = np.minimum(shown[-_FADE:], ramp[::-1][-len(shown) :])
    meshes, presences = _meshes(track, landmarks, rate)
    return Run(person, track.first, landmarks.astype(np.float32), shown, meshes, presences)


def smoothed(points: Points, rate: float) -> Points:
    """Landmarks over time, (n, 68, 2): their place and size by parabolas, so that nothing lags, and their shape."""
    middle, size = points.mean(1), np.sqrt(np.square(points - points.mean(1, keepdims=True)).sum(2).mean(1))
    shape = smoothed_shape((points - middle[:, None]) / size[:, None, None], rate)
    middle, size = _by_parabolas(middle), _by_parabolas(size[:, None])
    return np.asarray(shape * size[:, None] + middle[:, None])


def smoothed_shape(points: Points, rate: float) -> Points:
    """Points of a face over time, (n, N, 2 or 3), in which it neither moves nor grows: by the filter, both ways."""
    ways = []
    for way in (points, points[::-1]):
        filtered = OneEuro(min_cutoff=_CUTOFF)
        ways.append(np.stack([filtered(each, _WIDTH, number / rate) for number, each in enumerate(way)]))
    return np.asarray((ways[0] + ways[1][::-1]) / 2)


def _by_parabolas(values: Points) -> Points:
    """Values over time, (n, N), each that of the parabola that fits those around it best.

    A. Savitzky, M. Golay, "Smoothing and Differentiation of Data by Simplified Least Squares Procedures", 1964.
    """
    reach = len(_PARABOLA) // 2
    if len(values) <= 2 * reach:
        return values
    # Mirrored through the ends, which stay where they are.
    ends = [2 * values[:1] - values[reach:0:-1], 2 * values[-1:] - values[-2 : -reach - 2 : -1]]
    whole = np.concatenate([ends[0], values, ends[1]])
    return np.asarray(sum(share * whole[at : at + len(values)] for at, share in enumerate(_PARABOLA)))


def _meshes(track: Track, landmarks: Points, rate: float) -> tuple[FloatImage, FloatImage]:
    """The meshes at regular frames, from the middle of the landmarks in distances of the eyes; and their presences."""
    seen = sorted(number for number, mesh in track.meshes.items() if mesh is not None and number < track.end)
    count = (len(landmarks) - 1) // MESH_EVERY + 2
    if not seen:
        return np.zeros((count, 468, 3), np.float16), np.full(count, _UNSEEN, np.float32)
    own = []
    for number in seen:
        mesh, points = track.meshes[number], landmarks[number - track.first]
        assert mesh is not None
        own.append((mesh.points - [*points.mean(0), 0.0]) / eye_distance(points))
    steady = smoothed_shape(np.stack(own), rate / MESH_EVERY)
    sure = np.array([mesh.presence for number in seen if (mesh := track.meshes[number]) is not None])
    at = np.clip(track.first + MESH_EVERY * np.arange(count), track.first, track.end - 1)
    places = np.interp(at, seen, np.arange(len(seen)))
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, len(seen) - 1)
    share = (places - low)[:, None, None]
    meshes = (1 - share) * steady[low] + share * steady[high]
    away = np.abs(np.asarray(seen)[np.rint(places).astype(int)] - at)
    presences = np.where(away <= _NEXT_MESH * MESH_EVERY, np.minimum(sure[low], sure[high]), _UNSEEN)
    return meshes.astype(np.float16), presences.astype(np.float32)


def _at_border(points: Points, shape: tuple[int, int]) -> bool:
    low, high = points.min(0), points.max(0)
    room = 0.1 * float((high - low).max())
    return bool((low < room).any() or (high > np.array(shape[::-1]) - 1 - room).any())
