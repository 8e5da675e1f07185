"""The new face takes the photo's colours, whatever they are."""

from typing import Any

import cv2
import numpy as np
import pytest

from recognition.engine.types import ByteImage
from swaps.engine import swap_face


def grey(rgb: ByteImage) -> ByteImage:
    return cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def chroma(rgb: ByteImage) -> Any:
    """How far each pixel lies from grey, in Lab."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(float)
    return np.hypot(lab[..., 1] - 128, lab[..., 2] - 128)


def test_a_black_and_white_photo_stays_black_and_white(obama: Any, astronaut: Any) -> None:
    photo = grey(astronaut)

    result = swap_face(obama, photo)

    assert (result != photo).any()
    assert chroma(result).max() < 1


def test_a_sepia_photo_keeps_its_tint(obama: Any, astronaut: Any) -> None:
    photo = np.rint(grey(astronaut) * np.array([1.0, 0.86, 0.68])).astype(np.uint8)

    result = swap_face(obama, photo)

    changed = (result != photo).any(2)
    assert changed.any()
    assert chroma(result)[changed].mean() == pytest.approx(chroma(photo)[changed].mean(), abs=3)
    assert chroma(result)[changed].std() < chroma(photo)[changed].std() + 2


def test_a_black_and_white_face_photo_takes_the_colours_of_skin(obama: Any, astronaut: Any) -> None:
    result = swap_face(grey(obama), astronaut)

    changed = (result != astronaut).any(2)
    assert chroma(result)[changed].mean() == pytest.approx(chroma(astronaut)[changed].mean(), abs=4)
