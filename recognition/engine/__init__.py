"""Photos, faces and descriptors: arrays in, arrays out. Knows nothing of Django; models load when first used."""

import cv2

from .decoding import decode_photo, open_photo
from .descriptors import SAME_PERSON, describe_faces, distances
from .errors import (
    FaceError,
    FaceIndexError,
    NoFaceFound,
    NoMatchingFace,
    PhotoBroken,
    PhotoEmpty,
    PhotoError,
    PhotoTooLarge,
    PhotoUnsupported,
    TooManyPhotosAtOnce,
    TooManyPixels,
)
from .finder import face_at, find_faces, tiny_face_width
from .memory import keep_freed_memory
from .picture_file import encode_photo
from .types import DecodedPhoto, Face, Photo, Pose, Quality

__all__ = [
    "SAME_PERSON",
    "DecodedPhoto",
    "Face",
    "FaceError",
    "FaceIndexError",
    "NoFaceFound",
    "NoMatchingFace",
    "Photo",
    "PhotoBroken",
    "PhotoEmpty",
    "PhotoError",
    "PhotoTooLarge",
    "PhotoUnsupported",
    "Pose",
    "Quality",
    "TooManyPhotosAtOnce",
    "TooManyPixels",
    "decode_photo",
    "describe_faces",
    "distances",
    "encode_photo",
    "face_at",
    "find_faces",
    "open_photo",
    "tiny_face_width",
]

# A core an engine: pictures this small are shared out among threads at a loss, and a server runs a process a core.
cv2.setNumThreads(1)
keep_freed_memory()
