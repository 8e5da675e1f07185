"""What the processes of a site hold, read from /proc."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """All processes together, after so many jobs."""

    jobs: int
    megabytes: float
    files: int
    processes: int


class Watch:
    """Looks at the process groups of these leaders; each program of a running site heads its own."""

    def __init__(self, leaders: Iterable[int]) -> None:
        self.groups = set(leaders)

    def sample(self, jobs: int) -> Sample:
        kilobytes = files = processes = 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state, _parent, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(group) not in self.groups or state == "Z":
                    continue
                # The share of each page that is this process's: pages common to forks are counted once in all.
                rollup = (folder / "smaps_rollup").read_text()
                kilobytes += int(rollup.split("\nPss:")[1].split()[0])
                files += sum(1 for _ in (folder / "fd").iterdir())
            except OSError:  # it ended while we looked
                continue
            processes += 1
        return Sample(jobs, kilobytes / 1024, files, processes)
