"""What the processes of a site hold in memory, read from /proc."""

from collections.abc import Iterator
from pathlib import Path


def family(leader: int) -> Iterator[Path]:
    """The folders of a process and of all that descend from it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            _state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it ended while we looked
            continue
        parents.setdefault(int(parent), []).append(int(folder.name))
    waiting = [leader]
    while waiting:
        one = waiting.pop()
        yield Path(f"/proc/{one}")
        waiting += parents.get(one, [])


def megabytes_of_all(leader: int) -> float:
    """Of all processes together: pages that several of them share are counted once (PSS)."""
    return sum(_kilobytes(folder / "smaps_rollup", "Pss") for folder in family(leader)) / 1024


def most_megabytes(process: int) -> float:
    """The most that a process had in memory at any time, shared pages included (VmHWM)."""
    return _kilobytes(Path(f"/proc/{process}/status"), "VmHWM") / 1024


def _kilobytes(file: Path, name: str) -> int:
    try:
        return next(int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith(f"{name}:"))
    except (OSError, StopIteration):
        return 0
