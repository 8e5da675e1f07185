"""Where a network wants a face: five points in its square, the cut that puts them there, and the way back.

The templates are those of the networks' makers, as shares of the square's side; points and crops lie as OpenCV's
warpAffine has them (the middle of the first pixel is 0, 0).
"""

from typing import NamedTuple

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import PixelBox
from recognition.engine.types import ByteImage, FloatImage, Points

# In the picture: the eye on the left, the eye on the right, the tip of the nose, the corners of the mouth.
TEMPLATES: dict[str, tuple[tuple[float, float], ...]] = {
    "arcface_112_v1": (
        (0.35473214, 0.45658929),
        (0.64526786, 0.45658929),
        (0.5, 0.61154464),
        (0.37913393, 0.776875),
        (0.62086607, 0.776875),
    ),
    "arcface_112_v2": (
        (0.34191607, 0.46157411),
        (0.65653393, 0.45983393),
        (0.500225, 0.64050536),
        (0.37097589, 0.82469196),
        (0.63151696, 0.82325089),
    ),
    "arcface_128": (
        (0.36167656, 0.40387734),
        (0.63696719, 0.40235469),
        (0.50019687, 0.56044219),
        (0.38710391, 0.72160547),
        (0.61507734, 0.72034453),
    ),
    "dfl_whole_face": (
        (0.35342266, 0.39285716),
        (0.62797622, 0.39285716),
        (0.48660713, 0.5401786),
        (0.38839287, 0.68750011),
        (0.59821427, 0.68750011),
    ),
    "ffhq_512": (
        (0.37691676, 0.46864664),
        (0.62285697, 0.46912813),
        (0.50123859, 0.61331904),
        (0.39308822, 0.725411),
        (0.61150205, 0.72490465),
    ),
    "mtcnn_512": (
        (0.36562865, 0.46733799),
        (0.63305391, 0.46585885),
        (0.50019127, 0.61942959),
        (0.39032951, 0.77598822),
        (0.61178945, 0.77476328),
    ),
}
# Beyond so many pixels a point is taken for an error of the landmarks.
_RANSAC_PIXELS = 100
_BLUR = 0.3


class Cut(NamedTuple):
    """A face in a network's square, and how it lies there.

    Attributes
    ----------
    rgb : (size, size, 3) uint8
    matrix : (2, 3) float64
        From pixels of the photo to pixels of the square.
    """

    rgb: ByteImage
    matrix: Points


def five_points(landmarks: Points) -> Points:
    """The five points of the templates, (5, 2) float64, of 68 landmarks."""
    return np.stack([landmarks[36:42].mean(0), landmarks[42:48].mean(0), landmarks[30], landmarks[48], landmarks[54]])


def cut_out(rgb: ByteImage, landmarks: Points, template: str, size: int) -> Cut:
    """Cut a face out of a photo, its five points as near to a template as turning and scaling can bring them.

    Raises
    ------
    ValueError
        Where the landmarks make no face: all in one place.
    """
    goal = np.asarray(TEMPLATES[template]) * size
    matrix, _ = cv2.estimateAffinePartial2D(
        five_points(landmarks), goal, method=cv2.RANSAC, ransacReprojThreshold=_RANSAC_PIXELS
    )
    found: Points | None = matrix  # None where all points lie in one place, which OpenCV's types don't say
    if found is None or not abs(np.linalg.det(found[:, :2])) > 0:
        raise ValueError("these landmarks make no face")
    square = cv2.warpAffine(rgb, matrix, (size, size), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return Cut(square, matrix)


def box_mask(size: int) -> FloatImage:
    """How much of a square shows in the photo, (size, size) float32: all but its soft rim."""
    blur = int(size * 0.5 * _BLUR)
    rim = max(blur // 2, 1)
    mask = np.ones((size, size), np.float32)
    for edge in (mask[:rim], mask[-rim:], mask[:, :rim], mask[:, -rim:]):
        edge[:] = 0
    return cv2.GaussianBlur(mask, (0, 0), blur * 0.25) if blur else mask


def paste(picture: ByteImage, square: ByteImage, mask: FloatImage, matrix: Points) -> None:
    """Put a square back into the picture it was cut from, in place; no pixel changes where the mask is 0.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    square : (size, size, 3) uint8
    mask : (size, size) float32, 0 to 1
    matrix : (2, 3) float64
        As `Cut` has it for a square of this size.
    """
    back = cv2.invertAffineTransform(matrix)
    left, top, right, bottom = covered(picture.shape, square.shape[0], back)
    if left >= right or top >= bottom:
        return
    back[:, 2] -= (left, top)
    size = (right - left, bottom - top)
    share = np.clip(cv2.warpAffine(mask, back, size), 0, 1)[..., None]
    new = cv2.warpAffine(square, back, size, borderMode=cv2.BORDER_REPLICATE)
    part = picture[top:bottom, left:right]
    part[:] = np.rint(part + share * (new.astype(np.float32) - part))


def covered(shape: tuple[int, ...], size: int, back: Points) -> PixelBox:
    """The box (left, top, right, bottom) of a picture that a square covers, given the way from it to the picture."""
    corners = np.array([(-1, -1), (size, -1), (size, size), (-1, size)]) @ back[:, :2].T + back[:, 2]
    low = np.clip(np.floor(corners.min(0)).astype(int), 0, shape[1::-1])
    high = np.clip(np.ceil(corners.max(0)).astype(int) + 1, 0, shape[1::-1])
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
