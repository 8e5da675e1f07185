"""Squares of pixels as networks take and give them."""

import numpy as np

from recognition.engine.types import ByteImage, FloatImage

from .families import ONE, ZERO, Triple
from .runtime import WrongAnswer


def to_planes(rgb: ByteImage, mean: Triple = ZERO, std: Triple = ONE) -> FloatImage:
    """Planes (3, H, W) float32 of a picture (H, W, 3) uint8: (x / 255 - mean) / std."""
    spread = (np.asarray(rgb, np.float32) / 255 - np.asarray(mean, np.float32)) / np.asarray(std, np.float32)
    return np.ascontiguousarray(spread.transpose(2, 0, 1))


def from_planes(planes: FloatImage, size: tuple[int, int], *, signed: bool) -> ByteImage:
    """The picture (H, W, 3) uint8 of planes (3, H, W) that run from 0 to 1, or from -1 to 1.

    Raises
    ------
    WrongAnswer
        Where the planes are of another size.
    """
    if planes.shape != (3, *size):
        raise WrongAnswer(f"the network gave {planes.shape} instead of {(3, *size)}")
    light = planes * 0.5 + 0.5 if signed else planes
    return np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0).copy()


def parted(square: ByteImage, times: int) -> ByteImage:
    """Every `times`-th pixel of a square (n × size, n × size, 3), in n² squares: (n², size, size, 3)."""
    size = square.shape[0] // times
    return square.reshape(size, times, size, times, 3).transpose(1, 3, 0, 2, 4).reshape(times**2, size, size, 3)


def joined(squares: ByteImage, times: int) -> ByteImage:
    """The square that `parted` took apart."""
    size = squares.shape[1]
    apart = squares.reshape(times, times, size, size, 3)
    return apart.transpose(2, 0, 3, 1, 4).reshape(size * times, size * times, 3)
