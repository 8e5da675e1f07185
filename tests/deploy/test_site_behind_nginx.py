"""The site as docs/deploy.md sets it up, asked through nginx by people, programs and the live page's client."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import socketio

from tests.drawn import drawn
from tests.ops.test_production import PRODUCTION
from tests.running_site import FAKE, RunningSite, wait_until

from .nginx import NAME, Caller, Nginx

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("nginx")]
# Open to everyone, and twice a minute to each address.
OPEN = {"OPEN_ACCESS": "face_rec,live", "RATE_LIMIT_GUEST": "2"}
KILOBYTE, MEGABYTE = 1024, 1024**2


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    running = RunningSite(tmp_path_factory.mktemp("site"), **FAKE, **PRODUCTION, **OPEN).start("web", "worker")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def proxy(site: RunningSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    running = Nginx(tmp_path_factory.mktemp("nginx"), site.port)
    yield running
    running.stop()


class Person(Caller):
    """Somebody with a browser, who signs up."""

    def sign_up(self, name: str) -> "Person":
        password = "Zq7-Kx9-Wv4-Jd2-Yp8"
        fields = {"username": name, "email": f"{name}@example.org", "password1": password, "password2": password}
        assert self.fill_in("/accounts/signup/", fields).status_code == 302
        return self

    def fill_in(self, path: str, fields: dict[str, str], **options: Any) -> requests.Response:
        page = self.ask(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert page.status_code == 200 and token, page.text[:500]
        return self.ask(path, "POST", data=fields | {"csrfmiddlewaretoken": token[1]}, **options)

    def submit(self) -> str:
        """Submit a swap and return the path of its page."""
        names = {"face": "obama.jpg", "target": "biden.jpg"}
        files = {role: (name, drawn(name).read_bytes()) for role, name in names.items()}
        accepted = self.fill_in("/swaps/new/", {}, files=files)
        assert accepted.status_code == 302, accepted.text[:500]
        return accepted.headers["Location"]

    def wait(self, job: str) -> str:
        """Wait until a swap has ended, and return how."""

        def status() -> str:
            found = re.search(r'data-status="(\w+)"', self.ask(job).text)
            assert found
            return found[1] if found[1] not in ("queued", "running") else ""

        return str(wait_until(status, seconds=60, what="the swap to end"))


@pytest.fixture(scope="module")
def key(site: RunningSite, proxy: Nginx) -> str:
    Person(proxy).sign_up("program")
    return site.manage("issue_key", "program", "--name", "program").split()[-1]


def test_each_address_has_limits_of_its_own_whatever_it_says_of_itself(proxy: Nginx, site: RunningSite) -> None:
    def ask(address: str, **headers: str) -> int:
        return Caller(proxy, address).ask("/face_match", "POST", headers=headers).status_code

    assert [ask("127.0.0.5") for _ in range(3)] == [400, 400, 429]
    assert ask("127.0.0.5", **{"X-Forwarded-For": "203.0.113.7"}) == 429
    assert ask("127.0.0.6") == 400
    limited = site.query("SELECT subject FROM accounts_ratewindow WHERE subject LIKE 'guest:%'")
    assert sorted(limited) == [("guest:127.0.0.5",), ("guest:127.0.0.6",)]


def test_a_person_signs_up_swaps_and_fetches_an_archive(proxy: Nginx) -> None:
    anna = Person(proxy, "127.0.0.7").sign_up("anna")
    cookies = {cookie.name: cookie.secure for cookie in anna.cookies}
    assert cookies["sessionid"] and cookies["csrftoken"]
    job = anna.submit()
    assert anna.wait(job) == "done"
    archive = anna.ask("/account/export", "POST", data={"csrfmiddlewaretoken": anna.cookies["csrftoken"]})
    assert (archive.status_code, archive.content[:2]) == (200, b"PK")
    assert job.strip("/").split("/")[-1].encode() in archive.content


def test_a_program_that_waits_gets_its_result(proxy: Nginx, key: str) -> None:
    photos = {role: {"base64": base64.b64encode(drawn(name).read_bytes()).decode()} for role, name in
              {"face": "obama.jpg", "target": "biden.jpg"}.items()}  # fmt: skip
    headers = {"Authorization": f"Bearer {key}", "Prefer": "wait=60"}
    answer = Caller(proxy).ask("/api/v1/swaps", "POST", json=photos, headers=headers)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait")
    told = answer.json()
    assert told["status"] == "done"
    result = Caller(proxy).ask(told["urls"]["download"].removeprefix(f"https://{NAME}"))
    assert (result.status_code, result.content[:3]) == (200, b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("path", "size", "with_key", "status", "words"),
    [
        ("/accounts/login/", 300 * KILOBYTE, False, 413, "256 KB"),
        ("/api/v1/account", 300 * KILOBYTE, True, 413, "256 KB"),
        ("/api/v1/swaps", 2 * MEGABYTE, False, 401, "key"),
        ("/api/v1/swaps", 64 * MEGABYTE + 1, True, 413, "64 MB"),
        ("/api/v1/swaps", 66 * MEGABYTE, True, 413, "64 MB"),
    ],
)
def test_what_is_too_large_is_told_so_in_words(
    proxy: Nginx, key: str, path: str, size: int, with_key: bool, status: int, words: str
) -> None:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if with_key else {})
    answer = Caller(proxy).ask(path, "POST", data=b" " * size, headers=headers)
    assert answer.status_code == status, answer.text[:500]
    assert words in json.loads(answer.content)["detail"]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_the_live_page_talks_through_it(proxy: Nginx, transport: str) -> None:
    browser = Caller(proxy)
    assert browser.ask("/live/").status_code == 200
    tls = {"sslopt": {"ca_certs": proxy.trusted, "server_hostname": NAME}, "host": NAME, "suppress_origin": True}
    client = socketio.Client(reconnection=False, http_session=browser, websocket_extra_options=tls)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    headers = {"Cookie": cookies, "Origin": f"https://{NAME}"}
    client.connect(proxy.url, headers=headers, transports=[transport], wait_timeout=20)
    assert client.transport() == transport
    client.eio.disconnect(abort=True)
