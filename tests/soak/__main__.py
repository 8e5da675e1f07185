"""`make soak`: thousands of mixed jobs, one in ten of them broken, and what that does to the site's processes.

Prints a table and draws a plot under tests/output: memory must not grow, descriptors and processes must not leak, and
the last third of the jobs must be as quick as the first.
"""

import argparse
import base64
import io
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import requests
from PIL import Image

from tests.faults.site import FaultySite, small
from tests.photos import ROOT

from .plot import draw
from .watch import Sample, Watch

MOST_GROWTH = 1.0  # MB in 100 jobs, after the warm-up
MOST_SLOWER = 1.2  # the last third's p95 against the first's
AT_ONCE = 3
THREADS = 16  # of all lanes of the gate, about
TEXT = base64.b64encode(b"This is not a photo.").decode()


def without_a_face() -> str:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), (200, 180, 160)).save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


class Mixed:
    """Requests that differ: four ways to swap, a comparison, and two that are broken."""

    def __init__(self, site: FaultySite) -> None:
        self.site = site
        photos = {name: {"base64": small(f"{name}.jpg")} for name in ("obama", "obama2", "biden")}
        swap = {"face": photos["obama"], "target": photos["biden"]}
        self.kinds: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
            ("swaps", swap, (200,)),
            ("swaps", {**swap, "options": {"blend": "pyramid", "label": True}}, (200,)),
            ("swaps", {"target": photos["obama2"], "face": photos["biden"], "options": {"strength": 0.6}}, (200,)),
            ("swaps", {"target": photos["biden"], "faces": [{**photos["obama"], "index": 0}]}, (200,)),
            ("swaps", {**swap, "options": {"blend": "poisson"}}, (200,)),
            ("faces", {"photo": photos["biden"]}, (200,)),
            ("swaps", swap, (200,)),
            ("faces", {"photo": photos["obama2"]}, (200,)),
            ("swaps", {**swap, "options": {"forehead": False}}, (200,)),
        ]
        self.broken: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
            ("swaps", {**swap, "face": {"base64": TEXT}}, (422,)),
            ("swaps", {**swap, "target": {"base64": without_a_face()}}, (200,)),
        ]

    def send(self, number: int) -> float:
        """Send one request and wait for its job; the seconds that took."""
        kinds = self.broken if number % 10 == 9 else self.kinds
        path, body, expected = kinds[(number // 10 if number % 10 == 9 else number) % len(kinds)]
        headers = self.site.headers | {"Prefer": "wait=60"}
        started = time.monotonic()
        answer = requests.post(f"{self.site.url}/api/v1/{path}", json=body, headers=headers, timeout=120)
        seconds = time.monotonic() - started
        assert answer.status_code in expected, (path, answer.status_code, answer.text[:300])
        return seconds


def everyone_asks_at_once(site: FaultySite) -> None:
    """Have the web process start all its request threads, each with its connection to the database.

    They start when they are first needed; one that starts late in the run would look like a leak of descriptors.
    """

    def ask(_number: int) -> None:
        requests.get(f"{site.url}/api/v1/account", headers=site.headers, timeout=60).raise_for_status()

    with ThreadPoolExecutor(3 * THREADS) as many:
        list(many.map(ask, range(12 * THREADS)))


def soak(jobs: int) -> tuple[list[Sample], list[float], dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        site = FaultySite(Path(folder) / "site", JOB_LEASE_SECONDS="30", JOB_MAX_ATTEMPTS="3")
        try:
            site.start("web", "worker", "sweeper")
            everyone_asks_at_once(site)
            mixed, watch = Mixed(site), Watch([process.pid for process in site.processes.values()])
            samples: list[Sample] = []
            seconds: list[float] = []
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for done, taken in enumerate(pool.map(mixed.send, range(jobs)), 1):
                    seconds.append(taken)
                    if done % max(10, jobs // 60) == 0:
                        samples.append(watch.sample(done))
            return samples, seconds, site.books()
        finally:
            site.stop()


def growth(samples: Sequence[Sample]) -> float:
    """Megabytes that all processes together gain in 100 jobs: the median slope of all pairs of samples.

    Unlike the line of least squares it is not bent by a sample from the moment when the queue replaces a worker.
    Source: P. K. Sen, Estimates of the Regression Coefficient Based on Kendall's Tau, JASA 63 (1968).
    """
    slopes = [(b.megabytes - a.megabytes) / (b.jobs - a.jobs) for a, b in combinations(samples, 2)]
    return float(100 * np.median(slopes))


def most_files(samples: Sequence[Sample]) -> int:
    """The most descriptors at once; the workers that the queue starts later inherit a few more than the first ones."""
    return max(sample.files for sample in samples)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.soak")
    parser.add_argument("--jobs", type=int, default=3000)
    jobs = parser.parse_args().jobs
    samples, seconds, books = soak(jobs)
    thirds = [float(np.percentile(part, 95)) for part in np.array_split(np.array(seconds), 3)]
    third = len(samples) // 3  # the first one warms up
    later = samples[third:]
    slope, files = growth(later), (most_files(later[:-third]), most_files(later[-third:]))
    wrong = books["charged wrongly"] + books["accounts out of balance"] + books["orphan files"]
    rows = [
        ("jobs", f"{jobs}, {books['status']}", True),
        ("memory, MB in 100 jobs", f"{slope:.2f} (at most {MOST_GROWTH})", slope < MOST_GROWTH),
        ("memory, first and last MB", f"{later[0].megabytes:.0f} {later[-1].megabytes:.0f}", True),
        ("descriptors at most, 2nd and 3rd third", "{} {}".format(*files), files[1] <= files[0] + 5),
        (
            "processes, first and last",
            f"{later[0].processes} {later[-1].processes}",
            later[-1].processes <= later[0].processes,
        ),
        (
            "p95 of the thirds, seconds",
            " ".join(f"{third:.2f}" for third in thirds),
            thirds[2] <= MOST_SLOWER * thirds[0],
        ),
        ("charged wrongly, orphan files", str(wrong), wrong == 0),
    ]
    for name, value, well in rows:
        sys.stdout.write(f"{name:<40}{value}{'' if well else '   NOT RIGHT'}\n")
    plot = ROOT / "tests" / "output" / "soak.svg"
    draw(samples, seconds, plot)
    sys.stdout.write(f"plot: {plot.relative_to(ROOT)}\n")
    return 0 if all(well for _name, _value, well in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
