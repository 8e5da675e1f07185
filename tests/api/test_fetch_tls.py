"""Photos and callbacks over real TLS: the judged address is called, the name is asked for and checked."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import translation
from pytest import MonkeyPatch

from accounts.models import User
from faceswap_site.lib import fetch, tls
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.fetch import AddressRefused, FetchError, FetchTooSlow
from swaps.models import WebhookDelivery
from tests.authority import Authority

from .test_fetch import answering, reply, server
from .test_webhooks import ended, try_now

NAME = "photos.example.org"
PUBLIC = "93.184.215.14"
OK = reply("HTTP/1.1 200 OK\nContent-Length: 5", b"hello")

CALLS: dict[str, Callable[[str], Any]] = {
    "photo": lambda url: fetch.fetch(url, max_bytes=100),
    "callback": lambda url: fetch.post(url, b"{}", {"Content-Type": "application/json"}, seconds=5),
}
SHORT_CALLS: dict[str, Callable[[str], Any]] = {
    "photo": lambda url: fetch.fetch(url, max_bytes=100, seconds=0.5),
    "callback": lambda url: fetch.post(url, b"{}", {}, seconds=0.5),
}
ANSWERS = {"photo": b"hello", "callback": 200}
both = pytest.mark.parametrize("kind", CALLS)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def trusted(authority: Authority, settings: Any) -> None:
    settings.FETCH_CA_FILE = str(authority.file)


def redirect(url: str) -> Callable[[socket.socket], None]:
    return reply(f"HTTP/1.1 302 Found\nLocation: {url}\nContent-Length: 0")


class Seen:
    """What a server saw of its callers: the names they asked for, their requests, the addresses they called."""

    def __init__(self) -> None:
        self.names: list[str | None] = []
        self.requests: list[bytes] = []
        self.called: list[Any] = []


@contextmanager
def public_server(
    tls: ssl.SSLContext, monkeypatch: MonkeyPatch, *, resolver: Callable[..., Any] | None = None
) -> Iterator[Seen]:
    """A TLS server on the loopback that callers meet at whatever address they call, by default at PUBLIC."""
    seen = Seen()
    tls.sni_callback = lambda _connection, name, _context: seen.names.append(name)
    connect = socket.socket.connect
    with server(OK, tls, seen.requests) as host:

        def connect_here(self: socket.socket, address: Any) -> None:
            seen.called.append(address[:2])
            connect(self, ("127.0.0.1", int(host.rpartition(":")[2])))

        with monkeypatch.context() as patched:
            patched.setattr(socket, "getaddrinfo", resolver or answering(PUBLIC))
            patched.setattr(socket.socket, "connect", connect_here)
            yield seen


@both
def test_the_judged_address_is_called_and_the_name_is_asked_for(
    kind: str, authority: Authority, monkeypatch: MonkeyPatch
) -> None:
    with public_server(authority.serving(NAME), monkeypatch) as seen:
        assert CALLS[kind](f"https://{NAME}/a.jpg") == ANSWERS[kind]
    assert seen.called == [(PUBLIC, 443)]
    assert seen.names == [NAME]
    assert f"\r\nHost: {NAME}\r\n".encode() in seen.requests[0]


@both
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"name": "other.example.org"}, "not valid for 'photos.example.org'"),
        ({"name": PUBLIC}, "not valid for 'photos.example.org'"),
        ({"name": NAME, "self_signed": True}, "FETCH_CA_FILE"),
        ({"name": NAME, "days_ago": 1}, "expired"),
    ],
    ids=["another name", "its address", "self-signed", "expired"],
)
def test_a_certificate_that_is_not_trusted_is_told_as_that(
    kind: str, fault: dict[str, Any], words: str, authority: Authority, monkeypatch: MonkeyPatch
) -> None:
    with public_server(authority.serving(**fault), monkeypatch) as seen, pytest.raises(FetchError) as raised:
        CALLS[kind](f"https://{NAME}/a.jpg")
    assert raised.value.code == "fetch_failed"
    told = str(raised.value)
    assert f"The certificate of {NAME} is not trusted: " in told and words in told
    assert not any(seen.requests)
    with translation.override("zh-hans"):
        assert not re.search(r"[a-z]+ [a-z]+", spoken(raised.value))


@both
def test_without_the_setting_the_authority_is_not_trusted(
    kind: str, authority: Authority, monkeypatch: MonkeyPatch, settings: Any
) -> None:
    settings.FETCH_CA_FILE = ""
    with public_server(authority.serving(NAME), monkeypatch), pytest.raises(FetchError, match="FETCH_CA_FILE"):
        CALLS[kind](f"https://{NAME}/a.jpg")


def test_the_setting_adds_to_what_the_system_trusts(authority: Authority) -> None:
    system = {authority["serialNumber"] for authority in tls.trusting("").get_ca_certs()}
    both_of_them = {authority["serialNumber"] for authority in tls.trusting(str(authority.file)).get_ca_certs()}
    assert system < both_of_them


@both
def test_a_name_that_changes_its_answer_gains_nothing(
    kind: str, authority: Authority, monkeypatch: MonkeyPatch
) -> None:
    answers = iter([PUBLIC, "127.0.0.1", "127.0.0.1"])

    def rebinding(host: str, port: int, *rest: Any, **named: Any) -> list[Any]:
        # What is an address already is no name to be resolved.
        resolved: list[Any] = answering(host if host[0].isdigit() else next(answers))(host, port)
        return resolved

    with public_server(authority.serving(NAME), monkeypatch, resolver=rebinding) as seen:
        assert CALLS[kind](f"https://{NAME}/a.jpg") == ANSWERS[kind]
        with pytest.raises(AddressRefused):
            CALLS[kind](f"https://{NAME}/a.jpg")
    assert seen.called == [(PUBLIC, 443)]


@both
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_host_that_is_let_through_speaks_https_too(kind: str, name: str, authority: Authority, settings: Any) -> None:
    with server(OK, authority.serving(name)) as host:
        address = host.replace("127.0.0.1", name)
        settings.FETCH_ALLOW_HOSTS = [address]
        assert CALLS[kind](f"https://{address}/a.jpg") == ANSWERS[kind]


@both
def test_a_host_that_is_let_through_must_be_itself(kind: str, authority: Authority, settings: Any) -> None:
    with server(OK, authority.serving(NAME)) as host:
        settings.FETCH_ALLOW_HOSTS = [host]
        with pytest.raises(FetchError, match=r"not valid for '127\.0\.0\.1'"):
            CALLS[kind](f"https://{host}/a.jpg")


def test_a_redirect_from_http_to_https_is_followed_and_judged(authority: Authority, settings: Any) -> None:
    with server(OK, authority.serving("127.0.0.1")) as safe, server(redirect(f"https://{safe}/a.jpg")) as plain:
        settings.FETCH_ALLOW_HOSTS = [plain, safe]
        assert CALLS["photo"](f"http://{plain}/a.jpg") == b"hello"
        settings.FETCH_ALLOW_HOSTS = [plain]
        with pytest.raises(AddressRefused):
            CALLS["photo"](f"http://{plain}/a.jpg")
        settings.FETCH_ALLOW_HOSTS, settings.FETCH_CA_FILE = [plain, safe], ""
        with pytest.raises(FetchError, match="is not trusted"):
            CALLS["photo"](f"http://{plain}/a.jpg")


def test_a_callback_is_not_led_on_from_http_to_https(authority: Authority, settings: Any) -> None:
    asked: list[bytes] = []
    with server(OK, authority.serving("127.0.0.1"), asked) as safe, server(redirect(f"https://{safe}/")) as plain:
        settings.FETCH_ALLOW_HOSTS = [plain, safe]
        assert CALLS["callback"](f"http://{plain}/") == 302
    assert not asked


@both
def test_a_server_without_tls_is_told_as_that(kind: str, settings: Any) -> None:
    with server(OK) as host:
        settings.FETCH_ALLOW_HOSTS = [host]
        with pytest.raises(FetchError, match=r"does not speak https"):
            CALLS[kind](f"https://{host}/a.jpg")


@both
def test_a_handshake_that_never_comes_is_left_in_time(kind: str, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        settings.FETCH_ALLOW_HOSTS = [host]
        with pytest.raises(FetchTooSlow):
            SHORT_CALLS[kind](f"https://{host}/a.jpg")


@pytest.mark.django_db
def test_a_delivery_over_https_arrives_and_one_to_a_stranger_says_why(
    authority: Authority, settings: Any, alice: User, monkeypatch: MonkeyPatch
) -> None:
    with public_server(authority.serving(NAME), monkeypatch):
        delivery = ended(alice, f"https://{NAME}/hook")
        assert try_now(delivery).state == "delivered"
        settings.FETCH_CA_FILE = ""
        WebhookDelivery.objects.update(state="pending")
        assert try_now(delivery).state == "pending"
    assert f"The certificate of {NAME} is not trusted" in str(delivery.attempts.last())
