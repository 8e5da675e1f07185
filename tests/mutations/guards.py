"""The site's guards: where each stands, what is taken away, and the tests that must notice.

The rows are in the modules named below, by the module of the site in which the guard stands.
"""

from dataclasses import dataclass
from pathlib import Path

from . import accounts, lib, live, ops, recognition, settings, swaps
from .changes import Change, changed

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Guard:
    name: str
    module: str
    where: str  # the dotted name of the function, class or assignment in it; nothing for the module's own statements
    change: Change
    tests: str  # arguments of pytest

    @property
    def file(self) -> str:
        return self.module.replace(".", "/") + ".py"

    def without(self) -> str:
        """Its module without it. Raises LookupError where the guard is no longer as its row says."""
        return changed((ROOT / self.file).read_text(), self.where, self.change)


GUARDS = [
    Guard(name, module, where, change, tests)
    for area in (accounts, recognition, swaps, live, lib, ops, settings)
    for module, rows in area.ROWS.items()
    for name, where, change, tests in rows
]
