"""One frame of a clip, shown upright: looked at as RGB where that is asked for, and changed without touching the rest.

Films store brightness and colour apart (Y, Cb, Cr). Turning a whole frame into RGB and back would cost more than a
swap, and change every pixel by rounding. So a frame stays as it is: a part of it is seen as RGB, and what a swap has
changed there is added to the stored planes as a difference; where nothing differs, nothing changes.
"""

from typing import Any, Protocol

import av
import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import PixelBox, coarser
from recognition.engine.types import ByteImage, FloatImage, Points

from .probe import lies

# Shares of red and blue in brightness, by the frame's tag (ITU-R BT.601, BT.709, BT.2020).
_BT601, _BT709, _BT2020 = (0.299, 0.114), (0.2126, 0.0722), (0.2627, 0.0593)
_SHARES = {1: _BT709, 4: _BT601, 5: _BT601, 6: _BT601, 7: (0.212, 0.087), 9: _BT2020, 10: _BT2020}
# Films without a tag are of high definition from so many rows on.
_HIGH_DEFINITION = 720
_FULL_RANGE = 2
# The formats whose planes are used as they are; others become the first.
FORMATS = ("yuv420p", "yuvj420p")


class Picture(Protocol):
    """One frame, (H, W), upright."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width, in pixels."""
        ...

    def grey(self) -> ByteImage:
        """Its brightness, (H, W) uint8."""
        ...

    def rgb(self, box: PixelBox | None = None, step: int = 1) -> ByteImage:
        """A part of it, (h, w, 3) uint8, or all; `step` times smaller. A copy."""
        ...

    def change(self, box: PixelBox, before: ByteImage, after: ByteImage) -> None:
        """Change a part of it by what differs between two pictures of that part, (h, w, 3) uint8."""
        ...


def upright(plane: ByteImage, matrix: tuple[int, ...]) -> ByteImage:
    """A view of stored pixels as a display matrix, in right angles, shows them."""
    shown = plane.swapaxes(0, 1) if lies(matrix) else plane
    across, down = (matrix[3], matrix[1]) if lies(matrix) else (matrix[0], matrix[4])
    return shown[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]


