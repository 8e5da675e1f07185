"""A stored file is there whole or not at all, and never in another one's place."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

LIMIT = 64 * 1024


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file may grow beyond some kilobytes: the kernel ends a write half way, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_does_not_fit_leaves_nothing(own_files: Path, little_room: None) -> None:
    with pytest.raises(OSError, match="File too large"):
        default_storage.save("swaps/photo.jpg", ContentFile(bytes(2 * LIMIT)))
    assert files(own_files) == []


def test_what_fits_lies_under_its_name_alone(own_files: Path) -> None:
    assert default_storage.save("swaps/photo.jpg", ContentFile(b"first")) == "swaps/photo.jpg"
    other = default_storage.save("swaps/photo.jpg", ContentFile(b"second"))
    assert other != "swaps/photo.jpg"
    assert {path.read_bytes() for path in files(own_files)} == {b"first", b"second"}
    assert {path.name for path in files(own_files)} == {"photo.jpg", Path(other).name}
    assert {path.stat().st_mode & 0o777 for path in files(own_files)} == {0o600}
