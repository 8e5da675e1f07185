"""Sharpness and grain: the new face gets as soft, and as rough, as the photo it goes into."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage

# Standard deviations, in pixels of the photo, between which the three bands of detail lie.
_EDGES = (0.7, 1.4, 2.8)
_BLURS = (0.6, 0.9, 1.4, 2.0)
_MOST_GRAIN = 7.0
_TILE = 256
# Of a patch's pixels a quarter tell as much as all.
_SOME = (slice(None, None, 2), slice(None, None, 2))
# Below this many of them a face has no detail that could be measured.
_LEAST_PIXELS = 100


@dataclass(frozen=True)
class DetailMatch:
    """What makes the new face's detail like the photo's.

    Attributes
    ----------
    blur : float
        Standard deviation in pixels of the photo, 0 for none.
    grain : tuple of three float
        Standard deviation, in grey levels, of the noise to add to each band of detail.
    """

    blur: float = 0.0
    grain: tuple[float, ...] = (0.0, 0.0, 0.0)


def match_detail(target: ByteImage, face: ByteImage, skin: FloatImage) -> DetailMatch:
    """Compare the same patch of the photo and of the new face, at full size and in the photo's colours.

    `skin`, (h, w) float32, says how likely each pixel is plain skin on both.
    """
    plain = skin[_SOME] > 0.5
    if plain.sum() < _LEAST_PIXELS:
        return DetailMatch()
    grey_target, grey_face = (cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) for rgb in (target, face))
    bands_target, bands_face = _bands(grey_target), _bands(grey_face)
    blur = _blur_needed(bands_target, bands_face, grey_face)
    if blur:
        bands_face = _bands(cv2.GaussianBlur(grey_face, (0, 0), blur))
    grain = []
    for ours, theirs in zip(bands_face, bands_target, strict=True):
        missing = _roughness(theirs[_SOME][plain]) ** 2 - _roughness(ours[_SOME][plain]) ** 2
        level = float(np.sqrt(max(missing, 0.0)))
        grain.append(min(level, _MOST_GRAIN) if level > 0.5 else 0.0)
    return DetailMatch(blur, tuple(grain))


def _bands(grey: FloatImage) -> list[FloatImage]:
    levels = [grey, *(cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in _EDGES)]
    return [fine - coarse for fine, coarse in pairwise(levels)]


def _roughness(band: FloatImage) -> float:
    """Spread of a band, from its median size so that wrinkles and hairs don't count."""
    return 1.4826 * float(np.median(np.abs(band)))


def _edge_share(bands: list[FloatImage]) -> float:
    """How much of the strong edges' contrast lies in the finest band: high when in focus, whatever the contrast."""
    fine, coarse = (float(np.percentile(np.abs(bands[number][_SOME]), 97)) for number in (0, 2))
    return fine / max(coarse, 0.5)


def _blur_needed(target: list[FloatImage], face: list[FloatImage], grey: FloatImage) -> float:
    wanted = _edge_share(target) * 1.15
    if _edge_share(face) <= wanted:
        return 0.0
    return next(
        (blur for blur in _BLURS if _edge_share(_bands(cv2.GaussianBlur(grey, (0, 0), blur))) <= wanted), _BLURS[-1]
    )


@cache
def _noise() -> tuple[FloatImage, ...]:
    """One repeating tile of noise for each band, of unit spread; always the same, so that results are too."""
    white = np.random.default_rng(68).standard_normal((_TILE, _TILE)).astype(np.float32)
    wrapped = np.tile(white, (3, 3))
    bands = [band[_TILE : 2 * _TILE, _TILE : 2 * _TILE] for band in _bands(wrapped)]
    return tuple(band / band.std() for band in bands)


def add_grain(face: FloatImage, grain: tuple[float, ...], left: int, top: int) -> None:
    """Add noise to (h, w, 3) float32 pixels in place; `left` and `top` say where on the photo they lie."""
    tile = np.zeros((_TILE, _TILE), np.float32)
    for level, band in zip(grain, _noise(), strict=True):
        if level:
            tile += np.float32(level) * band
    height, width = face.shape[:2]
    here = np.roll(tile, (-(top % _TILE), -(left % _TILE)), axis=(0, 1))
    noise = np.tile(here, (-(-height // _TILE), -(-width // _TILE)))[:height, :width]
    cv2.add(face, cv2.cvtColor(noise, cv2.COLOR_GRAY2RGB), dst=face)
