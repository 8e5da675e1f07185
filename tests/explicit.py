"""A pattern that the check of content takes for an explicit picture, though it shows nothing: squares of colour.

Found by changing one square after the other for as long as the network grew surer.
"""

import cv2
import numpy as np

from recognition.engine.types import ByteImage

_SQUARES = bytes.fromhex(
    "AE524D 54F2C7 C4C8E9 6D9E73 8D23B5 FC8978"
    "A00A3F 2BDAAC 6B8C96 7B5D3E D13DBF FFFFA5"
    "C9D155 679862 AB8580 E7A4BF DA94CE FFC4F7"
    "EFDC89 97566E D4A39F BCB182 730723 C7A2E3"
    "DCBF65 9A1591 D7A682 BE8A8D B589A1 AD8F7A"
    "F9DF65 8F2B7F ECB795 A5677B DBAD4F BF877F"
)


def pattern(share: float = 1.0, side: int = 256) -> ByteImage:
    """The pattern, (side, side, 3) uint8; with a smaller share the network is less sure, from 0.4 on not at all."""
    squares = np.frombuffer(_SQUARES, np.uint8).astype(np.float32)
    mixed = share * squares.reshape(6, 6, 3) + (1 - share) * 128
    return np.clip(cv2.resize(mixed, (side, side), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)
