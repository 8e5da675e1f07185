"""Jobs a second of one and of two worker processes: what a second core is worth when nothing but work is left to do."""

import os
import signal
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import requests

from tests.bench.api import two_megapixels
from tests.running_site import RunningSite, Visitor, wait_until

WORKERS = ("worker one", "worker two")
ROUNDS = 6
JOBS = 80  # for each worker
LAST = "SELECT extract(epoch FROM max(completed)) FROM swaps_swapjob"
OPEN = "SELECT count(*) FROM swaps_swapjob WHERE status IN ('queued', 'running')"


def scaling(folder: Path, database: str) -> tuple[float, float, float]:
    """Measure both in turns, so that what else the machine does meets both; give the medians, and that of the ratio."""
    unlimited = {"RATE_LIMIT_KEY": "1000000", "POINTS_SIGNUP": "1000000"}
    site = RunningSite(folder, DATABASE_URL=database, WORKERS="1", **unlimited).start("web", *WORKERS)
    try:
        submit = _submitting(site)
        _rate(site, WORKERS, submit, 8)  # loads the models
        rates = [tuple(_rate(site, WORKERS[:n], submit, JOBS * n) for n in (1, 2)) for _ in range(ROUNDS)]
    finally:
        _signal(site, WORKERS, signal.SIGCONT)
        site.stop()
    one, two = (statistics.median(column) for column in zip(*rates, strict=True))
    return one, two, statistics.median(two / one for one, two in rates)


def _submitting(site: RunningSite) -> Callable[[], None]:
    Visitor(site).sign_up("scaling")
    headers = {"Authorization": f"Bearer {site.manage('issue_key', 'scaling', '--name', 'scaling').strip()}"}
    photos = {"face": two_megapixels("obama.jpg"), "target": two_megapixels("biden.jpg")}

    def submit() -> None:
        answer = requests.post(f"{site.url}/api/v1/swaps", files=photos, headers=headers, timeout=60)
        assert answer.status_code == 202, answer.text

    return submit


def _rate(site: RunningSite, workers: tuple[str, ...], submit: Callable[[], None], jobs: int) -> float:
    """Let these workers empty a queue that was filled while all of them were stopped."""
    _signal(site, WORKERS, signal.SIGSTOP)
    for _ in range(jobs):
        submit()
    started = time.time()
    _signal(site, workers, signal.SIGCONT)
    # Seldom: the question would take from the workers what they are measured by.
    wait_until(lambda: not site.query(OPEN)[0][0], seconds=10 * jobs, every=1, what=f"{workers} to empty the queue")
    return jobs / (float(site.query(LAST)[0][0]) - started)


def _signal(site: RunningSite, workers: tuple[str, ...], number: int) -> None:
    for name in workers:
        os.killpg(site.processes[name].pid, number)
