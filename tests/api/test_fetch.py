"""What the client that calls strangers' addresses refuses: a table of addresses, and servers that misbehave."""

import gzip
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from faceswap_site.lib import fetch
from faceswap_site.lib.fetch import AddressRefused, FetchError, FetchTooLarge, FetchTooSlow

ADDRESSES = """
http://127.0.0.1/ http://127.1/ http://127.0.0.2/ http://0.0.0.0/ http://0/ http://localhost/ http://LOCALHOST/
http://2130706433/ http://0x7f000001/ http://017700000001/ http://0x7f.1/ http://127.0.0.1.:80/
http://10.0.0.1/ http://10.255.255.255/ http://172.16.0.1/ http://172.31.255.255/ http://192.168.0.1/
http://169.254.169.254/latest/meta-data/ http://169.254.1.1/ http://100.64.0.1/ http://100.100.100.200/
http://192.0.0.1/ http://192.0.2.1/ http://198.18.0.1/ http://198.51.100.1/ http://203.0.113.1/ http://192.88.99.1/
http://224.0.0.1/ http://239.255.255.255/ http://240.0.0.1/ http://255.255.255.255/
http://[::1]/ http://[::]/ http://[::ffff:127.0.0.1]/ http://[::ffff:10.0.0.1]/ http://[::ffff:7f00:1]/
http://[::127.0.0.1]/ http://[fe80::1]/ http://[fc00::1]/ http://[fd00:ec2::254]/ http://[fec0::1]/ http://[ff02::1]/
http://[64:ff9b::7f00:1]/ http://[64:ff9b:1::a00:1]/ http://[2002:7f00:1::]/ http://[2001:0:7f00:1::1]/
http://[2001:db8::1]/ http://[2001:20::1]/ http://[3fff::1]/ http://[5f00::1]/ http://[100::1]/
"""
NOT_FOR_US = """
file:///etc/passwd ftp://example.org/a gopher://127.0.0.1/ data:image/png;base64,AAAA //example.org/a example.org/a
http:// http:///a http://example.org:22/ http://example.org:8080/ https://example.org:0/ http://example.org:99999/
http://example.org:port/ http://user@example.org/ http://user:password@example.org/ http://example.org\\@127.0.0.1/
http://[::1
"""
PRIVATE = ADDRESSES.split()
MALFORMED = [*NOT_FOR_US.split(), "http://example.org/a b", "http://exa\r\nmple.org/", ""]


def answering(address: str) -> Callable[..., Any]:
    """A resolver that gives every name this address."""

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    return getaddrinfo


def test_the_table_is_long_enough() -> None:
    assert len(PRIVATE) + len(MALFORMED) >= 60


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_refused_for_photos_and_callbacks(url: str) -> None:
    for call in (lambda: fetch.fetch(url, max_bytes=10), lambda: fetch.post(url, b"{}", {}, seconds=5)):
        started = time.monotonic()
        with pytest.raises(FetchError) as raised:
            call()
        assert raised.value.code in ("url_refused", "fetch_failed")
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_plain_web_address_is_refused_by_its_text(url: str) -> None:
    with pytest.raises(AddressRefused):
        fetch.check_url(url)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", "::1", "fec0::1", "::ffff:169.254.169.254"])
def test_a_name_that_points_inside_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering(address))
    with pytest.raises(AddressRefused):
        fetch.fetch("http://photos.example.org/a.jpg", max_bytes=10)


def test_a_public_address_passes() -> None:
    assert fetch.public_address("93.184.215.14", 80) == "93.184.215.14"
    assert fetch.public_address("2606:4700::1111", 443) == "2606:4700::1111"


