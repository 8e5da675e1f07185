"""Stories of a disk that is really full, each for a process of its own that may mount one: see tiny_disk.

`python -m tests.faults.full_disk STORY FOLDER [ROUNDS]` prints what came of it as JSON.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.photos import sample
from tests.prepared import prepared
from tests.running_site import Visitor, wait_until

from .site import FaultySite
from .tiny_disk import TinyDisk

Facts = dict[str, Any]
KILOBYTES = 4096
HTML = {"Accept": "text/html"}


def told(answer: requests.Response) -> Facts:
    """What a person or a program was answered."""
    words = answer.text
    return {
        "status": answer.status_code,
        "code": "storage_full" in words,
        "sentence": "no room left on its disk" in words,
        "traceback": "Traceback" in words or "OSError" in words or "OperationalError" in words,
    }


def api(site: FaultySite) -> requests.Response:
    return requests.post(f"{site.url}/api/v1/swaps", json=site.body, headers=site.headers, timeout=60)


def large(site: FaultySite) -> requests.Response:
    """So large a request that it is kept on a disk while it comes in."""
    body = json.dumps(site.body | {"title": "x" * 20_000_000})
    headers = site.headers | {"Content-Type": "application/json"}
    return requests.post(f"{site.url}/api/v1/swaps", data=body, headers=headers, timeout=60)


def form(person: Visitor, **headers: str) -> requests.Response:
    """The studio's form, as a browser sends it."""
    page = person.get(f"{person.site.url}/swaps/new/", timeout=60)
    assert page.status_code == 200, page.status_code
    fields = {"csrfmiddlewaretoken": person.cookies["csrftoken"], "face_sample": "obama.jpg"}
    with sample("biden.jpg").open("rb") as target:
        return person.post(
            f"{person.site.url}/swaps/new/", data=fields, files={"target": target}, headers=HTML | headers, timeout=60
        )


def refusals(site: FaultySite, person: Visitor) -> dict[str, Facts]:
    """What everyone hears who wants to put something on the full disk."""
    return {
        "program": told(api(site)),
        "large request": told(large(site)),
        "page": told(form(person)),
        "script": told(form(person, **{"HX-Request": "true"})),
    }


def with_media_on(folder: Path, **settings: str) -> tuple[FaultySite, TinyDisk]:
    """A site whose photos lie on a tiny disk, and what it writes while large requests come in; not its database."""
    disk, site = TinyDisk(folder / "disk", KILOBYTES), folder / "site"
    site.mkdir()
    for name in ("media", "uploads"):
        (disk.folder / name).mkdir()
        (site / name).symlink_to(disk.folder / name)
    return FaultySite(site, **settings), disk


def uploads(folder: Path, rounds: int) -> Facts:
    """The disk of the photos is full while people upload; then there is room again."""
    site, disk = with_media_on(folder)
    try:
        site.start("web", "worker", "sweeper")
        person = Visitor(site)
        person.sign_up("bob")
        accepted, heard = 0, []
        for number in range(1, rounds + 1):
            site.submit()
            accepted += 1
            site.wait_for_all(accepted, seconds=120)
            files, points = disk.files(), person.balance()
            disk.fill()
            heard.append(refusals(site, person))
            assert disk.is_full
            same = disk.files() == files and person.balance() == points
            disk.free()
            heard[-1]["left behind"] = {} if same else {"round": number, "files": disk.files(), "before": files}
        site.submit()
        books = site.wait_for_all(accepted + 1, seconds=120)
        return {"accepted": accepted + 1, "faults": 4 * rounds, "heard": heard, "books": books}
    finally:
        site.stop()


def failures(site: FaultySite) -> int:
    """How many attempts found no room so far."""
    return site.logged().count("failed for want of storage")


def wait_for_failures(site: FaultySite, count: int) -> None:
    wait_until(lambda: failures(site) >= count, seconds=120, what="attempts that find no room")


def results(folder: Path, rounds: int) -> Facts:
    """The disk of the photos fills up before the worker writes its results; after some attempts there is room again."""
    site, disk = with_media_on(folder)
    try:
        site.start("web", "sweeper")
        accepted = 0
        on_the_way: list[str] = []
        site.start("worker")
        for _ in range(rounds):
            site.kill("worker")
            site.submit_many(3)
            accepted += 3
            inputs = disk.files()
            disk.fill()
            before = failures(site)
            site.start("worker")
            wait_for_failures(site, before + 3)
            on_the_way += sorted(set(disk.files()) - set(inputs))
            disk.free()
            site.wait_for_all(accepted, seconds=120)
        books = site.wait_for_all(accepted, seconds=120)
        return {"accepted": accepted, "faults": 3 * rounds, "on the way": on_the_way, "books": books}
    finally:
        site.stop()


