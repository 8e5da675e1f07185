"""Who is refused while they still send gets the answer, and not a broken connection."""

import http.client
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from faceswap_site.lib.http import lingering
from faceswap_site.lib.http.bodies import BoundedBodies, Limit
from faceswap_site.lib.http.waiting import Receive, Scope, Send
from tests.running_site import free_port, wait_until

BODY = b"x" * 20_000_000  # more than what buffers on the way take


async def unread(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers without reading anything."""
    await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"3")]})
    await send({"type": "http.response.body", "body": b"key"})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    limits = {"/refused": Limit(1000), "/strangers": Limit(1000, unread=True)}
    layer = BoundedBodies(unread, limit_of=lambda scope: limits[scope["path"]])
    config = uvicorn.Config(layer, port=free_port(), log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, seconds=30, what="the server to start")
    yield config.port
    server.should_exit = True
    thread.join(20)


@pytest.mark.parametrize(("path", "status"), [("/refused", 413), ("/strangers", 401)])
def test_the_answer_arrives_although_the_body_is_not_wanted(port: int, path: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, BODY)
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Connection"]) == (status, "close")
    assert answer.read()
    assert connection.sock is None, "the connection goes on"


def test_whoever_says_nothing_more_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lingering, "SECONDS_OF_SILENCE", 0.05)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", "/refused")
    connection.putheader("Content-Length", "2000")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    answer.read()
    assert answer.isclosed()
