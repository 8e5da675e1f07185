"""The face to put on, prepared once for a whole session: its picture, its mask and its skin in one frame."""

from dataclasses import dataclass

import cv2
import numpy as np

from faceswap_site.lib.image import shrunk
from recognition.engine.descriptors import describe_faces
from recognition.engine.errors import NoFaceFound
from recognition.engine.finder import find_faces
from recognition.engine.types import ByteImage, Descriptor, FloatImage, Points
from swaps.engine import SourceFace, source_from
from swaps.engine.frame import Frame, frame_of
from swaps.engine.mask import face_mask
from swaps.engine.skin import skin_likelihood

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
    mask, skin : (h, w) float32
        Where the face shows, and how likely each pixel is skin, on that chip. Warped along with the face, they can't
        jitter against it.
    """

    source: SourceFace
    chip_points: Points
    to_source: Points
    mask: FloatImage
    skin: FloatImage


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
        raise NoFaceFound(photo="face photo")
    descriptor = describe_faces(rgb, faces)[0]
    smaller = shrunk(rgb, _LARGEST_WIDTH / (faces[0].box[2] - faces[0].box[0]))
    if smaller is not rgb and (found := find_faces(smaller, mode="largest")):
        rgb, faces = smaller, found
    return _prepared(source_from(rgb, faces[0])), descriptor


def half_chip(chip: ByteImage, points: Points) -> tuple[ByteImage, Points]:
    """A chip and a mesh at half their size: enough for masks and colours, at a quarter of the cost."""
    size = (chip.shape[1] // 2, chip.shape[0] // 2)
    return cv2.resize(chip, size, interpolation=cv2.INTER_AREA), (points + 0.5) / 2 - 0.5


def _prepared(source: SourceFace) -> LiveFace:
    frame = frame_of(source.points)
    points = frame.to_chip(source.points)
    chip = frame.cut(source.rgb)
    small, small_points = half_chip(chip, points)
    skin = skin_likelihood(small, small_points)
    mask = face_mask(small_points, skin, skin, skin, forehead=True)
    size = chip.shape[1::-1]
    mask, skin = (cv2.resize(field, size, interpolation=cv2.INTER_LINEAR) for field in (mask, skin))
    mask = mask * _photo_on_chip(source, frame, size)
    return LiveFace(source, points, cv2.invertAffineTransform(frame.matrix), mask, skin)


def _photo_on_chip(source: SourceFace, frame: Frame, size: tuple[int, ...]) -> FloatImage:
    """Where the chip shows the photo and not only its repeated border, with a soft edge."""
    photo = np.ones(source.rgb.shape[:2], np.float32)
    inside = cv2.warpAffine(photo, frame.matrix, size, flags=cv2.INTER_LINEAR, borderValue=0)
    if inside.min() >= 1:
        return inside
    return cv2.GaussianBlur(cv2.erode(inside, np.ones((7, 7), np.uint8)), (0, 0), 3.0)
