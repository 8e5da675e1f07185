"""The worker is killed in the middle of a job; nothing is lost and nothing is paid twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.photos import sample
from tests.running_site import RunningSite, Visitor, wait_until

pytestmark = [pytest.mark.again, pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("worker_deaths")]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    running = RunningSite(tmp_path, JOB_LEASE_SECONDS="5").start("web", "sweeper")
    yield running
    running.stop()


def submit(site: RunningSite) -> tuple[Visitor, str]:
    visitor = Visitor(site)
    visitor.sign_up("alice")
    return visitor, visitor.submit(sample("obama.jpg"), sample("biden.jpg"))


def kill_worker_in_the_job(site: RunningSite, visitor: Visitor, job_url: str) -> None:
    site.start("worker")
    wait_until(lambda: visitor.status(job_url) == "running", what="the job to be claimed")
    site.kill("worker")


def test_after_a_death_a_new_worker_finishes_the_job_once(site: RunningSite) -> None:
    visitor, job_url = submit(site)
    kill_worker_in_the_job(site, visitor, job_url)
    assert visitor.status(job_url) in ("running", "queued")
    site.start("worker")
    assert visitor.wait(job_url) == "done"
    assert visitor.balance() == 98
    assert "clean" in site.manage("check_ledger")


def test_three_deaths_in_a_row_fail_the_job_and_give_the_points_back(site: RunningSite) -> None:
    visitor, job_url = submit(site)
    for _ in range(3):
        kill_worker_in_the_job(site, visitor, job_url)
        wait_until(lambda: visitor.status(job_url) == "queued", what="the sweeper to queue the job again")
    site.start("worker")
    assert visitor.wait(job_url) == "failed"
    assert visitor.balance() == 100
    assert "clean" in site.manage("check_ledger")
