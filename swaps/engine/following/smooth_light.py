"""What a camera's frames are looked at for, seldom, and how that is followed from frame to frame."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from faceswap_site.lib.crop_and_resize import coarser
from recognition.engine.face_mesh import NO_FACE, FaceMesh, followed_mesh, laid_on
from recognition.engine.types import ByteImage, FloatImage, Points, eye_distance
from swaps.engine.plan import Cadence, Fields, Look, Placement
from swaps.engine.shape import moved_with, similarity
from swaps.engine.surface import is_mesh_of

from .smoothing import OneEuro

# Light and what stands before the face, and the mesh, are looked at once in so many frames; light is followed over so
# many seconds.
_LOOK_EVERY, _MESH_EVERY = 12, 4
_SECONDS = 0.25
# Of a face whose landmarks keep their places among each other, to so much of an eye distance, mesh and light are looked
# at so many times less often: its expression and how it is turned are the same.
_SAME, _STILL = 0.03, 4
# A look shows something else where cells of the chip, of so many pixels, differ by so many grey levels on average, or
# by so many in a share of them.
_CELL, _OTHER_LIGHT, _COVERED = 8, 3.0, (12, 0.03)
# Where the new face goes is worked out once in so many frames, while no landmark leaves its place among the others by
# so much of an eye distance.
_PLACE_EVERY, _RIGID = 6, 0.008
# Lips that flutter around the point where they count as open must not flicker.
_MOUTH_SECONDS = 0.08
_FACE_WIDTH = 2.4  # in eye distances


class Followed(Cadence):
    """That of one face before a camera; set `at`, in seconds, before each frame is planned."""

    def __init__(self) -> None:
        self.at = 0.0
        self._face, self._photo, self._offset = _Gentle(), _Gentle(), _Gentle()
        self._look: Look | None = None
        self._count, self._mouth, self._mouth_at = 0, 0.0, 0.0
        self._mesh: FaceMesh | None = None  # as it was seen, and as it is shown with these landmarks
        self._shown: Points = np.zeros((0, 3))
        self._landmarks: Points = np.zeros((0, 2))
        self._smooth = OneEuro()
        self._seen_for: Points = np.zeros((0, 2))
        self._mesh_count = self._look_count = self._known_at = 0
        self._placement: Placement | None = None
        self._placed_for: Points = np.zeros((0, 2))
        self._place_count = 0

    def mesh(self, picture: ByteImage, landmarks: Points) -> FaceMesh:
        # After the first frame one look at most, whatever happens: around the last mesh, or around the landmarks where
        # that was another face's. Between looks a mesh goes along with the landmarks.
        if self._mesh is not None:
            self._shown, self._landmarks = moved_with(self._shown, self._landmarks, landmarks), landmarks
            age = self._count - self._mesh_count
            still = _moved_as_one(self._seen_for, landmarks, _SAME) is not None
            if age < (_STILL if still else 1) * _MESH_EVERY:
                return replace(self._mesh, points=self._shown)
        if self._look is None:
            found = super().mesh(picture, landmarks)
        else:
            where = laid_on(landmarks) if self._mesh is None else self._shown
            found = followed_mesh(picture, FaceMesh(where, NO_FACE))
            self._smooth.carried(similarity(self._seen_for, landmarks))
        self._mesh_count, self._seen_for = self._count, landmarks
        # As slow as the landmarks are, so that both lie on one spot.
        smooth = replace(found, points=self._smooth(found.points, _FACE_WIDTH * eye_distance(landmarks), self.at))
        self._mesh = found if is_mesh_of(landmarks, smooth) else None
        if self._mesh is None:
            self._smooth.reset()
        self._shown, self._landmarks = smooth.points, landmarks
        return smooth

    def placed(self, place: Callable[[], Placement], landmarks: Points) -> Placement:
        # A face that moves as one takes all that was worked out for it along.
        if self._placement is not None and self._count - self._place_count < _PLACE_EVERY:
            turn = _moved_as_one(self._placed_for, landmarks, _RIGID)
            if turn is not None:
                return self._placement.carried(turn)
        self._placement, self._placed_for, self._place_count = place(), landmarks, self._count
        return self._placement

    def seen(self, look: Callable[[], Look]) -> tuple[Look, Fields]:
        # One thing a frame but in the first, so that none pays for all.
        step, first = self._count - self._look_count, self._look is None
        if self._look is None or step >= _LOOK_EVERY:
            now = look()
            if self._look is None or self._looks_else(now):
                self._look, self._known_at = now, self._count
            else:
                step = 3
            self._look_count = self._count
        if first or step == 1:
            self._look.cover  # noqa: B018 (kept by the look, for the fields)
        if first or step == 2:
            fields = self._look.fields
            self._face.wanted, self._photo.wanted, self._offset.wanted = fields.face, fields.photo, fields.offset
        self._count += 1
        return self._look, Fields(*(each.at(self.at) for each in (self._face, self._photo, self._offset)))

    def _looks_else(self, now: Look) -> bool:
        """Whether there is anything on a look that wasn't on the last one, or that one is old."""
        assert self._look is not None
        still = _moved_as_one(self._look.landmarks, now.landmarks, _SAME) is not None
        if not still or self._count - self._known_at >= _STILL * _LOOK_EVERY:
            return True
        before, after = (coarser(look.chip, _CELL).astype(np.int16) for look in (self._look, now))
        face = coarser(self._look.scene.regions.face, _CELL) > 0.9
        apart = np.abs(after - before).max(2)[face]
        return bool(apart.mean() > _OTHER_LIGHT or (apart > _COVERED[0]).mean() > _COVERED[1])

    def mouth(self, share: float) -> float:
        step = max(self.at - self._mouth_at, 0.0) / _MOUTH_SECONDS if self._mouth_at else 1.0
        self._mouth += float(np.clip(share - self._mouth, -step, step))
        self._mouth_at = self.at
        return self._mouth


def _moved_as_one(before: Points, now: Points, tolerance: float) -> Points | None:
    """The matrix (2, 3) by which all landmarks, (68, 2), moved.

    None where one left its place among the others, by a tolerance in eye distances.
    """
    turn = similarity(before, now)
    apart = np.abs(now - (before @ turn[:, :2].T + turn[:, 2])).max()
    return turn if apart < tolerance * eye_distance(now) else None


class _Gentle:
    """A field that moves towards what is wanted, so that nothing jumps from frame to frame."""

    def __init__(self) -> None:
        self.wanted: FloatImage = np.zeros((0, 0), np.float32)
        self._now: FloatImage | None = None
        self._at = 0.0

    def at(self, at: float) -> FloatImage:
        if self._now is None:
            self._now = self.wanted
        else:
            share = np.float32(1 - math.exp(-max(at - self._at, 0.0) / _SECONDS))
            self._now = self._now + share * (self.wanted - self._now)
        self._at = at
        return self._now
