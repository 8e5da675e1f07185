"""The face to put on, prepared once for a whole session."""

import pickle

from faceswap_site.lib.crop_and_resize import shrunk
from recognition.engine import decode_photo
from recognition.engine.descriptors import describe_faces
from recognition.engine.finder import find_faces
from recognition.engine.types import ByteImage, Descriptor
from swaps.engine import SourceFace, largest_face, source_from
from swaps.engine.whole_photo import FACE_PHOTO

# A camera's frame shows no face larger than this; the rest of a large photo would only cost memory and time.
_LARGEST_WIDTH = 420.0


def live_source(rgb: ByteImage) -> tuple[SourceFace, Descriptor]:
    """Prepare the largest face of a photo, (H, W, 3) uint8; its descriptor tells whether this person may be used.

    Raises
    ------
    NoFaceFound, FaceUnusable
    """
    face = largest_face(rgb, FACE_PHOTO)
    descriptor = describe_faces(rgb, [face])[0]
    smaller = shrunk(rgb, _LARGEST_WIDTH / (face.box[2] - face.box[0]))
    if smaller is not rgb and (found := find_faces(smaller, mode="largest")):
        rgb, face = smaller, found[0]
    return source_from(rgb, face), descriptor


def prepared_source(photo: bytes, *, max_bytes: int, max_pixels: int) -> tuple[bytes, list[float]]:
    """A face photo made ready, as `engine_sessions` takes it, so that any process can take the session over."""
    decoded = decode_photo(photo, name=FACE_PHOTO, max_bytes=max_bytes, max_pixels=max_pixels)
    face, descriptor = live_source(decoded.rgb)
    return pickle.dumps(face, pickle.HIGHEST_PROTOCOL), [float(value) for value in descriptor]
