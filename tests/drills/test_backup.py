"""A backup taken under load, as docs/deploy.md says, is restored beside the site: nothing that it held is missing."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.docs import TEXTS
from tests.own_services import OwnDatabase
from tests.running_site import FAKE, RunningSite, wait_until

from .load import Load, books, in_base64
from .servers import program

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("drills"), pytest.mark.timeout(400)]
SETTINGS = {"JOB_LEASE_SECONDS": "5", "RATE_LIMIT_KEY": "1000000"}
# PostgreSQL writes conditions anew in other words of the same meaning, so only what is unique is compared there.
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name",
    "postgresql": "SELECT indexname, tablename, indexdef LIKE 'CREATE UNIQUE%' FROM pg_indexes"
    " WHERE schemaname = 'public' ORDER BY indexname",
}


class Program:
    """A program with a key."""

    def __init__(self, site: RunningSite, key: str) -> None:
        self.site, self.headers = site, {"Authorization": f"Bearer {key}"}

    def ask(self, path: str, body: Any = None) -> requests.Response:
        method = "GET" if body is None else "POST"
        answer = requests.request(method, self.site.url + path, json=body, headers=self.headers, timeout=60)
        assert answer.status_code < 300, answer.text
        return answer


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    (tmp_path / "site").mkdir()
    running = RunningSite(tmp_path / "site", **FAKE, **SETTINGS).start("web", "worker", "sweeper")
    yield running
    running.stop()


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[RunningSite]:
    """A site that was set up and holds nothing."""
    (tmp_path / "restored").mkdir()
    running = RunningSite(tmp_path / "restored", **FAKE, **SETTINGS)
    yield running
    running.stop()


def back_up_database(site: RunningSite, copy: Path) -> None:
    if site.database is None:
        with_words = f'sqlite3 var/site.sqlite3 ".backup {copy.name}"'
        command = [program("sqlite3"), str(site.data_dir / "site.sqlite3"), f".backup {copy}"]
    else:
        with_words = "pg_dump -Fc"
        command = [program("pg_dump"), "-Fc", "-f", str(copy), site.database.url]
    assert with_words in TEXTS["deploy.md"]
    subprocess.run(command, check=True, timeout=60)


def restore_database(site: RunningSite, copy: Path) -> None:
    if site.database is None:
        for file in site.data_dir.glob("site.sqlite3*"):
            file.unlink()
        shutil.copy(copy, site.data_dir / "site.sqlite3")
        return
    assert "`pg_restore`" in TEXTS["deploy.md"]
    site.database = OwnDatabase(site.database.server).create()
    site.owned.append(site.database)
    site.environment["DATABASE_URL"] = site.database.url
    subprocess.run([program("pg_restore"), "-d", site.database.url, str(copy)], check=True, timeout=120)


def done(site: RunningSite) -> set[str]:
    return {str(row[0]).replace("-", "") for row in site.query("SELECT id FROM swaps_swapjob WHERE status = 'done'")}


def test_what_was_backed_up_under_load_is_there_again(site: RunningSite, restored: RunningSite, tmp_path: Path) -> None:
    site.environment["DJANGO_SUPERUSER_PASSWORD"] = "a-password-for-tests"
    site.manage("createsuperuser", "--noinput", "--username", "alice", "--email", "alice@example.org")
    site.manage("grant_points", "alice", "100000", "--reason", "tests")
    key = site.manage("issue_key", "alice", "--name", "drill").split()[-1]
    before = Program(site, key)
    person = before.ask("/api/v1/people", {"name": "Ada", "consent": {"basis": "consent"}}).headers["Location"]
    before.ask(f"{person}/photos", {"photo": in_base64("obama.jpg")})
    with Load(site, key) as load:
        wait_until(lambda: len(done(site)) >= 3, seconds=90, what="swaps to be made")
        made = done(site)
        back_up_database(site, tmp_path / "copy.sqlite3")
        taken = len(load.accepted)
        wait_until(lambda: len(load.accepted) > taken + 2, seconds=90, what="more swaps to be accepted")
        files = shutil.copytree(site.data_dir / "media", tmp_path / "media", ignore=shutil.ignore_patterns("*.part"))

    restore_database(restored, tmp_path / "copy.sqlite3")
    shutil.copytree(files, restored.data_dir / "media", dirs_exist_ok=True)
    restored.manage("prepare")
    restored.manage("check_ledger")
    found = books(restored)
    assert [found[what] for what in ("charged wrongly", "accounts out of balance", "missing files")] == [0, 0, 0]
    assert restored.query(INDEXES[vendor(restored)]) == site.query(INDEXES[vendor(site)])
    assert made <= done(restored)


def vendor(site: RunningSite) -> str:
    return "sqlite" if site.database is None else "postgresql"
