"""How many bytes the site has written. Counting many files takes long, so the sweeper counts and pages only read."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

KEY = "storage-use"
EVERY_SECONDS = 600


@dataclass(frozen=True)
class StorageUse:
    """Bytes of photos and database, bytes free on their disk, and when that was."""

    photos: int
    database: int
    free: int
    at: datetime


def storage_use() -> StorageUse | None:
    """What was measured last; None where the sweeper has not come to it yet."""
    found: StorageUse | None = cache.get(KEY)
    return found


def measure_when_due() -> None:
    """Measure once in ten minutes, whichever process asks first. Part of the sweep."""
    if cache.add(f"{KEY}-turn", True, timeout=EVERY_SECONDS):
        cache.set(KEY, measure(), timeout=None)


def measure() -> StorageUse:
    folder = Path(settings.DATA_DIR)
    return StorageUse(
        photos=sum(_size(Path(at, name)) for at, _folders, names in os.walk(folder / "media") for name in names),
        database=sum(_size(path) for path in folder.glob("site.sqlite3*")),
        free=shutil.disk_usage(folder).free,
        at=timezone.now(),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # deleted while we counted
        return 0
