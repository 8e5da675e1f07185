"""`make faults`: kills real processes and fills real disks at bad moments, and prints what became of every job."""

import argparse
import sys
import tempfile
from pathlib import Path

from .stories import Row, stories
from .tiny_disk import why_not

HEAD = ("fault", "faults", "accepted", "done", "lost", "charged wrongly", "orphan files", "most attempts", "seconds")
WIDTHS = (34, 7, 9, 6, 6, 16, 13, 14, 8)


def line(cells: tuple[object, ...]) -> str:
    first, *rest = (str(cell) for cell in cells)
    return first.ljust(WIDTHS[0]) + "".join(cell.rjust(width) for cell, width in zip(rest, WIDTHS[1:], strict=True))


def cells(row: Row) -> tuple[object, ...]:
    books = row.books
    figures = (books["charged wrongly"], books["orphan files"], books["attempts"])
    return (row.fault, row.faults, row.accepted, row.done, row.lost, *figures, round(row.seconds))


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.faults")
    parser.add_argument("--rounds", type=int, default=20, help="how often each point is hit (default: 20)")
    parser.add_argument(
        "only",
        nargs="*",
        help="which faults: worker, web, fetch, guard, monitor, batch, sigterm, full-uploads, full-results, "
        "full-database",
    )
    given = parser.parse_args()
    chosen = {name: story for name, story in stories(given.rounds).items() if name in given.only or not given.only}
    if reason := why_not():
        sys.stdout.write(f"{reason}; those rows are missing\n")
    sys.stdout.write(line(HEAD) + "\n")
    well = True
    for story in chosen.values():
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            row = story(Path(folder))
        sys.stdout.write(line(cells(row)) + ("" if row.ok else f"   NOT RIGHT: {row.books}") + "\n")
        sys.stdout.flush()
        well = well and row.ok
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
