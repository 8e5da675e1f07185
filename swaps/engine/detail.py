"""What is finer than the chip: the new face gets as soft, and as rough, as the photo it goes into."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage

# Standard deviations, in pixels of the photo, between which the three bands of detail lie.
_EDGES = (0.7, 1.4, 2.8)
_BLURS = (0.6, 0.9, 1.4, 2.0)
# Of a patch's pixels a quarter tell as much as all.
_SOME = (slice(None, None, 2), slice(None, None, 2))
# Below this many of them a face has no detail that could be measured.
_LEAST_PIXELS = 100
_ROUGHER = 1.1
# In grey levels, on top of what is measured: nothing is divided by 0.
_NEVER_NONE = 0.05
# What sampling alone takes from detail.
_SAMPLED = 0.85


@dataclass(frozen=True)
class DetailMatch:
    """What makes the new face's finest detail like the photo's.

    Attributes
    ----------
    blur : float
        Standard deviation in pixels of the photo, 0 for none.
    own : float
        The factor of the new face's finest detail on plain skin.
    photo : float
        That of the photo's own, which is added: its very grain.
    """

    blur: float = 0.0
    own: float = 1.0
    photo: float = 0.0


def match_detail(
    target: ByteImage, face: ByteImage, fine: tuple[FloatImage, FloatImage], skin: FloatImage
) -> DetailMatch:
    """Compare the same patch of the photo and of the new face, at full size and in the photo's colours.

    Parameters
    ----------
    target, face : (h, w, 3) uint8
    fine : two of (h, w, 3) float32
        What is finer than the chip, of the photo and of the new face.
    skin : (h, w) float32
        How likely each pixel is plain skin on both.
    """
    plain = skin[_SOME] > 0.5
    if plain.sum() < _LEAST_PIXELS:
        return DetailMatch()
    grey_target, grey_face = (cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) for rgb in (target, face))
    blur = _blur_needed(_bands(grey_target), _bands(grey_face), grey_face)
    theirs, ours = (each[_SOME].mean(2) for each in fine)
    if blur:
        ours = cv2.GaussianBlur(fine[1].mean(2), (0, 0), blur)[_SOME]
    wanted, given = (deviation(each[plain]) + _NEVER_NONE for each in (theirs, ours))
    own = min(1.0, _ROUGHER * wanted / given)
    missing = 1 - min(own * given / (_SAMPLED * wanted), 1.0) ** 2
    return DetailMatch(blur, own, float(np.sqrt(missing)))


def _bands(grey: FloatImage) -> list[FloatImage]:
    levels = [grey, *(cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in _EDGES)]
    return [fine - coarse for fine, coarse in pairwise(levels)]


def deviation(band: FloatImage) -> float:
    """Standard deviation of a band around 0, from its median size so that wrinkles and hairs don't count."""
    return 1.4826 * float(ranked(np.abs(band).ravel(), 0.5))


def ranked(values: FloatImage, share: float) -> FloatImage:
    """The value that a share of all, (n,) or (n, c), lie below, in a fifth of NumPy's time: the median for 0.5."""
    place = min(int(share * len(values)), len(values) - 1)
    return np.asarray(np.partition(values, place, axis=0)[place])


def _edge_share(bands: list[FloatImage]) -> float:
    """How much of the strong edges' contrast lies in the finest band: high when in focus, whatever the contrast."""
    fine, coarse = (float(ranked(np.abs(bands[number][_SOME]).ravel(), 0.97)) for number in (0, 2))
    return fine / max(coarse, 0.5)


def _blur_needed(target: list[FloatImage], face: list[FloatImage], grey: FloatImage) -> float:
    wanted = _edge_share(target) * 1.15
    if _edge_share(face) <= wanted:
        return 0.0
    return next(
        (blur for blur in _BLURS if _edge_share(_bands(cv2.GaussianBlur(grey, (0, 0), blur))) <= wanted), _BLURS[-1]
    )
