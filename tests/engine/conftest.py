"""Photos that many of the engine's tests share, decoded once."""

from functools import cache

import pytest

from recognition.engine import decode_photo
from recognition.engine.types import ByteImage
from tests.photos import sample


@cache
def _rgb(name: str) -> ByteImage:
    pixels = decode_photo(sample(name).read_bytes()).rgb
    pixels.setflags(write=False)
    return pixels


@pytest.fixture
def obama() -> ByteImage:
    """An official portrait, 1 face."""
    return _rgb("obama.jpg")


@pytest.fixture
def biden() -> ByteImage:
    """An official portrait of another man, 1 face."""
    return _rgb("biden.jpg")


@pytest.fixture
def astronaut() -> ByteImage:
    """A woman in a space suit, 1 face, 512 × 512."""
    return _rgb("astronaut.png")
