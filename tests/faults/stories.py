"""The faults: each takes a fresh site and how often, and gives a row of the table."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import requests

from tests.running_site import wait_until

from .batch_story import batch_with_broken_photos
from .site import FaultySite, photo_server
from .tiny_disk import told_in_a_namespace, why_not

FETCH_POINTS = ("fetching", "fetched", "all-fetched")
WORKER_POINTS = ("claimed", "finding", "swapping", "saving", "storing", "committed")


@dataclass
class Row:
    """What one kind of fault came to."""

    fault: str
    faults: int
    accepted: int
    books: dict[str, Any]
    seconds: float

    @property
    def done(self) -> int:
        return int(self.books["status"].get("done", 0))

    @property
    def lost(self) -> int:
        """Accepted jobs that are not done: nothing here gives a job a reason to fail."""
        return self.accepted - self.done

    @property
    def ok(self) -> bool:
        wrong = ("charged wrongly", "accounts out of balance", "orphan files", "missing files")
        return self.lost == 0 and not any(self.books[name] for name in wrong)


def worker_killed(folder: Path, rounds: int) -> Row:
    """kill -9 of the worker process at each of six points of a job, `rounds` times each."""
    site, started = FaultySite(folder), time.monotonic()
    try:
        site.start("web", "sweeper")
        jobs = site.submit_many(rounds * len(WORKER_POINTS))
        for number, job in enumerate(jobs):
            site.due(WORKER_POINTS[number % len(WORKER_POINTS)], job)
        site.start("worker")
        books = site.wait_for_all(len(jobs), seconds=60 + 5 * len(jobs))
        kills = len(jobs) - site.still_due()
        return Row(f"worker killed at {len(WORKER_POINTS)} points", kills, len(jobs), books, time.monotonic() - started)
    finally:
        site.stop()


def web_killed(folder: Path, rounds: int) -> Row:
    """kill -9 of the web process between the hold and the queue entry."""
    site, started = FaultySite(folder), time.monotonic()
    try:
        site.start("sweeper", "worker")
        accepted = kills = 0
        for _ in range(rounds):
            site.start("web")
            site.submit()
            accepted += 1
            site.due("held")
            try:
                site.submit()
            except requests.ConnectionError:
                kills += 1
            site.processes.pop("web").wait(10)
        site.start("web")
        site.wait_for_the_sweep()
        books = site.wait_for_all(accepted, seconds=60 + 2 * rounds)
        return Row("web killed between hold and queue", kills, accepted, books, time.monotonic() - started)
    finally:
        site.stop()


def fetching_killed(folder: Path, rounds: int) -> Row:
    """kill -9 of the process that fetches, at each of three points, `rounds` times each; it is started again each time.

    Every second job fetches both of its photos, the others one.
    """
    started = time.monotonic()
    with photo_server() as (host, address):
        site = FaultySite(folder, FETCH_ALLOW_HOSTS=host)
        try:
            site.start("web", "worker")
            face, target = ({"url": f"{address}/{name}"} for name in ("obama.jpg", "biden.jpg"))
            jobs = [
                site.submit(target=target, **({"face": face} if number % 2 else {}))
                for number in range(rounds * len(FETCH_POINTS))
            ]
            for number, job in enumerate(jobs):
                site.due(FETCH_POINTS[number % len(FETCH_POINTS)], job)
            deadline = time.monotonic() + 60 + 15 * len(jobs)
            while site.still_due() and time.monotonic() < deadline:
                site.start("sweeper")  # it comes to a fault that is due, and does not outlive that
                site.processes["sweeper"].wait(120)
            kills = len(jobs) - site.still_due()
            site.start("sweeper")
            books = site.wait_for_all(len(jobs), seconds=60 + 5 * len(jobs))
            return Row(
                f"fetching killed at {len(FETCH_POINTS)} points", kills, len(jobs), books, time.monotonic() - started
            )
        finally:
            site.stop()


def queue_killed(folder: Path, rounds: int, part: str) -> Row:
    """kill -9 of the queue's guard or monitor, under load, with the supervisor that restarts what dies."""
    site, started = FaultySite(folder), time.monotonic()
    try:
        site.start("serve")
        jobs = site.submit_many(4 * rounds)
        seen = 0
        for _ in range(rounds):
            pid = wait_until(partial(newer, site, part, seen), seconds=60, what=f"the queue's {part}")
            os.kill(pid, signal.SIGKILL)
            seen = pid
            jobs += site.submit_many(2)
        books = site.wait_for_all(len(jobs), seconds=120 + 2 * len(jobs))
        return Row(f"queue's {part} killed", rounds, len(jobs), books, time.monotonic() - started)
    finally:
        site.stop()


