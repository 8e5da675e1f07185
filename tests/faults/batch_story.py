"""A batch of fifty photos, five of them broken, while workers are killed and another account swaps single photos."""

import base64
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import requests

from tests.running_site import wait_until

from .site import FaultySite, small

ONE_BROKEN_IN = 10
KILLED_AT = ("swapping", "storing")
# Others' single swaps, timed on the idle site and beside the batch; of each the middle one counts.
TIMED = 5


def middle(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


class Another:
    """Another account with a key, who swaps single photos and waits for them."""

    def __init__(self, site: FaultySite) -> None:
        self.site = site
        site.manage("createsuperuser", "--noinput", "--username", "bob", "--email", "bob@example.org")
        site.manage("grant_points", "bob", "1000", "--reason", "tests")
        self.headers = {"Authorization": f"Bearer {site.manage('issue_key', 'bob', '--name', 'faults').strip()}"}
        self.swaps = 0

    def seconds_a_swap(self) -> float:
        headers = self.headers | {"Prefer": "wait=60"}
        started = time.monotonic()
        answer = requests.post(f"{self.site.url}/api/v1/swaps", json=self.site.body, headers=headers, timeout=90)
        assert answer.json()["status"] == "done", answer.text
        self.swaps += 1
        return time.monotonic() - started


def batch_with_broken_photos(folder: Path, photos: int, timed: int = TIMED) -> dict[str, Any]:
    """Facts: results, sentences, points, what the archive holds, kills, seconds of another's swap idle and beside it.

    Also `accepted` and `books`, as every story has them. Every tenth photo is broken.
    """
    broken = photos // ONE_BROKEN_IN
    site = FaultySite(folder)
    try:
        site.start("web", "sweeper", "worker")
        another = Another(site)
        another.seconds_a_swap()  # loads the models
        idle = [another.seconds_a_swap() for _ in range(timed)]
        batch = submit(site, photos)
        beside = [another.seconds_a_swap() for _ in range(timed)]
        for point in KILLED_AT:
            site.due(point)
            wait_until(lambda: not site.still_due(), seconds=120, what="a worker to be killed")
        told = wait_until(lambda: ended(site, batch), seconds=300, what="the batch to end")
        books = site.wait_for_all(photos - broken + another.swaps, seconds=60)
        archive = zipfile.ZipFile(io.BytesIO(get(site, f"{batch}/results.zip").content))
        items = get(site, f"{batch}?limit=100").json()["items"]["data"]
        charged = "SELECT -SUM(amount) FROM accounts_pointentry WHERE reason = 'Swap' AND account_id = 1"
        return {
            "results": told["counts"]["done"],
            "sentences": sum(bool(item["error"] and item["error"]["detail"]) for item in items),
            "points": int(site.query(charged)[0][0]),
            "archive": len([name for name in archive.namelist() if not name.endswith(".txt")]),
            "whole": archive.testzip() is None,
            "kills": len(KILLED_AT),
            "idle": middle(idle),
            "beside": middle(beside),
            "accepted": photos - broken + another.swaps,
            "books": books,
        }
    finally:
        site.stop()


def submit(site: FaultySite, count: int) -> str:
    """Send the batch; its address."""
    broken = base64.b64encode(b"no photo").decode()
    photos = [broken if number % ONE_BROKEN_IN == 3 else small("biden.jpg") for number in range(count)]
    body = {"face": site.body["face"], "targets": [{"base64": photo} for photo in photos]}
    answer = requests.post(f"{site.url}/api/v1/batches", json=body, headers=site.headers, timeout=120)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def get(site: FaultySite, path: str) -> requests.Response:
    return requests.get(site.url + path, headers=site.headers, timeout=60)


def ended(site: FaultySite, batch: str) -> dict[str, Any] | None:
    told: dict[str, Any] = get(site, batch).json()
    return told if told["status"] == "done" else None
