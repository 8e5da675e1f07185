"""The faces of a clip, each followed from frame to frame for as long as it is in sight."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from faceswap_site.lib.crop_and_resize import at_most, clipped
from recognition.engine.descriptors import describe_landmarks
from recognition.engine.face_mesh import HALF_HIDDEN, NO_FACE, FaceMesh, face_mesh, followed_mesh
from recognition.engine.finder import find_faces
from recognition.engine.hog import Find
from recognition.engine.types import ByteImage, Descriptor, Points, eye_distance
from recognition.engine.yunet import look
from swaps.engine.following.tracking import Follower
from swaps.engine.surface import is_mesh_of

from .pictures import Picture

# New faces are looked for once in so many frames, on a copy with this long side, from this score on; a face that was
# just lost, sooner and for so long.
_LOOK_EVERY, _LOOK_SIDE, _LEAST = 15, 640, 0.7
_LOST_EVERY, _LOST_FOR = 3, 15
_FIND_SIDE = 1024  # where nobody is followed
# The mesh is looked at once in so many frames.
MESH_EVERY = 2
# A face that the detector loses is still there where its mesh is seen with such a presence; and gone where the mesh
# has seen none so often.
_STILL_THERE, _GONE = 5.0, 4
# For so many frames a face is followed without the detector while its mesh is seen well.
_COASTED = 5
# Descriptions are taken of a track's first frames and then seldom; often where two faces are near, in face widths.
_FIRST_TIMES, _FIRST_EVERY, _DESCRIBED_EVERY, _NEAR_EVERY = 2, 10, 120, 8
_NEAR, _SAME_PLACE = 1.6, 0.45
_LEAST_EYES = 12.0  # pixels between the eyes that a description needs
_MESH_BOX = 128.0  # what the mesh's network sees of a face, in pixels: more is not needed
_CROP_SIDE = 160


@dataclass(eq=False)
class Track:
    """One face, followed without a break.

    Attributes
    ----------
    first : int
        The number of its first frame.
    landmarks : list of (68, 2) float64
        One a frame, in pixels of the upright picture.
    meshes : dict of int to FaceMesh or None
        By the number of the frame, about every second one; None where the face's mesh was not seen.
    described : dict of int to (128,) float32
        By the number of the frame.
    crop : (h, w, 3) uint8 or None
        What it looks like, at its best.
    """

    first: int
    landmarks: list[Points] = field(default_factory=list)
    meshes: dict[int, FaceMesh | None] = field(default_factory=dict)
    described: dict[int, Descriptor] = field(default_factory=dict)
    crop: ByteImage | None = None
    crop_worth: float = 0.0

    @property
    def end(self) -> int:
        """The number of the frame after its last."""
        return self.first + len(self.landmarks)

    def part(self, first: int, end: int) -> "Track":
        """What of it lies in a range of frames."""
        first, end = max(first, self.first), min(end, self.end)

        def within(number: int) -> bool:
            return first <= number < end

        return Track(
            first,
            self.landmarks[first - self.first : end - self.first],
            {number: mesh for number, mesh in self.meshes.items() if within(number)},
            {number: one for number, one in self.described.items() if within(number)},
            self.crop,
            self.crop_worth,
        )


class _Followed:
    """A track that goes on."""

    def __init__(self, number: int, grey: ByteImage, found: Find) -> None:
        self.follower = Follower()
        self.track = Track(number, [self.follower.begin(grey, found)])
        self.mesh: FaceMesh | None = None
        self.coasted = 0  # for how many frames the detector was not asked
        self.unseen = 0  # for how many looks the mesh has seen no face
        self.near_since: int | None = None
        self.asked: list[int] = []  # the frames on which it was asked who it is

    @property
    def place(self) -> Find:
        assert self.follower.place is not None
        return self.follower.place

    def step(self, picture: Picture, grey: ByteImage) -> Points | None:
        """Its landmarks on the next frame, or on the one before where that is asked for; None where it is lost."""
        # While the mesh sees a face well, the detector is asked only now and then.
        sure = self.mesh is not None and self.mesh.presence >= HALF_HIDDEN and self.coasted < _COASTED
        self.coasted = self.coasted + 1 if sure else 0
        points = self.follower.coast(grey) if sure else self.follower.follow(grey)
        if points is None and self.mesh is not None:
            points = self._by_its_mesh(picture, grey, self.mesh)
        if points is None or not _inside(points, grey.shape):
            self.follower.forget()
            return None
        return points

    def see_mesh(self, number: int, picture: Picture, grey: ByteImage, points: Points) -> Points | None:
        """Look at the mesh of a frame; the landmarks again, or others where it doesn't fit, or None for a lost face."""
        found = None
        if self.mesh is not None:
            moved = points.mean(0) - self.mesh.landmarks68.mean(0)
            guess = FaceMesh(self.mesh.points + np.array([*moved, 0.0]), self.mesh.presence)
            found = mesh_on(picture, points, guess)
        if found is None or not is_mesh_of(points, found):
            if self.coasted:
                self.coasted = 0
                if (again := self.follower.follow(grey)) is None:
                    return None
                points = again
            found = mesh_on(picture, points)
        mine = is_mesh_of(points, found)
        self.unseen = 0 if found.presence >= NO_FACE else self.unseen + 1
        self.mesh = found if mine else None
        # Kept for every second frame of a clip: in half the bytes.
        kept = self.mesh and FaceMesh(self.mesh.points.astype(np.float32), self.mesh.presence)
        self.track.meshes[number] = kept
        return points

    def describe(self, number: int, picture: Picture, points: Points) -> None:
        """Tell who it is, where the frame shows enough of the face; and keep its best picture."""
        self.asked.append(number)
        part, local = crop_around(picture, points)
        if eye_distance(points) >= _LEAST_EYES:
            self.track.described[number] = describe_landmarks(part, local)
        worth = (self.mesh.presence if self.mesh else 1.0) * min(eye_distance(points), 60.0)
        if worth > self.track.crop_worth:
            self.track.crop, self.track.crop_worth = at_most(part, _CROP_SIDE), worth

    def _by_its_mesh(self, picture: Picture, grey: ByteImage, last: FaceMesh) -> Points | None:
        seen = mesh_on(picture, last.landmarks68, last)
        if seen.presence < _STILL_THERE:
            return None
        low, high = seen.landmarks68.min(0), seen.landmarks68.max(0)
        (x, y), half = (low + high) / 2, float((high - low).max()) / 2
        self.mesh = seen
        return self.follower.begin(grey, Find((x - half, y - half, x + half, y + half), 1.0, seen.roll))


