"""Many programs at once, against the real server: points are neither overdrawn nor taken twice."""

import base64
import io
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from PIL import Image

from tests.drawn import drawn
from tests.running_site import FAKE, RunningSite, Visitor

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://root@127.0.0.1:5432/postgres")


@pytest.fixture
def own_files() -> Path | None:  # these tests keep their files in the site's own DATA_DIR
    return None


@pytest.fixture(scope="module")
def postgres_url() -> str:
    """A server on which a site may make a database of its own."""
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        message = f"no PostgreSQL server at {POSTGRES}: {error}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return POSTGRES


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("parallel_sqlite")),
        pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.xdist_group("parallel_postgres")]),
    ],
)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    settings = {"RATE_LIMIT_KEY": "100000", "POINTS_SIGNUP": "20"}  # ten swaps
    if request.param == "postgres":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    running = RunningSite(tmp_path_factory.mktemp(request.param), **settings, **FAKE).start("web")
    yield running
    running.stop()


def small(name: str) -> dict[str, str]:
    image = Image.open(drawn(name)).convert("RGB")
    image.thumbnail((160, 160))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return {"base64": base64.b64encode(buffer.getvalue()).decode()}


def post_at_once(site: RunningSite, username: str, count: int, **headers: str) -> tuple[list[requests.Response], Any]:
    """Sign up, send `count` equal requests at once, and also give the account as it is afterwards."""
    Visitor(site).sign_up(username)
    key = site.manage("issue_key", username, "--name", "parallel").strip()
    headers = {"Authorization": f"Bearer {key}", **headers}
    body = {"target": small("biden.jpg"), "face": small("obama.jpg")}

    def post(_number: int) -> requests.Response:
        return requests.post(f"{site.url}/api/v1/swaps", json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(count) as executor:
        answers = list(executor.map(post, range(count)))
    return answers, requests.get(f"{site.url}/api/v1/account", headers=headers, timeout=30).json()


@pytest.mark.process
def test_a_balance_for_ten_buys_exactly_ten(site: RunningSite) -> None:
    answers, account = post_at_once(site, "alice", 50)
    assert Counter(answer.status_code for answer in answers) == {202: 10, 402: 40}
    assert account["balance"] == 0
    assert "clean" in site.manage("check_ledger")


@pytest.mark.process
def test_one_name_is_one_job_and_one_hold(site: RunningSite) -> None:
    answers, account = post_at_once(site, "bob", 20, **{"Idempotency-Key": "the-same"})
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert account["balance"] == 18
    assert "clean" in site.manage("check_ledger")
