"""`make flood`: five times what the site can do, for a minute, on loopback alone; it stops by itself.

Prints a table: what was good, what was refused and how, how probe and pages were answered meanwhile, memory, and the
books. What the site can do is measured first, in the same run, by the same mix of requests.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from tests.photos import ROOT
from tests.running_site import RunningSite, wait_until

from .client import Answer, ask
from .crowd import Crowd, silent_server
from .memory import family, megabytes_of_all, most_megabytes

ACCOUNTS = 20
TIMES = 5  # as much as it can do
AT_ONCE = 8  # while that is measured
MOST_SECONDS_A_PROBE, MOST_SECONDS_A_PAGE = 0.1, 0.5
LEAST_GOOD = 0.8
MOST_OF_WEB, MOST_IDLE, MOST_LATER = 600, 650, 800  # megabytes
SECONDS_TO_NORMAL = 5
SECONDS_TO_END = 300  # until all jobs that were accepted are done

Row = tuple[str, str, bool]
Kinds = list[tuple[str, Answer]]


class Probe:
    """Asks for probe and pages all the while, in a process of its own."""

    def __init__(self, site: RunningSite, session: str) -> None:
        command = [sys.executable, "-m", "tests.flood.probe", str(site.port), session]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ended(self) -> dict[str, list[float]]:
        told: dict[str, list[float]] = json.loads(self._process.communicate(timeout=120)[0])
        return told


def web_process(site: RunningSite) -> int:
    """The supervisor's child that serves."""
    leader = site.processes["serve"].pid
    return min(int(folder.name) for folder in family(leader) if (folder / "comm").read_text() == "web\n")


def good(answers: Kinds) -> int:
    return sum(answer.good for _kind, answer in answers)


def by_kind(answers: Kinds) -> str:
    counts = Counter(kind for kind, answer in answers if answer.good)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))


async def story(site: RunningSite, seconds: float, silent: int) -> list[Row]:
    accounts = json.loads(site.python("-m", "tests.flood.accounts", str(ACCOUNTS)))
    leader, web = site.processes["serve"].pid, web_process(site)
    idle = megabytes_of_all(leader)
    crowd = Crowd(site.port, accounts)
    await crowd.keep_busy(min(5, seconds), at_once=AT_ONCE)  # models are loaded
    calm = await crowd.keep_busy(min(15, seconds), at_once=AT_ONCE)
    capacity = good(calm) / min(15, seconds)
    usual = float(np.median([answer.seconds for kind, answer in calm if kind == "look"]))
    probe = Probe(site, accounts[0]["session"])
    began = time.monotonic()
    flooded, slow, _bodies = await asyncio.gather(
        crowd.flood(seconds, a_second=TIMES * capacity),
        crowd.slow_addresses(seconds, silent),
        crowd.slow_bodies(seconds),
    )
    took = time.monotonic() - began
    probed = await asyncio.to_thread(probe.ended)
    await asyncio.sleep(SECONDS_TO_NORMAL)
    look = await ask(site.port, crowd.sent["look"][1])
    after = Probe(site, accounts[0]["session"])
    await asyncio.sleep(2)
    normal = await asyncio.to_thread(after.ended)
    later = megabytes_of_all(leader)
    answers = [answer for _kind, answer in flooded] + slow
    others = Counter(answer.status for answer in answers if not (answer.good or answer.is_shed))
    rate = good(flooded) / seconds
    shed = sum(answer.is_shed for answer in answers)
    return [
        ("capacity, good answers a second", f"{capacity:.1f} ({by_kind(calm)})", capacity > 0),
        ("sent a second, in all", f"{len(flooded) / seconds:.0f}, {len(answers)} in {took:.0f} s", True),
        ("good answers a second", f"{rate:.1f} ({by_kind(flooded)})", rate >= LEAST_GOOD * capacity),
        ("429 or 503 with Retry-After", str(shed), shed > 0),
        ("anything else", str(dict(others)), not others),
        _times("healthz, ms: median, p99, most", probed["healthz"], 99, MOST_SECONDS_A_PROBE),
        _times("pages, ms: median, p95, most", probed["pages"], 95, MOST_SECONDS_A_PAGE),
        ("probe or pages not answered", str(Counter(probed["not answered"])), not probed["not answered"]),
        _times("healthz 5 s later", normal["healthz"], 99, MOST_SECONDS_A_PROBE),
        _times("pages 5 s later", normal["pages"], 95, MOST_SECONDS_A_PAGE),
        ("a look 5 s later, s", f"{look.status} {look.seconds:.2f} ({usual:.2f} before)", look.good),
        _megabytes("memory of the web process at most, MB", most_megabytes(web), MOST_OF_WEB),
        _megabytes("memory of all processes, idle", idle, MOST_IDLE),
        _megabytes("memory of all processes, afterwards", later, MOST_LATER),
    ]


def _times(name: str, seconds: list[float], percent: int, most: float) -> Row:
    value = float(np.percentile(seconds, percent))
    text = " ".join(f"{1000 * one:.0f}" for one in (np.median(seconds), value, max(seconds)))
    return name, f"{text} (at most {1000 * most:.0f})", value < most


def _megabytes(name: str, value: float, most: float) -> Row:
    return name, f"{value:.0f} (at most {most})", value <= most


def books(site: RunningSite) -> Row:
    """All jobs have ended, or are cancelled by now; then nothing is charged wrongly and no file is left over."""

    def settled() -> bool:
        states = "'queued', 'running'"
        return site.query(f"SELECT COUNT(*) FROM swaps_swapjob WHERE status IN ({states})") == [(0,)]

    wait_until(settled, seconds=SECONDS_TO_END, what="the jobs that were accepted", every=1)
    told: dict[str, Any] = json.loads(site.python("-m", "tests.faults.books"))
    wrong = told["charged wrongly"] + told["accounts out of balance"] + told["orphan files"] + told["missing files"]
    return "books: charged wrongly, orphan files", f"{wrong}; {told['status']}", wrong == 0


def show(rows: list[Row]) -> None:
    for name, value, well in rows:
        sys.stdout.write(f"{name:<40}{value}{'' if well else '   NOT RIGHT'}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.flood")
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="flood-") as folder, silent_server() as silent:
        data = Path(folder) / "site"
        data.mkdir()
        plenty = str(10**8)
        limits = {"RATE_LIMIT_KEY": plenty, "RATE_LIMIT_ACCOUNT": plenty}
        site = RunningSite(data, WORKERS="2", FETCH_ALLOW_HOSTS=f"127.0.0.1:{silent}", **limits)
        try:
            rows = asyncio.run(story(site.start("serve"), seconds, silent))
            show(rows)  # whatever the books say, which takes until all jobs are done
            rows.append(books(site))
            show(rows[-1:])
        finally:
            site.stop()
    return 0 if all(well for _name, _value, well in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