class FilmPicture:
    """A frame of a film; its planes are those that will be encoded."""

    def __init__(self, frame: av.VideoFrame, matrix: tuple[int, ...]) -> None:
        if frame.format.name not in FORMATS:
            frame = frame.reformat(format=FORMATS[0], dst_color_range=frame.color_range or None)
        self.frame, self._matrix, self._own = frame, matrix, False
        self._y, self._u, self._v = (upright(_plane(each), matrix) for each in frame.planes)
        self._to_rgb, self._from_rgb = _matrices(frame)

    @property
    def shape(self) -> tuple[int, int]:
        return self._y.shape[0], self._y.shape[1]

    def grey(self) -> ByteImage:
        # As it is stored, 16 to 235: neither detector nor landmarks mind contrast that is a seventh less.
        return np.ascontiguousarray(self._y)

    def rgb(self, box: PixelBox | None = None, step: int = 1) -> ByteImage:
        height, width = self.shape
        left, top, right, bottom = box or (0, 0, width, height)
        y = coarser(np.ascontiguousarray(self._y[top:bottom, left:right]), step)
        size = y.shape[1], y.shape[0]
        # Colour has half the pixels: as many more around as the part needs to begin at an even one.
        near = (slice(top // 2, (bottom + 1) // 2), slice(left // 2, (right + 1) // 2))
        shift = (top % 2, left % 2)
        colours = [_enlarged(np.ascontiguousarray(each[near]), size, shift, step) for each in (self._u, self._v)]
        return cv2.transform(cv2.merge([y, *colours]), self._to_rgb)

    def change(self, box: PixelBox, before: ByteImage, after: ByteImage) -> None:
        left, top, right, bottom = box
        apart = cv2.subtract(after, before, dtype=cv2.CV_16S)
        changed = np.flatnonzero(apart.any((1, 2)))
        if not len(changed):
            return
        if not self._own:
            self._take_over()
        # Only the rows that changed, from an even one of the picture on.
        first = max(0, int(changed[0]) - (int(changed[0]) + top) % 2)
        apart, top, bottom = apart[first : int(changed[-1]) + 1], top + first, top + int(changed[-1]) + 1
        planes = cv2.split(cv2.transform(apart.astype(np.float32), self._from_rgb))
        part = self._y[top:bottom, left:right]
        part[:] = cv2.add(np.ascontiguousarray(part), planes[0], dtype=cv2.CV_8U)
        near = (slice(top // 2, (bottom + 1) // 2), slice(left // 2, (right + 1) // 2))
        for plane, difference in zip((self._u, self._v), planes[1:], strict=True):
            whole = cv2.copyMakeBorder(
                difference, top % 2, bottom % 2, left % 2, right % 2, cv2.BORDER_CONSTANT, value=0.0
            )
            small = cv2.resize(whole, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            place = plane[near]
            place[:] = cv2.add(np.ascontiguousarray(place), small[: place.shape[0], : place.shape[1]], dtype=cv2.CV_8U)

    def _take_over(self) -> None:
        """Have the pixels for oneself: the decoder makes later frames from them."""
        self.frame.make_writable()
        self._y, self._u, self._v = (upright(_plane(each), self._matrix) for each in self.frame.planes)
        self._own = True


class ColourPicture:
    """A frame of a file of pictures, (H, W, 3) uint8, and its opacity where it isn't opaque."""

    def __init__(self, pixels: ByteImage, alpha: ByteImage | None = None) -> None:
        self.pixels, self.alpha = pixels, alpha

    @property
    def shape(self) -> tuple[int, int]:
        return self.pixels.shape[0], self.pixels.shape[1]

    def grey(self) -> ByteImage:
        return cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY)

    def rgb(self, box: PixelBox | None = None, step: int = 1) -> ByteImage:
        height, width = self.shape
        left, top, right, bottom = box or (0, 0, width, height)
        return coarser(self.pixels[top:bottom, left:right], step).copy()

    def change(self, box: PixelBox, before: ByteImage, after: ByteImage) -> None:
        left, top, right, bottom = box
        self.pixels[top:bottom, left:right] = after


def _plane(plane: av.video.plane.VideoPlane) -> ByteImage:
    memory: Any = plane  # offers its memory, which its types don't say
    rows = np.frombuffer(memory, np.uint8).reshape(-1, plane.line_size)
    return np.asarray(rows[: plane.height, : plane.width])


def _enlarged(plane: ByteImage, size: tuple[int, int], shift: tuple[int, int], step: int) -> ByteImage:
    """Colour brought to a part's size, given by how many pixels it begins before the part."""
    if step > 1:
        return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if step > 2 else cv2.INTER_LINEAR)
    whole = cv2.resize(plane, (2 * plane.shape[1], 2 * plane.shape[0]), interpolation=cv2.INTER_LINEAR)
    return whole[shift[0] : shift[0] + size[1], shift[1] : shift[1] + size[0]]


def _is_full(frame: av.VideoFrame) -> bool:
    return int(frame.color_range) == _FULL_RANGE or frame.format.name.startswith("yuvj")


def _matrices(frame: av.VideoFrame) -> tuple[FloatImage, FloatImage]:
    """From stored values to RGB, (3, 4), and from differences of RGB to those of stored values, (3, 3)."""
    unsaid = _BT709 if min(frame.width, frame.height) >= _HIGH_DEFINITION else _BT601
    red, blue = _SHARES.get(int(frame.colorspace), unsaid)
    weights = np.array([red, 1 - red - blue, blue])
    to_colour = np.array(
        [weights, (np.array([0, 0, 1]) - weights) / (2 * (1 - blue)), (np.array([1, 0, 0]) - weights) / (2 * (1 - red))]
    )
    spread, low = (np.ones(3), 0.0) if _is_full(frame) else (np.array([219, 224, 224]) / 255, 16.0)
    from_rgb: Points = spread[:, None] * to_colour
    back = np.linalg.inv(from_rgb)
    to_rgb = np.column_stack([back, -back @ [low, 128.0, 128.0]])
    return to_rgb.astype(np.float32), from_rgb.astype(np.float32)
