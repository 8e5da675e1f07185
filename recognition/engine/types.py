"""The values that the engine takes and gives. Arrays are RGB uint8 (H, W, 3); boxes (left, top, right, bottom)."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from faceswap_site.lib.crop_and_resize import Box as Box
from faceswap_site.lib.crop_and_resize import Picture

from .landmarks68 import across_eyes

# To a type checker these are one, since OpenCV's types don't tell what numbers a picture holds. To people they say it:
# uint8, float32, and float64 in pixels.
ByteImage = Picture
FloatImage = Picture
Points = Picture
Descriptor = NDArray[np.float32]
Pixels = NDArray[np.bool_]
Mode = Literal["all", "largest"]


class Photo(Protocol):
    """A photo, upright and in sRGB: its pixels are there, or may be made, and found broken, when they are asked for."""

    @property
    def rgb(self) -> ByteImage:
        """(H, W, 3) uint8."""
        ...

    @property
    def alpha(self) -> ByteImage | None:
        """Opacity, (H, W) uint8, where the file carried one that is not opaque throughout."""
        ...

    @property
    def format(self) -> str:
        """What the content was: JPEG, PNG, WEBP, HEIF, AVIF or BMP."""
        ...

    @property
    def jpeg(self) -> bytes | None:
        """The very picture as a JPEG with nothing else in it, where the file was one: nothing need be encoded anew."""
        ...

    @property
    def data(self) -> bytes:
        """The file as it came, with all that it says of itself; empty where the photo is no file's."""
        ...

    def release(self) -> None:
        """Forget the pixels where they can be made again."""
        ...


@dataclass(frozen=True, eq=False)
class DecodedPhoto:
    """A photo whose pixels are there."""

    rgb: ByteImage
    alpha: ByteImage | None
    format: str
    jpeg: bytes | None = None
    data: bytes = b""

    def release(self) -> None:
        """They can't be made again, so they stay."""


@dataclass(frozen=True)
class Pose:
    """How the head is turned, in degrees: yaw > 0 to the picture's right, pitch > 0 up, roll > 0 clockwise."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class Quality:
    """How well a face serves as a source or for recognition.

    Attributes
    ----------
    score : float
        0 (useless) to 1 (as good as it gets): the product of the four below.
    size, sharpness, exposure, frontality : float
        Each 0 to 1.
    reasons : tuple of str
        In words, what lowers the score; empty for a good face.
    """

    score: float
    size: float
    sharpness: float
    exposure: float
    frontality: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Face:
    """One face on a photo.

    Attributes
    ----------
    box : (left, top, right, bottom)
        Pixels, floats; may reach past the border where the face does.
    landmarks : (68, 2) float64
        The 68 points of the iBUG scheme, x and y in pixels of the photo.
    score : float
        The detector's confidence, 0.7 to 1; 0.88 and more for clear faces.
    pose : Pose
    quality : Quality
    mode : "all" or "largest"
        How the photo was looked at; its descriptor is made in the same way.
    """

    box: Box
    landmarks: Points
    score: float
    pose: Pose
    quality: Quality
    mode: Mode = "all"

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box, x and y in pixels."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    @property
    def eye_distance(self) -> float:
        """Between the middles of the two eyes, in pixels."""
        return eye_distance(self.landmarks)


def eye_distance(landmarks: Points) -> float:
    """Distance between the middles of the two eyes, in the landmarks' unit."""
    return float(np.linalg.norm(across_eyes(landmarks)))
