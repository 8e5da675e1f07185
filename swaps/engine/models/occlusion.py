"""What lies on a face, as an operator's occluder or parser of faces sees it."""

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage

from .families import FAMILIES
from .runtime import Network, WrongAnswer
from .squares import to_planes

# Of CelebAMask-HQ's 19 classes, those that a swap may change: skin, brows, eyes, spectacles, nose, mouth, lips.
FACE_CLASSES = (1, 2, 3, 4, 5, 6, 10, 11, 12, 13)
_SOFT = 5.0


def unoccluded(occluder: Network, square: ByteImage) -> FloatImage:
    """How much of each pixel of a square is face and not what lies on it, (size, size) float32, 0 to 1."""
    side = FAMILIES["xseg"].size
    small = cv2.resize(square, (side, side))
    # It was trained on OpenCV's order of channels.
    found = occluder.feed({occluder.inputs[0]: small[None, ..., ::-1].astype(np.float32) / 255})[0]
    if found.size != side * side:
        raise WrongAnswer(f"the network gave {found.shape} instead of a mask of {side} pixels")
    return _sure(np.clip(found.reshape(side, side), 0, 1), square.shape[0])


def face_region(parser: Network, square: ByteImage) -> FloatImage:
    """How much of each pixel of a square belongs to the face, (size, size) float32, 0 to 1."""
    family = FAMILIES["bisenet"]
    small = cv2.resize(square, (family.size, family.size))
    found = parser.feed({parser.inputs[0]: to_planes(small, family.mean, family.std)[None]})[0][0]
    if found.ndim != 3:
        raise WrongAnswer(f"the network gave {found.shape} instead of a class for each pixel")
    return _sure(np.isin(found.argmax(0), FACE_CLASSES).astype(np.float32), square.shape[0])


def _sure(mask: FloatImage, size: int) -> FloatImage:
    """A mask with its rim drawn inwards and softened."""
    soft = cv2.GaussianBlur(cv2.resize(np.asarray(mask, np.float32), (size, size)), (0, 0), _SOFT)
    return (np.clip(soft, 0.5, 1) - 0.5) * 2
