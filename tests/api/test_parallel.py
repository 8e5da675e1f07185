"""Many programs at once, against the real server: points are neither overdrawn nor taken twice."""

import base64
import io
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.drawn import drawn
from tests.running_site import FAKE, RunningSite, Visitor

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("parallel"), pytest.mark.long, pytest.mark.again]


@pytest.fixture
def own_files() -> Path | None:  # these tests keep their files in the site's own DATA_DIR
    return None


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """On the database that the tests run on: SQLite, and PostgreSQL where CI runs them once more."""
    settings = {"RATE_LIMIT_KEY": "100000", "POINTS_SIGNUP": "20"}  # ten swaps
    running = RunningSite(tmp_path_factory.mktemp("parallel"), **settings, **FAKE).start("web")
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


def test_a_balance_for_ten_buys_exactly_ten(site: RunningSite) -> None:
    answers, account = post_at_once(site, "alice", 50)
    assert Counter(answer.status_code for answer in answers) == {202: 10, 402: 40}
    assert account["balance"] == 0
    assert "clean" in site.manage("check_ledger")


def test_one_name_is_one_job_and_one_hold(site: RunningSite) -> None:
    answers, account = post_at_once(site, "bob", 20, **{"Idempotency-Key": "the-same"})
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert account["balance"] == 18
    assert "clean" in site.manage("check_ledger")
