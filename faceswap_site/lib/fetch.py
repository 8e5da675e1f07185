"""The one HTTP client that calls addresses which strangers named: public hosts only, within limits of time and size.

A host is resolved once, at the moment of connecting, and the connection goes to the address that was judged, so a
name that changes its answer between the check and the call gains nothing. The name stays what TLS asks for and what the
certificate is checked against. Redirects are followed by hand, and each is judged anew. urllib3 alone knows nothing of
proxies, cookies or netrc from the environment.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from django.conf import settings
from requests_hardened.ip_filter import get_ip_address
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.connection import create_connection

from . import tls
from .errors import DomainError
from .numbers import whole_number

Result = TypeVar("Result")
SECONDS = 10.0
SECONDS_TO_CONNECT = 5.0
MAX_REDIRECTS = 3
MOST_CHARACTERS = 2000
PORTS = {"http": 80, "https": 443}
USER_AGENT = "faceswap-site (+photo fetch)"
# What the standard library still calls public, or what leads elsewhere: site-local, 6to4, Teredo, NAT64.
NEVER = tuple(
    ipaddress.ip_network(text) for text in ("fec0::/10", "2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")
)


class FetchError(DomainError):
    code = "fetch_failed"


class AddressRefused(FetchError):
    code = "url_refused"


class FetchTooSlow(FetchError):
    code = "fetch_timeout"


class FetchTooLarge(FetchError):
    code = "fetch_too_large"


@dataclass
class Call:
    """One call with all its hops: when it must be over, and the sockets to cut when it isn't."""

    seconds: float
    started: float = field(default_factory=time.monotonic)
    sockets: list[socket.socket] = field(default_factory=list)

    @property
    def left(self) -> float:
        return self.started + self.seconds - time.monotonic()

    def cut(self) -> None:
        """Wake whoever reads from these connections: a server that sends a byte now and then outlives any timeout."""
        for connection in self.sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def fetch(url: str, *, max_bytes: int, seconds: float = SECONDS) -> bytes:
    """GET a body of at most `max_bytes` within `seconds` overall, following at most three redirects."""

    def run(call: Call) -> bytes:
        target = url
        for _hop in range(MAX_REDIRECTS + 1):
            with _send(call, "GET", target, b"", {}) as response:
                if response.status in (301, 302, 303, 307, 308) and "Location" in response.headers:
                    target = urljoin(target, response.headers["Location"])
                    continue
                if response.status != 200:
                    raise FetchError(case="status", n=response.status)
                return _body(call, response, max_bytes)
        raise FetchError(case="redirects", n=MAX_REDIRECTS)

    return _within(seconds, run)


def post(url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> int:
    """POST a body and return the answer's status. A redirect is an answer like any other and isn't followed."""

    def run(call: Call) -> int:
        with _send(call, "POST", url, body, headers) as response:
            return int(response.status)

    return _within(seconds, run)


def check_url(url: str) -> SplitResult:
    """Split an address that may be called. Raises AddressRefused for one whose text alone shows that it may not."""
    if len(url) > MOST_CHARACTERS:
        raise AddressRefused(case="long", n=MOST_CHARACTERS)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise AddressRefused from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise AddressRefused(case="scheme")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(case="password")
    if any(character.isspace() or ord(character) < 32 or character == "\\" for character in url.strip()):
        raise AddressRefused(case="characters")
    if _is_named(parts):
        return parts
    if port not in (None, 80, 443):
        raise AddressRefused(case="port", host=parts.hostname, port=port)
    if _is_literal(parts.hostname):
        public_address(parts.hostname, port or PORTS[parts.scheme])
    return parts


def _is_named(parts: SplitResult) -> bool:
    """Whether the operator lets this private host through (FETCH_ALLOW_HOSTS)."""
    return f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}" in settings.FETCH_ALLOW_HOSTS


