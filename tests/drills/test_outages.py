"""PostgreSQL and Redis go away under load and come back: nothing is lost, people are told, nobody restarts anything."""

import signal
from collections.abc import Iterator, Sequence

import pytest
import requests

from tests.own_services import OwnDatabase
from tests.running_site import FAKE, RunningSite, wait_until

from .load import Load, books
from .servers import OwnPostgres, OwnRedis

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("drills"), pytest.mark.timeout(400)]
CLEAN = {"charged wrongly": 0, "accounts out of balance": 0, "orphan files": 0, "missing files": 0}


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    server = OwnPostgres()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def cache() -> Iterator[OwnRedis]:
    server = OwnRedis()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def site(postgres: OwnPostgres, cache: OwnRedis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    own = {"JOB_LEASE_SECONDS": "5", "JOB_MAX_ATTEMPTS": "20", "RATE_LIMIT_KEY": "1000000", "DATABASE_URL": ""}
    running = RunningSite(tmp_path_factory.mktemp("site"), **FAKE, **own, REDIS_URL=cache.url)
    running.database = OwnDatabase(postgres.url, "postgres")
    running.environment["DATABASE_URL"] = postgres.url
    running.manage("prepare")
    yield running.start("web", "worker", "sweeper")
    running.stop()


@pytest.fixture(scope="module")
def key(site: RunningSite) -> str:
    site.environment["DJANGO_SUPERUSER_PASSWORD"] = "a-password-for-tests"
    site.manage("createsuperuser", "--noinput", "--username", "alice", "--email", "alice@example.org")
    site.manage("grant_points", "alice", "1000000", "--reason", "tests")
    return site.manage("issue_key", "alice", "--name", "drill").split()[-1]


def grows(things: Sequence[object], by: int, what: str) -> None:
    enough = len(things) + by
    wait_until(lambda: len(things) >= enough, seconds=90, what=what)


def nothing_is_lost(site: RunningSite, load: Load) -> None:
    """Every swap that was accepted is made, and points and files are right."""

    def all_done() -> bool:
        return site.query("SELECT count(*) FROM swaps_swapjob WHERE status <> 'done'") == [(0,)]

    wait_until(all_done, seconds=120, what="all swaps to be made", every=0.5)
    ids = {str(row[0]) for row in site.query("SELECT id FROM swaps_swapjob")}
    assert set(load.accepted) <= ids
    found = books(site)
    assert {name: found[name] for name in CLEAN} == CLEAN


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_site_outlives_its_database(site: RunningSite, postgres: OwnPostgres, key: str, how: signal.Signals) -> None:
    with Load(site, key) as load:
        grows(load.accepted, 5, "swaps to be accepted")
        postgres.stop(how)
        before = len(load.refused), len(load.pages)
        grows(load.refused, 5, "swaps to be refused")
        grows(load.pages, 3, "pages to be answered")
        refused, pages = load.refused[before[0] :], load.pages[before[1] :]
        alive = requests.get(f"{site.url}/healthz", timeout=30), requests.get(f"{site.url}/readyz", timeout=30)
        postgres.start()
        grows(load.accepted, 5, "swaps to be accepted again")
    assert [answer.status_code for answer in alive] == [200, 503]
    for answer in refused:
        told = answer.json()
        assert (answer.status_code, told["code"]) == (503, "overloaded"), answer.text
        assert "database" in told["detail"] and int(answer.headers["Retry-After"]) > 0
    assert any(page.status_code == 503 and "database" in page.text for page in pages), pages[0].text[:500]
    nothing_is_lost(site, load)


def test_a_site_does_without_its_cache(site: RunningSite, cache: OwnRedis, key: str) -> None:
    with Load(site, key) as load:
        grows(load.accepted, 3, "swaps to be accepted")
        cache.stop()
        before = len(load.pages)
        grows(load.accepted, 5, "swaps to be accepted without the cache")
        grows(load.pages, 3, "pages to be answered")
        pages = load.pages[before:]
        cache.start()
        grows(load.accepted, 3, "swaps to be accepted with it again")
    assert not load.broken
    assert not load.refused, load.refused[0].text
    assert {page.status_code for page in pages} == {200}
    nothing_is_lost(site, load)