class FaceTracks:
    """All faces of a clip; `see` takes its frames in turn, and `tracks` is what was found."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._active: list[_Followed] = []
        self._recent: deque[tuple[int, Picture, ByteImage]] = deque(maxlen=_LOOK_EVERY + 3)
        self._looked = self._lost = -1000

    def see(self, number: int, picture: Picture, grey: ByteImage, *, cut: bool) -> None:
        """Follow all faces to the next frame; `cut` says that it begins another shot."""
        if cut:
            self._end(self._active)
            self._recent.clear()
            self._looked = -1000
        for one in list(self._active):
            points = one.step(picture, grey)
            if points is not None and (number - one.track.first) % MESH_EVERY == 0:
                points = one.see_mesh(number, picture, grey, points)
            if points is None:
                self._lost = number
                self._end([one])
                continue
            one.track.landmarks.append(points)
            if one.unseen >= _GONE:
                one.track = one.track.part(0, number - MESH_EVERY * _GONE)
                self._end([one])
        self._part_those_on_one_place(number, picture)
        if self._is_time_to_look(number):
            self._look(number, picture, grey)
        for one in self._active:
            self._describe_in_time(one, number, picture)
        self._recent.append((number, picture, grey))

    def finish(self) -> list[Track]:
        """There are no more frames."""
        self._end(self._active)
        return self.tracks

    def _end(self, ended: list[_Followed]) -> None:
        self.tracks += [one.track for one in ended if one.track.landmarks]
        self._active = [one for one in self._active if one not in ended]

    def _is_time_to_look(self, number: int) -> bool:
        missing = number - self._lost
        soon = missing <= _LOST_FOR and missing % _LOST_EVERY == 0
        return soon or number - self._looked >= _LOOK_EVERY

    def _look(self, number: int, picture: Picture, grey: ByteImage) -> None:
        self._looked = number
        longest = max(picture.shape)
        step = max(1, longest // (_LOOK_SIDE if self._active else _FIND_SIDE))
        seen = picture.rgb(step=step)
        scale = max(picture.shape) / max(seen.shape[:2])
        if self._active:
            places = [(find.box, find.score, find.roll) for find in look(seen, _LOOK_SIDE, least=_LEAST)]
        else:
            places = [(face.box, face.score, face.pose.roll) for face in find_faces(seen)]
        for box, score, roll in places:
            left, top, right, bottom = (side * scale for side in box)
            found = Find((left, top, right, bottom), score, roll)
            if not any(_apart(found, one.place) < _SAME_PLACE * 1.2 for one in self._active):
                self._begin(number, picture, grey, found)

    def _begin(self, number: int, picture: Picture, grey: ByteImage, found: Find) -> None:
        """Take a face up, and follow it back to where it came from."""
        one = _Followed(number, grey, found)
        if not _inside(one.track.landmarks[0], grey.shape):
            return
        one.see_mesh(number, picture, grey, one.track.landmarks[0])
        back = _Followed(number, grey, found)
        back.mesh = one.mesh
        earlier: list[Points] = []
        for before, its_picture, its_grey in reversed(self._recent):
            points = back.step(its_picture, its_grey)
            if points is not None and (number - before) % MESH_EVERY == 0:
                points = back.see_mesh(before, its_picture, its_grey, points)
            if points is None or self._is_taken(before, points):
                break
            earlier.append(points)
            if before in back.track.meshes and back.mesh is None:
                earlier = earlier[:-MESH_EVERY]
                break
        one.track.first = number - len(earlier)
        one.track.landmarks[:0] = earlier[::-1]
        meshes = {at: mesh for at, mesh in back.track.meshes.items() if at >= one.track.first}
        one.track.meshes = meshes | one.track.meshes
        self._active.append(one)

    def _is_taken(self, number: int, points: Points) -> bool:
        """Whether another track has its face there."""
        for track in (*self.tracks[-12:], *(one.track for one in self._active)):
            if track.first <= number < track.end:
                its = track.landmarks[number - track.first]
                if np.linalg.norm(its.mean(0) - points.mean(0)) < eye_distance(points):
                    return True
        return False

    def _part_those_on_one_place(self, number: int, picture: Picture) -> None:
        """Two that follow one face: whose it isn't has lost its own, from where they came near to each other."""
        for one in self._active:
            others = [other for other in self._active if other is not one]
            near = any(_apart(one.place, other.place) < _NEAR for other in others)
            one.near_since = (one.near_since or number) if near else None
        for one in list(self._active):
            for other in list(self._active):
                if other is one or one not in self._active or _apart(one.place, other.place) >= _SAME_PLACE:
                    continue
                loser = self._who_is_wrong(one, other, picture)
                since = loser.near_since or number
                # What it was surely itself in stays its own.
                sure = max((at for at in loser.track.described if at <= since), default=since)
                loser.track = loser.track.part(0, max(min(since, number), sure))
                self._lost = number
                self._end([loser])

    def _who_is_wrong(self, one: _Followed, other: _Followed, picture: Picture) -> _Followed:
        if not one.track.described or not other.track.described:
            return min(one, other, key=lambda each: len(each.track.landmarks))
        points = one.track.landmarks[-1]
        part, local = crop_around(picture, points)
        now = describe_landmarks(part, local)

        def strangeness(each: _Followed) -> float:
            return min(float(np.linalg.norm(now - its)) for its in each.track.described.values())

        return max(one, other, key=strangeness)

    def _describe_in_time(self, one: _Followed, number: int, picture: Picture) -> None:
        every = _NEAR_EVERY if one.near_since is not None else _DESCRIBED_EVERY
        if len(one.asked) < _FIRST_TIMES:
            every = min(every, _FIRST_EVERY)
        if not one.asked or number - one.asked[-1] >= every:
            one.describe(number, picture, one.track.landmarks[-1])


