"""A worker in a process of its own gives a single swap the next place, whatever else is waiting."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.running_site import FAKE, RunningSite, wait_until

from .test_waiting import Program

pytestmark = [pytest.mark.process, pytest.mark.long]

FLOOD = 60


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    running = RunningSite(tmp_path_factory.mktemp("fair"), RATE_LIMIT_KEY="1000", **FAKE).start("web")
    yield running
    running.stop()


def test_a_single_swap_is_started_next_while_another_account_floods_the_queue(site: RunningSite) -> None:
    flood, single = Program(site, "flood"), Program(site, "single")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: flood.swap(), range(FLOOD)))
    started = """
        SELECT COUNT(*) FROM swaps_swapjob JOIN accounts_user ON accounts_user.id = owner_id
        WHERE username = 'flood' AND started IS NOT NULL"""
    site.start("worker")
    wait_until(lambda: site.query(started)[0][0], seconds=60, what="the worker to begin")
    assert single.swap().status_code == 202
    # From here on it is next: the worker's own queue holds places, and no job in particular.
    [(before,)] = site.query(started)
    mine = started.replace("COUNT(*)", "started").replace("flood", "single")
    [(at,)] = wait_until(lambda: site.query(mine), seconds=60, what="the single swap")
    [(earlier,)] = site.query(f"{started} AND started < '{at}'")
    assert earlier <= before < FLOOD
