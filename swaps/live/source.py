"""The face to put on, prepared once for a whole session: its picture, its mask and its skin in one frame."""

from dataclasses import dataclass

import cv2
import numpy as np

from recognition.engine.encoder import describe_faces
from recognition.engine.errors import NoFaceFound
from recognition.engine.finder import find_faces
from recognition.engine.types import ByteImage, Descriptor, FloatImage, Points
from swaps.engine import SourceFace, source_from
from swaps.engine.frame import frame_of
from swaps.engine.mask import face_mask
from swaps.engine.skin import feature_mask, skin_likelihood

# A camera's frame shows no face larger than this; the rest of a large photo would only cost memory and time.
_LARGEST_WIDTH = 420.0


@dataclass(frozen=True, eq=False)
class LiveFace:
    """A prepared face with all that doesn't change from frame to frame.

    Attributes
    ----------
    source : SourceFace
    chip_points : (107, 2) float64
        Its mesh in pixels of its own chip.
    to_source : (2, 3) float64
        From pixels of that chip to pixels of the first level of `source`.
    mask : (h, w) float32
        Where the face shows, on that chip. Warped along with the face, it can't jitter against it.
    plain : (h, w) float32
        How likely a pixel is plain skin, for comparing colours.
    """

    source: SourceFace
    chip_points: Points
    to_source: Points
    mask: FloatImage
    plain: FloatImage


def live_face(rgb: ByteImage) -> tuple[LiveFace, Descriptor]:
    """Prepare the largest face of a photo.

    Parameters
    ----------
    rgb : (H, W, 3) uint8

    Returns
    -------
    LiveFace
    Descriptor
        (128,) float32, for asking whether this person may be used.

    Raises
    ------
    NoFaceFound, FaceUnusable
    """
    faces = find_faces(rgb, mode="largest")
    if not faces:
        raise NoFaceFound.on("face photo")
    descriptor = describe_faces(rgb, faces)[0]
    width = faces[0].box[2] - faces[0].box[0]
    if width > _LARGEST_WIDTH:
        scale = _LARGEST_WIDTH / width
        size = [max(1, round(side * scale)) for side in rgb.shape[1::-1]]
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))
        faces = find_faces(rgb, mode="largest") or faces
    return _prepared(source_from(rgb, faces[0])), descriptor


def _prepared(source: SourceFace) -> LiveFace:
    frame = frame_of(source.points)
    points = frame.to_chip(source.points)
    chip = frame.cut(source.levels[0])
    skin = skin_likelihood(chip, points)
    mask = face_mask(points, skin, skin, forehead=True)
    plain = skin * (1 - feature_mask(points))
    return LiveFace(source, points, cv2.invertAffineTransform(frame.matrix), mask, plain)
