"""Clips and what the first pass finds in them, made once."""

from pathlib import Path

import pytest

from recognition.engine import decode_photo
from swaps.engine import SourceFace, prepare_source
from swaps.engine.clips import Analysis, Clip, analyse, probe
from tests.clips import made
from tests.photos import sample


@pytest.fixture(scope="session")
def source() -> SourceFace:
    """The face that is put on."""
    return prepare_source(decode_photo(sample("obama.jpg").read_bytes()).rgb)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """A portrait that is moved, scaled and turned along a path, with sound: 48 frames at 640 × 360."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return probe(made.write(path, made.moving(48, (640, 360))))


@pytest.fixture(scope="session")
def seen(film: Clip) -> Analysis:
    """What is in that film."""
    return analyse(film)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a result goes."""
    return tmp_path / "out.mp4"
