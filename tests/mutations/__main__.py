"""`make mutations`: takes away one guard after the other in a copy of the tree, and shows that a test notices."""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .guards import GUARDS, ROOT, Guard

LINKED = (".venv", "var/samples")
LINE = "{:<62}{:<44}{:>9}  {}\n"


def copy_tree(to: Path) -> None:
    """What git knows of, with the installed packages and samples of this tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not (ROOT / name).is_symlink():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    for name in LINKED:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).symlink_to((ROOT / name).resolve())


def fails_without(guard: Guard, tree: Path) -> tuple[bool, str]:
    """Whether the guard's tests fail in `tree` without it, and the first test that did."""
    file = tree / guard.file
    whole = file.read_text()
    try:
        file.write_text(guard.without())
    except LookupError as error:
        return False, str(error)
    try:
        command = [sys.executable, "-m", "pytest", "-x", "--show-capture=no", "--tb=no", *shlex.split(guard.tests)]
        environment = os.environ | {"SAMPLES_DIR": str(tree / "var" / "samples")}
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=600)
    finally:
        file.write_text(whole)
    failed = [line.partition("::")[2] for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode == 1, failed[0].partition(" - ")[0] if failed else "no test failed"


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.mutations")
    parser.add_argument("only", nargs="*", help="parts of the guards' names")
    only = parser.parse_args().only
    unnoticed = 0
    sys.stdout.write(LINE.format("guard taken away", "in", "seconds", "noticed by"))
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy_tree(Path(folder))
        for guard in GUARDS:
            if only and not any(part in guard.name for part in only):
                continue
            started = time.monotonic()
            noticed, test = fails_without(guard, Path(folder))
            unnoticed += not noticed
            seconds = f"{time.monotonic() - started:.0f}"
            sys.stdout.write(LINE.format(guard.name, guard.module, seconds, test if noticed else f"NOBODY: {test}"))
            sys.stdout.flush()
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
