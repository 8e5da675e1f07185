"""Kills this process at a named point, when a file says so. Python imports this at its start from PYTHONPATH.

FAULTS holds a folder. A file there called `<point>.<what>` is a kill that is due: whoever reaches the point with that
job (or with anything, for `any`) unlinks the file and is gone as if by `kill -9`. The site's own code knows nothing of
it.
"""

import functools
import importlib.abc
import importlib.machinery
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(os.environ.get("FAULTS", "/nowhere"))


def die_if_due(point: str, what: object) -> None:
    for name in (f"{point}.{what}", f"{point}.any"):
        try:
            (FOLDER / name).unlink()
        except OSError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)


def before(module: ModuleType, name: str, point: str, what: Callable[..., object]) -> None:
    original = getattr(module, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        die_if_due(point, what(*args, **kwargs))
        return original(*args, **kwargs)

    setattr(module, name, wrapped)


def after(module: Any, name: str, point: Callable[..., str], what: Callable[..., object]) -> None:
    original = getattr(module, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        die_if_due(point(*args), what(*args))
        return result

    setattr(module, name, wrapped)


def in_services(module: ModuleType) -> None:
    before(module, "enqueue", "held", lambda job: job.pk)
    after(module.Claim, "tell", lambda claim, stage: str(stage), lambda claim, stage: claim.job.pk)
    after(module, "complete_swap", lambda claim, result: "committed", lambda claim, result: claim.job.pk)


def in_points(module: ModuleType) -> None:
    before(module, "capture", "storing", lambda reference, **_: reference.removeprefix("swap:"))


def in_turns(module: ModuleType) -> None:
    original = module.start_next_swap

    def start_next_swap() -> Any:
        claim = original()
        if claim is not None:
            die_if_due("claimed", claim.job.pk)
        return claim

    module.start_next_swap = start_next_swap  # type: ignore[attr-defined]


def in_fetching(module: ModuleType) -> None:
    before(module, "fetch_photos", "fetching", lambda fetch: fetch.job.pk)
    before(module, "keep_fetched", "fetched", lambda missing, photo: job_of(missing.row))
    before(module, "_hand_over", "all-fetched", lambda fetch: fetch.job.pk)


def job_of(row: Any) -> object:
    return getattr(row, "job_id", row.pk)


PATCHES = {
    "swaps.jobs.services": in_services,
    "swaps.jobs.turns": in_turns,
    "swaps.jobs.fetching": in_fetching,
    "accounts.points": in_points,
}


class Finder(importlib.abc.MetaPathFinder):
    """Lets the ordinary finder find these modules, and patches them once they have run."""

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        patch = PATCHES.get(fullname)
        if patch is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        assert spec is not None and spec.loader is not None
        run: Callable[[ModuleType], None] = spec.loader.exec_module

        def run_and_patch(module: ModuleType) -> None:
            run(module)
            patch(module)

        spec.loader.exec_module = run_and_patch  # type: ignore[method-assign]
        return spec


if FOLDER.is_dir():
    sys.meta_path.insert(0, Finder())
