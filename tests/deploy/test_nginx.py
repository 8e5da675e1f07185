"""docs/nginx.conf, tried: who comes through it has an address of their own, and nothing is held, cut or let through."""

import asyncio
import json
import re
import ssl
import threading
from collections.abc import Iterator

import pytest
import uvicorn
import websocket

from faceswap_site.lib.http.header_timeout import PatientProtocol
from faceswap_site.lib.http.waiting import Receive, Scope, Send
from faceswap_site.ops.body_limits import WITH_PHOTOS
from swaps.api.waiting import LONGEST_WAIT
from tests.docs import TEXTS
from tests.running_site import free_port, wait_until

from .nginx import NAME, SHIPPED, Caller, Nginx

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("nginx")]
FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Real-IP": "203.0.113.9"}
CHUNK = b"x" * 65536  # about what an archive sends at a time


class Upstream:
    """A server, run as the documents run uvicorn, that says who it thinks is asking."""

    def __init__(self) -> None:
        self.port = free_port()
        self.seen = asyncio.Event()  # somebody has what was sent so far
        config = uvicorn.Config(
            self, port=self.port, http=PatientProtocol, log_level="critical", lifespan="off", limit_concurrency=900
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        wait_until(lambda: self.server.started, seconds=30, what="the server to start")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        told = json.dumps({"client": scope["client"][0], "scheme": scope["scheme"], "host": headers["host"]})
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": told})
            await send({"type": "websocket.close"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/slowly":
            await send({"type": "http.response.body", "body": CHUNK, "more_body": True})
            await self.seen.wait()
        elif scope["path"] == "/seen":
            self.seen.set()
        await send({"type": "http.response.body", "body": told.encode()})

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def proxy(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    running = Nginx(tmp_path_factory.mktemp("nginx"), upstream.port)
    yield running
    running.stop()


def test_the_documents_show_the_file_that_is_tried() -> None:
    assert f"```nginx\n{SHIPPED.read_text()}```" in TEXTS["deploy.md"]


def test_everyone_keeps_an_address_of_their_own(proxy: Nginx) -> None:
    for address in ("127.0.0.5", "127.0.0.6"):
        for headers in ({}, FORGED):
            told = Caller(proxy, address).ask("/", headers=headers).json()
            assert told == {"client": address, "scheme": "https", "host": NAME}


@pytest.mark.parametrize("path", ["/socket.io/?EIO=4&transport=websocket", "/other"])
def test_so_they_do_on_web_sockets(proxy: Nginx, path: str) -> None:
    connection = websocket.create_connection(
        f"wss://127.0.0.1:{proxy.https}{path}",
        host=NAME,
        header=FORGED,
        sslopt={"ca_certs": proxy.trusted, "server_hostname": NAME},
        timeout=20,
    )
    told = json.loads(connection.recv())
    connection.close()
    assert told == {"client": "127.0.0.1", "scheme": "wss", "host": NAME}


def test_plain_requests_are_sent_to_https(proxy: Nginx) -> None:
    plain = Caller(proxy)
    answer = plain.get(f"http://127.0.0.1:{proxy.http}/swaps/new/?face=1", allow_redirects=False, timeout=20)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{NAME}/swaps/new/?face=1")


def test_the_certificate_is_the_names(proxy: Nginx) -> None:
    text = ssl.get_server_certificate(("127.0.0.1", proxy.https))
    assert text.startswith("-----BEGIN CERTIFICATE-----")
    assert Caller(proxy).ask("/").status_code == 200  # checked against the name and the authority


def test_what_is_sent_bit_by_bit_is_not_held_back(proxy: Nginx, upstream: Upstream) -> None:
    with Caller(proxy).ask("/slowly", stream=True) as answer:
        parts = answer.iter_content(1024)
        assert next(parts) == CHUNK[:1024]
        assert Caller(proxy).ask("/seen").status_code == 200
        rest = b"".join(parts)
    assert json.loads(rest[len(CHUNK) - 1024 :])["host"] == NAME


def test_a_body_too_large_for_anything_is_refused_in_words(proxy: Nginx) -> None:
    answer = Caller(proxy).ask("/", "POST", data=b"x" * (66 * 1024 * 1024))
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    told = answer.json()
    assert (told["status"], told["code"]) == (413, "request_too_large")
    assert f"over {WITH_PHOTOS.size // 1024**2} MB" in told["detail"]


def test_its_bounds_are_above_the_sites_own() -> None:
    text = SHIPPED.read_text()

    def bound(name: str) -> int:
        found = re.search(rf"{name}\s+(\d+)[sm];", text)
        assert found, name
        return int(found[1])

    assert bound("client_max_body_size") * 1024**2 > WITH_PHOTOS.size
    assert bound("proxy_read_timeout") > LONGEST_WAIT + 10
