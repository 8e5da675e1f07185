"""What is done to pictures everywhere: cut out, shrunk, sampled. Arrays (H, W, 3) or (H, W), of any kind of number."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# All that OpenCV's types say of a picture.
Picture = NDArray[np.integer[Any] | np.floating[Any]]
Box = tuple[float, float, float, float]
PixelBox = tuple[int, int, int, int]


def clipped(box: Box, shape: tuple[int, ...], *, margin: float = 0.0) -> PixelBox:
    """A box (left, top, right, bottom), widened by a margin, in whole pixels of a picture of this shape."""
    height, width = shape[:2]
    left, right = (int(min(max(x, 0), width)) for x in (box[0] - margin, box[2] + margin))
    top, bottom = (int(min(max(y, 0), height)) for y in (box[1] - margin, box[3] + margin))
    return left, top, right, bottom


def cropped(picture: Picture, box: Box, *, margin: float = 0.0) -> Picture:
    """What lies in a box and around it, as far as the picture goes; a copy, which doesn't keep the whole alive."""
    left, top, right, bottom = clipped(box, picture.shape, margin=margin)
    return np.ascontiguousarray(picture[top:bottom, left:right])


def shrunk(picture: Picture, scale: float) -> Picture:
    """A copy `scale` times as large, averaged by area; from 1 on the picture itself."""
    if scale >= 1:
        return picture
    height, width = picture.shape[:2]  # of which one pixel stays
    return cv2.resize(picture, None, fx=max(scale, 1 / width), fy=max(scale, 1 / height), interpolation=cv2.INTER_AREA)


def at_most(picture: Picture, longest_side: int) -> Picture:
    """A copy whose longest side has this many pixels; the picture itself where it is no larger."""
    return shrunk(picture, longest_side / max(picture.shape[:2]))


def coarser(picture: Picture, step: int) -> Picture:
    """A copy `step` times smaller, much faster than by other factors; the picture itself where it is tiny."""
    height, width = (side // max(step, 1) for side in picture.shape[:2])
    if step < 2 or not (height and width):
        return picture
    return cv2.resize(picture[: height * step, : width * step], (width, height), interpolation=cv2.INTER_AREA)


def sampled(picture: Picture, where: Picture) -> Picture:
    """The pixels that a map (h, w, 2) of x and y names; the picture's border goes on outwards."""
    # OpenCV's stubs don't say that the second map may be None.
    return cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload,no-any-return]


def halvings(picture: Picture, longest_side: int) -> list[Picture]:
    """The picture, and copies of half the size each, down to the last that is no smaller than a longest side."""
    copies = [picture]
    while max(copies[-1].shape[:2]) >= 2 * longest_side and min(copies[-1].shape[:2]) >= 2:
        copies.append(coarser(copies[-1], 2))
    return copies
