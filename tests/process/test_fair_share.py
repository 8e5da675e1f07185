"""A worker in a process of its own gives a single swap the next place, whatever else is waiting."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.drawn import drawn
from tests.running_site import FAKE, RunningSite, wait_until

from .test_waiting import Program

pytestmark = [pytest.mark.process, pytest.mark.long]

FLOOD = 60
PHOTOS = {"face": "obama.jpg", "target": "biden.jpg"}
SLOW = 32


@pytest.fixture
def silence() -> Iterator[str]:
    """The host of a server that takes every connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listener:
        taken = []

        def take() -> None:
            while True:
                try:
                    taken.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        for connection in taken:
            connection.close()
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, silence: str) -> Iterator[RunningSite]:
    settings = {"RATE_LIMIT_KEY": "1000", "FETCH_ALLOW_HOSTS": silence}
    running = RunningSite(tmp_path_factory.mktemp("fair"), **settings, **FAKE).start("web")
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


def test_slow_addresses_and_slow_receivers_of_callbacks_take_no_workers_time(site: RunningSite, silence: str) -> None:
    flood, single = Program(site, "flood"), Program(site, "single")
    site.start("worker", "sweeper")
    told = {"callback_url": f"http://{silence}/hook"}
    files = {name: (f"{name}.jpg", drawn(photo).read_bytes()) for name, photo in PHOTOS.items()}
    address, waiting = f"{site.url}/api/v1/swaps", {**flood.headers, "Prefer": "wait=60"}
    done = requests.post(address, data=told, files=files, headers=waiting, timeout=90)
    assert done.json()["status"] == "done"
    slow = {"face": {"url": f"http://{silence}/face"}, "target": {"url": f"http://{silence}/target"}}
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: requests.post(address, json=slow, headers=flood.headers, timeout=60), range(SLOW))
        )
    assert {answer.status_code for answer in answers} == {202}
    under_way = "SELECT COUNT(*) FROM swaps_webhookdelivery WHERE lease_until IS NOT NULL"
    wait_until(lambda: site.query(under_way)[0][0], seconds=30, what="the callback to be tried")
    fetching = "SELECT COUNT(*) FROM swaps_swapjob WHERE fetching AND lease_until IS NOT NULL"
    wait_until(lambda: site.query(fetching)[0][0], seconds=30, what="the first photos to be fetched")
    assert single.swap(Prefer="wait=60").json()["status"] == "done"
    # Two of the others are at it, and hold nobody up; none of them has had a worker.
    assert site.query(fetching)[0][0] <= 2
    assert site.query("SELECT COUNT(*) FROM swaps_swapjob WHERE fetching AND started IS NOT NULL") == [(0,)]
    stopped = site.processes.pop("sweeper")
    stopped.terminate()
    assert stopped.wait(10) == 0  # although it is waiting for several servers
