"""What a camera's frames are looked at for, seldom, and how that is followed from frame to frame."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from recognition.engine.face_mesh import NO_FACE, FaceMesh, followed_mesh, laid_on
from recognition.engine.types import ByteImage, FloatImage, Points, eye_distance
from swaps.engine.plan import Cadence, Fields, Look
from swaps.engine.shape import moved_with
from swaps.engine.surface import is_mesh_of

from .smoothing import OneEuro

# Light and what stands before the face, and the mesh, are looked at once in so many frames; light is followed over so
# many seconds.
_LOOK_EVERY, _MESH_EVERY = 12, 4
_SECONDS = 0.25
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

    def mesh(self, picture: ByteImage, landmarks: Points) -> FaceMesh:
        # After the first frame one look at most, whatever happens: around the last mesh, or around the landmarks where
        # that was another face's. Between looks a mesh goes along with the landmarks.
        if self._mesh is not None and self._count % _MESH_EVERY:
            self._shown = moved_with(self._shown, self._landmarks, landmarks)
            self._landmarks = landmarks
            return replace(self._mesh, points=self._shown)
        if self._look is None:
            found = super().mesh(picture, landmarks)
        else:
            found = followed_mesh(picture, self._mesh or FaceMesh(laid_on(landmarks), NO_FACE))
        # As slow as the landmarks are, so that both lie on one spot.
        smooth = replace(found, points=self._smooth(found.points, _FACE_WIDTH * eye_distance(landmarks), self.at))
        self._mesh = found if is_mesh_of(landmarks, smooth) else None
        if self._mesh is None:
            self._smooth.reset()
        self._shown, self._landmarks = smooth.points, landmarks
        return smooth

    def seen(self, look: Callable[[], Look]) -> tuple[Look, Fields]:
        # One thing a frame but in the first, so that none pays for all.
        step, first = self._count % _LOOK_EVERY, self._look is None
        if self._look is None or step == 0:
            self._look = look()
        if first or step == 1:
            self._look.cover  # noqa: B018 (kept by the look, for the fields)
        if first or step == 2:
            fields = self._look.fields
            self._face.wanted, self._photo.wanted, self._offset.wanted = fields.face, fields.photo, fields.offset
        self._count += 1
        return self._look, Fields(*(each.at(self.at) for each in (self._face, self._photo, self._offset)))

    def mouth(self, share: float) -> float:
        step = max(self.at - self._mouth_at, 0.0) / _MOUTH_SECONDS if self._mouth_at else 1.0
        self._mouth += float(np.clip(share - self._mouth, -step, step))
        self._mouth_at = self.at
        return self._mouth


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