def test_a_name_is_resolved_once_and_the_judged_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    connected: list[Any] = []

    def rebinding(host: str, port: int, *rest: Any, **named: Any) -> list[Any]:
        # What is an address already is no name to be resolved.
        resolved: list[Any] = answering(host if host[0].isdigit() else next(answers))(host, port)
        return resolved

    def connect(self: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(FetchError):
        fetch.fetch("http://rebinding.example.org/", max_bytes=10)
    assert connected == [("93.184.215.14", 80)]


def whole_request(connection: socket.socket) -> bytes:
    """Head and body; a server that leaves part of a body unread cuts its own answer off. Of TLS the first bytes."""
    request = b""
    while b"\r\n\r\n" not in request and not request.startswith(b"\x16") and (more := connection.recv(65536)):
        request += more
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", request)
    whole = request.find(b"\r\n\r\n") + 4 + int(length[1] if length else 0)
    while len(request) < whole and (more := connection.recv(65536)):
        request += more
    return request


@contextmanager
def server(
    answer: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None, requests: list[bytes] | None = None
) -> Iterator[str]:
    """A server that treats every connection as `answer` does, over TLS where it has a context; gives its host and port.

    What it is asked is added to `requests`.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _address = listener.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    if tls is not None:
                        connection = tls.wrap_socket(connection, server_side=True)
                    with connection:
                        request = whole_request(connection)
                        if requests is not None:
                            requests.append(request)
                        answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def reply(head: str, body: bytes = b"") -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)


def fetched(host: str, settings: Any, **limits: Any) -> bytes:
    settings.FETCH_ALLOW_HOSTS = [host]
    return fetch.fetch(f"http://{host}/photo", **{"max_bytes": 100_000, **limits})


def test_a_named_private_host_is_let_through_and_no_other_port_of_it(settings: Any) -> None:
    with server(reply("HTTP/1.1 200 OK\nContent-Length: 5", b"hello")) as host:
        assert fetched(host, settings) == b"hello"
        settings.FETCH_ALLOW_HOSTS = ["127.0.0.1:1"]
        with pytest.raises(AddressRefused):
            fetch.fetch(f"http://{host}/photo", max_bytes=10)


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_a_redirect_inside_is_refused_at_every_hop(hops: int, settings: Any) -> None:
    left = [hops]

    def redirect(connection: socket.socket) -> None:
        left[0] -= 1
        target = f"http://{host}/{left[0]}" if left[0] else "http://169.254.169.254/latest/"
        reply(f"HTTP/1.1 302 Found\nLocation: {target}\nContent-Length: 0")(connection)

    with server(redirect) as host, pytest.raises(AddressRefused):
        fetched(host, settings)


def test_the_fourth_redirect_is_not_followed(settings: Any) -> None:
    with (
        server(lambda c: reply(f"HTTP/1.1 301 Moved\nLocation: http://{host}/\nContent-Length: 0")(c)) as host,
        pytest.raises(FetchError, match="more than 3"),
    ):
        fetched(host, settings)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b"x")
        time.sleep(0.1)


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        connection.sendall(f"X-{number}: x\r\n".encode())
        time.sleep(0.1)


def silence(connection: socket.socket) -> None:
    time.sleep(3)


@pytest.mark.parametrize("behaviour", [drip, drip_headers, silence])
def test_a_slow_server_is_left_when_the_time_is_over(behaviour: Any, settings: Any) -> None:
    started = time.monotonic()
    with server(behaviour) as host, pytest.raises(FetchTooSlow):
        fetched(host, settings, seconds=1.0)
    assert time.monotonic() - started < 5


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


THREE_GB = reply("HTTP/1.1 200 OK\nContent-Length: 3221225472", b"x" * 1000)


@pytest.mark.parametrize("behaviour", [THREE_GB, endless], ids=["announced", "endless"])
def test_a_large_body_is_not_read(behaviour: Any, settings: Any) -> None:
    with server(behaviour) as host, pytest.raises(FetchTooLarge):
        fetched(host, settings)


def test_a_compressed_body_is_not_unpacked(settings: Any) -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    head = f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(bomb)}"
    with server(reply(head, bomb)) as host, pytest.raises(FetchError, match="compressed"):
        fetched(host, settings)


def test_proxies_of_the_environment_are_not_asked(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with server(reply("HTTP/1.1 200 OK\nContent-Length: 2", b"ok")) as host:
        assert fetched(host, settings) == b"ok"


def test_an_error_of_the_server_is_told(settings: Any) -> None:
    with server(reply("HTTP/1.1 404 Not Found\nContent-Length: 0")) as host, pytest.raises(FetchError, match="404"):
        fetched(host, settings)


@pytest.mark.parametrize(
    "call", [lambda url: fetch.fetch(url, max_bytes=10), lambda url: fetch.post(url, b"", {}, seconds=5)]
)
def test_where_nothing_listens_it_is_told_as_that_and_not_as_slowness(
    call: Callable[[str], Any], settings: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    settings.FETCH_ALLOW_HOSTS = [host]
    with pytest.raises(FetchError, match="Nothing listens") as raised:
        call(f"http://{host}/")
    assert raised.value.code == "fetch_failed"