def mesh_on(picture: Picture, points: Points, last: FaceMesh | None = None) -> FaceMesh:
    """The mesh of a face on a picture, with landmarks (68, 2): around the last one, or anew."""
    low, high = points.min(0), points.max(0)
    size = float((high - low).max())
    step = max(1, int(size / _MESH_BOX))
    box = clipped((*low, *high), picture.shape, margin=1.2 * size)
    left, top = (side - side % (2 * step) for side in box[:2])
    rgb = picture.rgb((left, top, max(box[2], left + 2 * step), max(box[3], top + 2 * step)), step)
    shift, middle = np.array([left, top, 0.0]), np.array([1.0, 1.0, 0.0]) * (step - 1) / 2
    if last is None:
        seen = face_mesh(rgb, (points - shift[:2] - middle[:2]) / step)
    else:
        seen = followed_mesh(rgb, FaceMesh((last.points - shift - middle) / step, last.presence))
    return FaceMesh(seen.points * step + middle + shift, seen.presence)


def crop_around(picture: Picture, points: Points) -> tuple[ByteImage, Points]:
    """A face and what is around it, (h, w, 3) uint8, and its landmarks there."""
    low, high = points.min(0), points.max(0)
    left, top, right, bottom = clipped((*low, *high), picture.shape, margin=float((high - low).max()))
    left, top = left - left % 2, top - top % 2
    return picture.rgb((left, top, right, bottom)), points - (left, top)


def _inside(points: Points, shape: tuple[int, ...]) -> bool:
    x, y = points.mean(0)
    return bool(0 <= x < shape[1] and 0 <= y < shape[0]) and eye_distance(points) > 6


def _apart(first: Find, second: Find) -> float:
    """How far two places are from each other, in widths of the smaller one."""
    one, other = (((find.box[0] + find.box[2]) / 2, (find.box[1] + find.box[3]) / 2) for find in (first, second))
    return float(np.hypot(one[0] - other[0], one[1] - other[1]) / max(min(first.width, second.width), 1.0))
