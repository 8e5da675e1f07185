"""One prepared face put onto frame after frame, with light and mask that change slowly where the scene does."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from faceswap_site.lib.image import sampled
from recognition.engine.landmarks68 import ALL
from recognition.engine.types import ByteImage, FloatImage, Points
from swaps.engine.colour import ColourMatch, match_colour, no_match
from swaps.engine.frame import Frame, frame_of
from swaps.engine.mask import face_mask, mouth_mask
from swaps.engine.mesh import FACE, mesh_points
from swaps.engine.options import SwapOptions
from swaps.engine.shape import mixed_landmarks, open_share, without_teeth
from swaps.engine.skin import skin_likelihood
from swaps.engine.warp import warp_map

from .source import LiveFace, half_chip

# Light and what stands before the face are looked at once in so many frames, and followed over so many seconds.
_LOOK_EVERY = 4
_LIGHT_SECONDS = 0.25
_GUARD_SECONDS = 0.12
# Lips that flutter around the point where they count as open must not flicker.
_MOUTH_SECONDS = 0.08


@dataclass(frozen=True, eq=False)
class _Seen:
    """A frame's half chip, how likely its pixels are skin, the mesh on it, and the map to the face photo's chip."""

    chip: ByteImage
    skin: FloatImage
    points: Points
    where: FloatImage


class Painter:
    """Paints one face; keeps what is steady between frames."""

    def __init__(self, face: LiveFace) -> None:
        self._face = face
        self._own_opening = open_share(face.source.face.landmarks)
        self.forget()

    def forget(self) -> None:
        """Start anew, as after the face was lost."""
        self._gain, self._offset = _Gentle(_LIGHT_SECONDS), _Gentle(_LIGHT_SECONDS)
        self._guard = _Gentle(_GUARD_SECONDS)
        self._mouth, self._count, self._at = 0.0, 0, 0.0

    def paint(self, picture: ByteImage, landmarks: Points, options: SwapOptions, at: float) -> None:
        """Change the face of a frame in place.

        Parameters
        ----------
        picture : (H, W, 3) uint8
        landmarks : (68, 2) float64
            Smoothed, in pixels of the frame.
        options : SwapOptions
        at : float
            When the frame was taken, in seconds.

        Raises
        ------
        FaceUnusable
            For landmarks that make no face.
        """
        points = mesh_points(mixed_landmarks(landmarks, self._face.source.shape, options.face_shape))
        frame = frame_of(points)
        chip_points = frame.to_chip(points)
        own = without_teeth(self._face.chip_points, (1 - open_share(landmarks)) * self._own_opening)
        # One map carries all that belongs to the face photo: its picture, its mask and its skin.
        warp = warp_map(chip_points, own, self._face.mask.shape)
        if self._count % _LOOK_EVERY == 0:
            self._seen = self._look(picture, frame, chip_points, warp.where, options)
        # In the frame after, so that no single frame pays for both.
        if self._count % _LOOK_EVERY == min(self._count, 1):
            match = self._compare(self._seen) if options.match_colour else no_match()
            self._gain.wanted, self._offset.wanted = match.gain, match.offset
        self._count += 1
        mask = np.minimum(sampled(self._face.mask, warp.where), self._guard.at(at)) * warp.trust
        mouth = self._mouth_share(landmarks, options, at)
        if mouth > 0.01:
            mask = mask * (1 - mouth * mouth_mask(chip_points, mask.shape))
        box = frame.region(points[FACE], picture.shape)
        if box[2] > box[0] and box[3] > box[1]:
            colour = ColourMatch(self._gain.at(at), self._offset.at(at)).enlarged()
            picture_of_face, where = self._level(points, warp.where)
            strength = np.float32(options.strength)
            _blend(picture, frame, box, (picture_of_face, where, mask * strength, colour))
        self._at = at

    def _look(self, picture: ByteImage, frame: Frame, points: Points, where: FloatImage, options: SwapOptions) -> _Seen:
        """See what stands before the face."""
        whole = frame.cut(picture)
        chip, points = half_chip(whole, points)
        skin = skin_likelihood(chip, points)
        guard = face_mask(points, skin, skin, skin, forehead=options.forehead)
        self._guard.wanted = cv2.resize(guard, whole.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        small = cv2.resize(where, chip.shape[1::-1], interpolation=cv2.INTER_AREA)
        return _Seen(chip, skin, points, small)

    def _compare(self, seen: _Seen) -> ColourMatch:
        """What gives the face photo the frame's light."""
        level, where = self._level(seen.points, seen.where)
        return match_colour(
            seen.chip, sampled(level, where), seen.skin, sampled(self._face.skin, seen.where), seen.points
        )

    def _level(self, points: Points, where: FloatImage) -> tuple[ByteImage, FloatImage]:
        """The copy of the face photo that is as fine as `points` lie apart, and the map onto it."""
        source = self._face.source
        areas = [float(np.prod(np.ptp(mesh[ALL], axis=0))) for mesh in (points, source.points)]
        picture = source.picture_for(math.sqrt(areas[0] / max(areas[1], 1e-9)))
        ratio = np.array(picture.shape[1::-1]) / np.array(source.rgb.shape[1::-1])
        matrix = self._face.to_source * ratio[:, None]
        matrix[:, 2] += 0.5 * ratio - 0.5
        return picture, cv2.transform(where, matrix.astype(np.float32))

    def _mouth_share(self, landmarks: Points, options: SwapOptions, at: float) -> float:
        """How much of the camera's own mouth shows between the lips, 0 to 1."""
        wanted = open_share(landmarks) if options.mouth == "auto" else float(options.mouth == "target")
        step = max(at - self._at, 0.0) / _MOUTH_SECONDS if self._at else 1.0
        self._mouth += float(np.clip(wanted - self._mouth, -step, step))
        return self._mouth


def _blend(
    picture: ByteImage,
    frame: Frame,
    box: tuple[int, int, int, int],
    fields: tuple[ByteImage, FloatImage, FloatImage, ColourMatch],
) -> None:
    """Draw the face over a box of the frame: its picture, the map onto it, the mask and the colours on the chip."""
    source, where, mask, colour = fields
    left, top, right, bottom = box
    face = sampled(source, frame.enlarge(where, box))
    lit = cv2.multiply(face, frame.enlarge(colour.gain, box), dtype=cv2.CV_32F)
    face = cv2.add(lit, frame.enlarge(colour.offset, box), dtype=cv2.CV_8U)
    weight = frame.enlarge(mask, box)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    picture[top:bottom, left:right] = cv2.blendLinear(face, part, weight, 1 - weight)


class _Gentle:
    """A field that moves towards what is wanted over some seconds, so that nothing jumps from frame to frame."""

    def __init__(self, seconds: float) -> None:
        self.wanted: FloatImage = np.zeros((0, 0), np.float32)
        self._seconds = seconds
        self._now: FloatImage | None = None
        self._at = 0.0

    def at(self, at: float) -> FloatImage:
        if self._now is None:
            self._now = self.wanted
        else:
            share = np.float32(1 - math.exp(-max(at - self._at, 0.0) / self._seconds))
            self._now = self._now + share * (self.wanted - self._now)
        self._at = at
        return self._now