def newer(site: FaultySite, part: str, last: int) -> int:
    """The process id of the queue's part, once it is another than `last`; 0 before."""
    code = (
        "import django; django.setup()\n"
        "from django_q.status import Stat\n"
        f"print(max((getattr(stat, {part!r}) for stat in Stat.get_all()), default=0))"
    )
    pid = int(site.python("-c", code))
    return pid if pid != last else 0


def asked_to_stop(folder: Path, rounds: int) -> Row:
    """SIGTERM to the whole queue under load, again and again; each time it must end by itself."""
    site, started = FaultySite(folder), time.monotonic()
    try:
        site.start("web", "sweeper", "worker")
        stop, jobs = threading.Event(), list[str]()

        def load() -> None:
            while not stop.wait(0.3):
                jobs.append(site.submit())

        thread = threading.Thread(target=load)
        thread.start()
        for _ in range(rounds):
            wait_until(site.works_now, seconds=60, what="the queue to work")
            process = site.processes.pop("worker")
            process.terminate()
            process.wait(30)
            site.start("worker")
        stop.set()
        thread.join()
        books = site.wait_for_all(len(jobs), seconds=120 + len(jobs))
        return Row("SIGTERM under load", rounds, len(jobs), books, time.monotonic() - started)
    finally:
        site.stop()


def batch(folder: Path, rounds: int) -> Row:
    """kill -9 of the worker, twice, within a batch with broken photos, beside which another account swaps."""
    started = time.monotonic()
    facts = batch_with_broken_photos(folder, max(10, rounds // 2 * 5))
    beside = f"batch; another's swap x {facts['beside'] / facts['idle']:.1f}"
    return Row(beside, facts["kills"], facts["accepted"], facts["books"], time.monotonic() - started)


def disk_full(folder: Path, rounds: int, story: str) -> Row:
    """A disk that is really full, of the photos or of SQLite, and then has room again."""
    started = time.monotonic()
    facts = told_in_a_namespace(story, folder, str(rounds))
    return Row(DISKS[story], facts["faults"], facts["accepted"], facts["books"], time.monotonic() - started)


DISKS = {
    "uploads": "disk full while photos come in",
    "results": "disk full before results are kept",
    "database": "disk of the database full",
}
Story = Callable[[Path], Row]


def stories(rounds: int) -> dict[str, Story]:
    """All faults by name, `rounds` at full length being 20."""
    quarter = max(1, rounds // 4)
    return {
        "worker": lambda folder: worker_killed(folder, rounds),
        "web": lambda folder: web_killed(folder, rounds),
        "fetch": lambda folder: fetching_killed(folder, rounds),
        "guard": lambda folder: queue_killed(folder, quarter, "sentinel"),
        "monitor": lambda folder: queue_killed(folder, quarter, "monitor"),
        "batch": lambda folder: batch(folder, rounds),
        "sigterm": lambda folder: asked_to_stop(folder, rounds * 3 // 2),
        **({} if why_not() else {f"full-{disk}": partial(disk_full, rounds=quarter, story=disk) for disk in DISKS}),
    }
