"""What the site writes is for its own user alone: photos, letters, and the database with them, lie below DATA_DIR."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO  # all rights of the group and of everybody else


def write_privately() -> None:
    """Let nothing that this process and its children make be for others."""
    os.umask(OTHERS)


@contextmanager
def written_for_others() -> Iterator[None]:
    """Let others read, though not change, what is written meanwhile."""
    before = os.umask(stat.S_IWGRP | stat.S_IWOTH)
    try:
        yield
    finally:
        os.umask(before)


def keep_private(path: Path) -> bool:
    """Take others' rights to a file or folder away; False where it is not ours to change, as a shared /tmp is not."""
    state = path.lstat()
    if stat.S_ISLNK(state.st_mode) or not state.st_mode & OTHERS:
        return True
    if state.st_uid != os.geteuid() or state.st_mode & stat.S_ISVTX:
        return False
    path.chmod(stat.S_IMODE(state.st_mode) & ~OTHERS)
    return True


def mend(folder: Path, *, public: Path, done: Path) -> None:
    """Take others' rights to all that earlier versions wrote below a folder away.

    Parameters
    ----------
    public
        A folder that a web server may read: left as it is.
    done
        A folder whose files were private from the first version on, and are many: only looked at itself.
    """
    for path in _below(folder, skip={public}, stop_at={done}):
        try:
            keep_private(path)
        except FileNotFoundError:  # deleted while we looked
            continue


def _below(folder: Path, *, skip: set[Path], stop_at: set[Path]) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):  # goes on where a folder is deleted meanwhile
        below = [Path(at, name) for name in folders if Path(at, name) not in skip]
        yield from below
        yield from (Path(at, name) for name in files)
        folders[:] = [path.name for path in below if path not in stop_at]
