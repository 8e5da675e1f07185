"""`manage.py serve`: one command starts everything, keeps it running and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.photos import ROOT
from tests.running_site import RunningSite, wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.process,
    pytest.mark.xdist_group("serve"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc, which is not here"),
]


def processes() -> Iterator[tuple[int, int, str]]:
    """Every living process: its id, its parent's id and its name (proc(5))."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            name = (folder / "comm").read_text().strip()
        except OSError:  # it ended while we looked
            continue
        if state != "Z":
            yield int(folder.name), int(parent), name


class Served:
    """A running `manage.py serve`, and the processes that came from it."""

    def __init__(self, site: RunningSite) -> None:
        self.site = site
        self.printed_path = site.data_dir / "printed.txt"
        with self.printed_path.open("wb") as printed:
            command = [sys.executable, "manage.py", "serve"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=printed, stderr=site.log)
        self.seen: set[int] = set()

    def stop(self) -> str:
        """Interrupt it, wait for its end and return what it printed."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        return self.printed_path.read_text()

    def answers(self) -> bool:
        try:
            return requests.get(self.site.url, timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    def children(self) -> dict[int, str]:
        """Every living descendant, by process id."""
        rows = list(processes())
        found: dict[int, str] = {}
        parents = {self.process.pid}
        while parents:
            level = {pid: name for pid, parent, name in rows if parent in parents}
            found |= level
            parents = set(level)
        self.seen |= set(found)
        return found

    def worker(self) -> int:
        return next((pid for pid, name in self.children().items() if name == "worker"), 0)

    def left_behind(self) -> list[int]:
        alive = []
        for pid in self.seen:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                continue
            alive.append(pid)
        return alive


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    site = RunningSite(tmp_path)
    running = Served(site)
    wait_until(running.answers, what="the site to answer")
    wait_until(running.worker, what="the worker")
    yield running
    running.process.kill()
    running.process.wait(10)
    site.stop()


def test_an_interrupt_stops_everything_within_five_seconds(served: Served) -> None:
    wait_until(lambda: len(served.children()) > 5, what="the queue's own processes")
    before = time.monotonic()
    served.site.manage("check")
    started = time.monotonic()
    usual = started - before
    served.process.send_signal(signal.SIGINT)
    served.process.wait(60)
    # Five seconds; more only where the machine is so busy that a command alone takes more than one.
    assert time.monotonic() - started < max(5, 4 * usual)
    wait_until(lambda: not served.left_behind(), what="the last process to end")


def test_the_first_start_prints_the_administrators_password_once(served: Served) -> None:
    printed = served.stop()
    assert "Administrator made: user name admin, password " in printed
    again = Served(served.site)
    wait_until(again.answers, what="the site to answer again")
    printed = again.stop()
    assert "password" not in printed
    assert f"Serving on {served.site.url}/" in printed


def test_a_killed_queue_is_started_again_and_leaves_no_workers_behind(served: Served) -> None:
    wait_until(lambda: len(served.children()) > 5, what="the queue's own processes")
    first = served.worker()
    orphans = [pid for pid in served.children() if os.getpgid(pid) == os.getpgid(first)]
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: served.worker() not in (0, first), what="a new queue")
    wait_until(lambda: not set(orphans) & set(served.left_behind()), what="the old queue's processes to end")


def test_when_the_supervisor_is_killed_its_processes_end_too(served: Served) -> None:
    served.children()
    served.process.kill()
    wait_until(lambda: not served.left_behind(), what="every process to end")
