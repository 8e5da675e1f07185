"""A disk of a few megabytes that can really be full: a tmpfs in a mount namespace, which goes with its last process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.photos import ROOT

# Without being root, the namespace's own root may mount.
UNSHARE = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else [])]


class TinyDisk:
    """A mounted tmpfs. Only inside a namespace of its own: nobody else must see it."""

    def __init__(self, folder: Path, kilobytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], check=True)
        self.folder = folder
        self._ballast = folder / ".ballast"

    def fill(self) -> None:
        """Take every byte that is left."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (65536, 4096):
                while self._takes(file.fileno(), bytes(size)):
                    pass

    @staticmethod
    def _takes(descriptor: int, block: bytes) -> bool:
        try:
            return os.write(descriptor, block) == len(block)
        except OSError:
            return False

    def free(self) -> None:
        self._ballast.unlink()

    @property
    def is_full(self) -> bool:
        return os.statvfs(self.folder).f_bavail == 0

    def files(self) -> list[str]:
        """What lies on it, but for what fills it."""
        return sorted(
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.is_file() and path != self._ballast
        )


def why_not() -> str:
    """Why this machine can't mount one; empty where it can."""
    try:
        command = [*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except OSError as error:
        return f"no disk can be made full here: {error}"
    return f"no disk can be made full here: {done.stderr.strip()}" if done.returncode else ""


def told_in_a_namespace(story: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """Play a story of tests.faults.full_disk where it may mount, and return the facts that it tells."""
    command = [*UNSHARE, sys.executable, "-m", "tests.faults.full_disk", story, str(folder), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{story}: {done.stderr[-4000:]}"
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts
