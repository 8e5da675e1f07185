"""Where one shot ends and the next begins: nothing is smoothed across a cut."""

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage

_SIZE = (48, 27)
# A cut changes a small copy of the picture by more than so much on average, several times as much as the frames before
# it, and leaves little of its pattern, nor all of its brightness: what moves fast keeps that.
_LEAST, _TIMES, _ALIKE, _AS_BRIGHT = 14.0, 3.5, 0.75, 0.92
_BINS = 16
_REMEMBERED = 12


class CutFinder:
    """Tells of each frame whether a new shot begins with it."""

    def __init__(self) -> None:
        self._last: FloatImage | None = None
        self._steps: list[float] = []

    def begins(self, grey: ByteImage) -> bool:
        """Whether this frame, (H, W) uint8, belongs to another shot than the one before; of the first, no."""
        small = cv2.resize(grey[::4, ::4], _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        before, self._last = self._last, small
        if before is None:
            return False
        step = float(np.abs(small - before).mean())
        usual = float(np.median(self._steps)) if self._steps else 0.0
        # A flash leaves the pattern, a cut does not.
        alike = float(cv2.matchTemplate(small, before, cv2.TM_CCOEFF_NORMED)[0, 0])
        cut = step > max(_LEAST, _TIMES * usual) and alike < _ALIKE and _as_bright(small, before) < _AS_BRIGHT
        self._steps = [] if cut else [*self._steps[1 - _REMEMBERED :], step]
        return cut


def _as_bright(first: FloatImage, second: FloatImage) -> float:
    """How much two pictures' histograms have in common, 0 to 1."""
    counts = [np.histogram(each, _BINS, (0, 256))[0] for each in (first, second)]
    return float(np.minimum(*counts).sum() / first.size)