def _is_literal(host: str) -> bool:
    """Whether a host is an address, in whatever spelling, or this very machine: judged without asking anyone."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if host.rstrip(".").rpartition(".")[2] == "localhost":
            return True
        try:
            socket.inet_aton(host.rstrip("."))  # 127.1, 0x7f000001 and their like
        except OSError:
            return False
    return True


def public_address(host: str, port: int) -> str:
    """Resolve a host and return the address to connect to. Raises AddressRefused where that isn't a public one."""
    try:
        address, _port = get_ip_address(host, port, allow_loopback=False)
    except (OSError, UnicodeError, ValueError) as error:
        # requests-hardened's own refusal is an OSError too
        if isinstance(error, (socket.gaierror, UnicodeError)):
            raise FetchError(case="no_host", host=host) from error
        raise AddressRefused(case="not_public", host=host, port=port) from error
    refused = any(address in network for network in NEVER if network.version == address.version)
    if refused or not address.is_global or address.is_multicast or address.is_reserved:
        raise AddressRefused(case="not_public", host=host, port=port)
    return str(address)


def _within(seconds: float, run: Callable[[Call], Result]) -> Result:
    """Run a call in a thread of its own, and cut its connections when its time is over."""
    call = Call(seconds)
    executor = ThreadPoolExecutor(1, thread_name_prefix="fetch")
    try:
        return executor.submit(run, call).result(timeout=seconds)
    except (FutureTimeout, urllib3.exceptions.TimeoutError):
        raise _too_slow(seconds) from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise FetchError() from error
    finally:
        call.cut()
        executor.shutdown(wait=False)


@contextmanager
def _send(
    call: Call, method: str, url: str, body: bytes, headers: dict[str, str]
) -> Iterator[urllib3.BaseHTTPResponse]:
    parts = check_url(url)
    pool = _pool(call, parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | headers
    try:
        response = pool.urlopen(
            method,
            target,
            body=body or None,
            headers=fields,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            yield response
        finally:
            response.close()
    except urllib3.exceptions.SSLError as error:
        raise FetchError(host=parts.hostname, **tls.why_refused(error)) from error
    finally:
        pool.close()


def _pool(call: Call, parts: SplitResult) -> urllib3.HTTPConnectionPool:
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    limits = urllib3.Timeout(read=call.seconds)
    named = _is_named(parts)
    base: type[HTTPConnection] = HTTPSConnection if parts.scheme == "https" else HTTPConnection

    class GuardedConnection(base):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> socket.socket:
            address = host if named else public_address(host, port)
            connection = _connect(address, port, host=host, seconds=min(SECONDS_TO_CONNECT, call.seconds))
            connection.settimeout(max(0.1, call.left))  # for TLS, whose handshake comes next
            call.sockets.append(connection.dup())  # TLS takes the socket itself over
            return connection

    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        context = tls.trusting(settings.FETCH_CA_FILE)
        pool = urllib3.HTTPSConnectionPool(host, port, timeout=limits, maxsize=1, ssl_context=context)
    else:
        pool = urllib3.HTTPConnectionPool(host, port, timeout=limits, maxsize=1)
    pool.ConnectionCls = GuardedConnection
    return pool


def _connect(address: str, port: int, *, host: str, seconds: float) -> socket.socket:
    """Connect to the address of a host, whose name is for the sentence of an error."""
    try:
        return create_connection((address, port), seconds, socket_options=HTTPConnection.default_socket_options)
    except socket.gaierror as error:
        raise FetchError(case="no_host", host=host) from error
    except ConnectionRefusedError as error:
        raise FetchError(case="no_server", host=host, port=port) from error
    except TimeoutError as error:
        raise _too_slow(seconds) from error
    except OSError as error:
        raise FetchError(case="unreachable", host=host) from error


def _too_slow(seconds: float) -> FetchTooSlow:
    return FetchTooSlow(n=seconds)


def _body(call: Call, response: urllib3.BaseHTTPResponse, max_bytes: int) -> bytes:
    """Read a body as it lies on the wire, never more than one read over the limit."""
    too_large = FetchTooLarge(n=max_bytes // 1024 // 1024)
    if response.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise FetchError(case="compressed")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and whole_number(length, most=max_bytes) is None:
        raise too_large
    data = bytearray()
    for chunk in response.stream(64 * 1024, decode_content=False):
        data += chunk
        if len(data) > max_bytes:
            raise too_large
        if call.left <= 0:
            break
    return bytes(data)