def ended(site: FaultySite, jobs: list[str]) -> list[Facts]:
    """What the API says of the jobs, once none of them waits or runs."""
    answers = [requests.get(f"{site.url}/api/v1/swaps/{job}", headers=site.headers, timeout=30).json() for job in jobs]
    return answers if all(answer["status"] not in ("queued", "running") for answer in answers) else []


def no_end(folder: Path, rounds: int) -> Facts:
    """The disk stays full until a job has used up its attempts."""
    site, disk = with_media_on(folder, JOB_MAX_ATTEMPTS="2")
    try:
        site.start("web", "sweeper")
        jobs = site.submit_many(2)
        inputs = disk.files()
        disk.fill()
        site.start("worker")
        failed = wait_until(lambda: ended(site, jobs), seconds=120, what="the jobs to fail")
        left = sorted(set(disk.files()) - set(inputs))
        disk.free()
        books = site.wait_for_all(len(jobs), seconds=120)
        site.submit()
        again = site.wait_for_all(len(jobs) + 1, seconds=120)
        return {"errors": [job["error"] for job in failed], "left": left, "books": books, "again": again}
    finally:
        site.stop()


def database(folder: Path, rounds: int) -> Facts:
    """SQLite's own disk is full: nothing can be accepted, claimed or ended; then there is room again."""
    disk = TinyDisk(folder / "database", KILOBYTES)
    for file in prepared().glob("site.sqlite3*"):
        shutil.copy(file, disk.folder)
    (folder / "site").mkdir()
    site = FaultySite(folder / "site", DATABASE_URL=f"sqlite:///{disk.folder / 'site.sqlite3'}")
    try:
        site.start("web", "sweeper")
        person = Visitor(site)
        person.sign_up("bob")
        accepted, heard = 0, []
        site.start("worker")
        for _ in range(rounds):
            site.kill("worker")
            site.submit_many(2)
            accepted += 2
            told_now = {}
            for name, ask in (("program", lambda: api(site)), ("page", lambda: form(person))):
                taken, told_now[name] = until_refused(ask, disk)
                accepted += taken
            heard.append(told_now)
            reads = person.get(f"{site.url}/gallery/", timeout=60).status_code
            site.start("worker")
            until_the_worker_fails(site, disk)
            disk.free()
            site.submit()
            accepted += 1
            site.wait_for_all(accepted, seconds=180)
        books = site.wait_for_all(accepted, seconds=60)
        whole = site.python("-c", CHECK_DATABASE).strip()
        return {
            "accepted": accepted,
            "heard": heard,
            "reads": reads,
            "books": books,
            "whole": whole,
            "faults": 2 * rounds,
        }
    finally:
        site.stop()


CHECK_DATABASE = (
    "import django; django.setup()\n"
    "from django.db import connection\n"
    "cursor = connection.cursor(); cursor.execute('PRAGMA integrity_check'); print(cursor.fetchone()[0])"
)


def until_refused(ask: Callable[[], requests.Response], disk: TinyDisk) -> tuple[int, Facts]:
    """How many were taken before one was refused, and in which words.

    SQLite's log keeps pages that it has used before, and gives some back now and then: the disk is filled each time.
    """
    for taken in range(100):
        disk.fill()
        answer = ask()
        if answer.status_code >= 500:
            return taken, told(answer)
    raise AssertionError("a hundred requests were taken with the disk full")


def until_the_worker_fails(site: FaultySite, disk: TinyDisk) -> None:
    """Keep the disk full until the queue could not take a task, or a task could not take its job."""
    before = troubles(site)

    def failed() -> bool:
        disk.fill()
        return troubles(site) > before

    wait_until(failed, seconds=120, what="the worker to run into the full disk")


def troubles(site: FaultySite) -> int:
    log = site.logged()
    return log.count("Failed to pull task") + log.count("Failed 'swaps.tasks.run_swap'")


STORIES: dict[str, Callable[[Path, int], Facts]] = {
    "uploads": uploads,
    "results": results,
    "no_end": no_end,
    "database": database,
}


def main() -> None:
    story, folder, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
    if story == "database":
        os.environ.pop("DATABASE_URL", None)
    facts = STORIES[story](folder, rounds)
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main()
