"""Networks by their files, which must be those that were looked at."""

import hashlib
from functools import lru_cache
from pathlib import Path

from . import runtime


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def loaded(path: Path | str, sha256: str) -> runtime.Network:
    """The network of a file, loaded once a process.

    Raises
    ------
    ValueError
        Where the file is another than the one that was looked at.
    """
    path = Path(path)
    state = path.stat()
    if _digest(path, state.st_mtime_ns, state.st_size) != sha256:
        raise ValueError(f"{path.name} changed since it was looked at")
    return runtime.network(path)


@lru_cache(maxsize=32)
def _digest(path: Path, changed: int, size: int) -> str:
    """Worked out once for each state of a file: half a gigabyte takes a second."""
    return digest(path)
