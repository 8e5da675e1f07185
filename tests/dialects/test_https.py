"""Photos and callbacks over https with an authority of the operator's own (FETCH_CA_FILE), on a real site."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from standardwebhooks.webhooks import Webhook

from tests.authority import Authority
from tests.drawn import drawn
from tests.running_site import FAKE, RunningSite, Visitor

from .conftest import Outside
from .test_published_clients import shows

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("https")]


@pytest.fixture(scope="module")
def outside_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Outside, Authority]]:
    folder = tmp_path_factory.mktemp("outside")
    for name in ("obama.jpg", "biden.jpg"):
        (folder / name).write_bytes(drawn(name).read_bytes())
    authority = Authority(tmp_path_factory.mktemp("authority"))
    server = Outside(folder, authority.serving("localhost"))
    yield server, authority
    server.close()


def swap(site: RunningSite, key: str, outside: Outside, **more: str) -> requests.Response:
    photos = {"source_image_url": f"{outside.url}/obama.jpg", "target_image_url": f"{outside.url}/biden.jpg"}
    headers = {"Authorization": f"Bearer {key}"}
    return requests.post(f"{site.url}/face/swap", json=photos | more, headers=headers, timeout=120)


def test_both_ways_over_https(outside_tls: tuple[Outside, Authority], tmp_path: Path) -> None:
    outside, authority = outside_tls
    trusting = {"FETCH_ALLOW_HOSTS": outside.host, "FETCH_CA_FILE": str(authority.file)}
    site = RunningSite(tmp_path, **trusting, **FAKE).start()
    try:
        Visitor(site).sign_up("alice")
        key = site.manage("issue_key", "alice", "--name", "stranger").strip()

        answer = swap(site, key, outside)
        assert answer.status_code == 200, (answer.text, site.logged()[-2000:])
        assert shows(requests.get(answer.json()["image_url"], timeout=30).content, "obama.jpg")

        called_back = swap(site, key, outside, callback_url=f"{outside.url}/hook").json()
        assert outside.callback_of(called_back["task_id"])["success"] is True
        headers, body = next((headers, body) for headers, body in outside.raw if called_back["task_id"] in body)
        secret = site.python("-c", SECRET).strip()
        assert Webhook(secret).verify(body, headers)["task_id"] == called_back["task_id"]
    finally:
        site.stop()


def test_an_authority_that_nobody_named_is_told(outside_tls: tuple[Outside, Authority], tmp_path: Path) -> None:
    outside, _authority = outside_tls
    site = RunningSite(tmp_path, FETCH_ALLOW_HOSTS=outside.host, **FAKE).start()
    try:
        Visitor(site).sign_up("alice")
        answer = swap(site, site.manage("issue_key", "alice", "--name", "stranger").strip(), outside)
        assert answer.status_code == 500 and answer.json()["error"]["code"] == "api_error"
        assert "The certificate of localhost is not trusted" in answer.json()["error"]["message"]
    finally:
        site.stop()


SECRET = """
import django
django.setup()
from accounts.models import User
from swaps.jobs.webhook_secrets import secrets_in_use
print(secrets_in_use(User.objects.get(username="alice"))[0])
"""
