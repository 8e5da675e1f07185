"""The face to put on, prepared once for a whole session."""

import pickle
from dataclasses import dataclass

import numpy as np

from faceswap_site.lib.crop_and_resize import clipped, shrunk
from recognition.engine import decode_photo
from recognition.engine.descriptors import describe_faces
from recognition.engine.finder import find_faces
from recognition.engine.types import ByteImage, Descriptor, Face
from swaps.engine import SourceFace, largest_face, source_from
from swaps.engine.models.identity import FacePhoto
from swaps.engine.whole_photo import FACE_PHOTO

# A camera's frame shows no face larger than this; the rest of a large photo would only cost memory and time.
_LARGEST_WIDTH = 420.0
_WIDTH_FOR_NETWORKS = 240.0


@dataclass(frozen=True, eq=False)
class LiveFace:
    """A face to put on: as the classic engine takes it, and as operators' networks do, who see more around it."""

    source: SourceFace
    photo: FacePhoto


def live_source(rgb: ByteImage) -> tuple[SourceFace, Descriptor]:
    """Prepare the largest face of a photo, (H, W, 3) uint8; its descriptor tells whether this person may be used.

    Raises
    ------
    NoFaceFound, FaceUnusable
    """
    face = largest_face(rgb, FACE_PHOTO)
    return _prepared(rgb, face), describe_faces(rgb, [face])[0]


def _prepared(rgb: ByteImage, face: Face) -> SourceFace:
    smaller = shrunk(rgb, _LARGEST_WIDTH / (face.box[2] - face.box[0]))
    if smaller is not rgb and (found := find_faces(smaller, mode="largest")):
        rgb, face = smaller, found[0]
    return source_from(rgb, face)


def _photo(rgb: ByteImage, face: Face) -> FacePhoto:
    """The part of a photo that a network's square may reach, no larger than such squares are."""
    width = face.box[2] - face.box[0]
    left, top, right, bottom = clipped(face.box, rgb.shape, margin=width)
    part = np.ascontiguousarray(rgb[top:bottom, left:right])
    smaller = shrunk(part, _WIDTH_FOR_NETWORKS / width)
    scale = smaller.shape[1] / part.shape[1]
    return smaller, (face.landmarks - (left, top) + 0.5) * scale - 0.5


def prepared_source(photo: bytes, *, max_bytes: int, max_pixels: int) -> tuple[bytes, list[float]]:
    """A face photo made ready, as `engine_sessions` takes it, so that any process can take the session over."""
    decoded = decode_photo(photo, name=FACE_PHOTO, max_bytes=max_bytes, max_pixels=max_pixels)
    found = largest_face(decoded.rgb, FACE_PHOTO)
    descriptor = describe_faces(decoded.rgb, [found])[0]
    face = LiveFace(_prepared(decoded.rgb, found), _photo(decoded.rgb, found))
    return pickle.dumps(face, pickle.HIGHEST_PROTOCOL), [float(value) for value in descriptor]
