"""Large registries as files that all processes of a machine map into memory, so that they share one copy.

A snapshot is mapped copy-on-write: what a process adds or removes later is its own. Once somebody was
removed, the files that still hold them are unlinked.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from recognition.engine.compare import ENCODER
from recognition.models import Registry

from .nearest import FaceIndex

# Below this a copy a process costs less than the file.
LEAST_FACES = 50_000


def load_snapshot(registry: Registry) -> tuple[FaceIndex, int] | None:
    """The newest file that the registry's log of removals still reaches back to, and its version."""
    fitting = [
        (version, path)
        for version, path in _files(registry)
        if registry.log_starts <= version <= registry.version and path.suffix == f".{ENCODER}"
    ]
    for version, path in sorted(fitting, reverse=True):
        try:
            return FaceIndex.mapped(path), version
        except (OSError, ValueError):
            continue  # another process has just unlinked it
    return None


def save_snapshot(registry: Registry, index: FaceIndex) -> FaceIndex:
    """Write a file of what was loaded at the registry's version and give it back mapped; a small one stays."""
    if len(index) < LEAST_FACES:
        return index
    folder = _folder(registry)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{registry.version}.{ENCODER}"
    partial = folder / f".{os.getpid()}.partial"
    index.save(partial)
    partial.replace(path)
    mapped = FaceIndex.mapped(path)
    for _version, other in _files(registry):
        if other != path:
            other.unlink(missing_ok=True)
    # Whoever removed a person after we read, and before the file was there, could not unlink it.
    if not Registry.objects.filter(pk=registry.pk, version=registry.version).exists():
        path.unlink(missing_ok=True)
    return mapped


def drop_snapshots(registry: Registry) -> None:
    """Unlink the files of a registry from which somebody was removed."""
    for _version, path in _files(registry):
        path.unlink(missing_ok=True)
    folder = _folder(registry)
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


def _folder(registry: Registry) -> Path:
    return Path(settings.DATA_DIR) / "index" / str(registry.pk)


def _files(registry: Registry) -> Iterator[tuple[int, Path]]:
    folder = _folder(registry)
    names = list(folder.iterdir()) if folder.exists() else []
    return ((int(path.stem), path) for path in names if path.stem.isdigit())
