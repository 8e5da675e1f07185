"""A running site with the live part, and people who come to it with python-socketio's client."""

import contextlib
import os
import queue
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import engineio
import pytest
import redis
import requests
import socketio

from tests.photos import sample
from tests.running_site import RunningSite, Visitor, free_port, wait_until


class InOrder(engineio.Client):  # type: ignore[misc]
    """Hands over one message after the other: in a thread each, as the library does it, bytes overtake their header."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.line = ThreadPoolExecutor(1)

    def _trigger_event(self, event: str, *args: Any, run_async: bool = False, **options: Any) -> Any:
        if run_async:
            return self.line.submit(super()._trigger_event, event, *args, **options)
        return super()._trigger_event(event, *args, **options)


class Client(socketio.Client):  # type: ignore[misc]
    def _engineio_client_class(self) -> type[engineio.Client]:
        return InOrder


class Camera(Visitor):
    """A person, signed up under a name or a guest, whose Socket.IO client keeps all that it is told."""

    def __init__(self, site: RunningSite, name: str = "") -> None:
        super().__init__(site)
        if name:
            self.sign_up(name)
        else:  # a guest, who has a session as soon as they have seen the page
            assert self.get(site.url + "/live/", timeout=60).status_code == 200
        self.client = Client(reconnection=False)
        self.told: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.gone = False
        for event in ("processed_frame", "status_update"):
            self.client.on(event, lambda data, event=event: self.told.put((event, data)))
        self.client.on("disconnect", lambda *reason: self.told.put(("disconnect", None)))
        self.client.on("connect_error", lambda data=None: self.told.put(("connect_error", data)))

    def connect(self, transports: list[str] | None = None, **headers: str) -> "Camera":
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)
        headers |= {"Cookie": cookies} if cookies else {}
        self.client.connect(self.site.url, headers=headers, transports=transports or ["websocket"], wait_timeout=60)
        return self

    def comes_in(self) -> bool:
        """Whether there is a place; who is refused waits in the queue, before everyone else, for some seconds."""
        try:
            self.connect()
        except socketio.exceptions.ConnectionError:
            return False
        return True

    def upload(self, photo: Path | None = None, **kwargs: Any) -> requests.Response:
        with (photo or sample("biden.jpg")).open("rb") as file:
            return self.post(self.site.url + "/upload_source", files={"image": file}, timeout=60, **kwargs)

    def show(self, frame: Any) -> Any:
        """Send one frame, again where it came too soon after the last one and was dropped; return the answer to it."""
        for _ in range(40):
            self.client.emit("process_frame", frame)
            with contextlib.suppress(queue.Empty):
                return self.next("processed_frame", seconds=0.5)
        raise AssertionError("no answer to 40 frames")

    def next(self, event: str, seconds: float = 60) -> Any:
        """Wait for an event of a kind and return its payload; others that come before it are passed over."""
        while True:
            name, data = self.told.get(timeout=seconds)
            if name == event:
                return data

    def figures(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.get(self.site.url + "/status", timeout=20).json()
        return answer

    def leave(self) -> None:
        if self.client.connected and self.client.transport() == "polling":
            # Its own goodbye waits for its last poll to end, with the next ping: say it for it ("41" is a disconnect).
            where = f"{self.site.url}/socket.io/?EIO=4&transport=polling&sid={self.client.eio.sid}"
            requests.post(where, data="41", timeout=20)
            self.client.eio.disconnect(abort=True)
        else:
            self.client.disconnect()


# Two places, open to guests, and one minute for everyone who signs up.
SETTINGS = {
    "LIVE_MAX_FPS": "60",
    "LIVE_MAX_SESSIONS": "2",
    "OPEN_ACCESS": "live",
    "POINTS_SIGNUP": "1",
    "RATE_LIMIT_LIVE_FACE": "1000",
}


@pytest.fixture(scope="package")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """One site for all tests that leave their place when they end."""
    site = RunningSite(tmp_path_factory.mktemp("live"), **SETTINGS).start("web")
    yield site
    site.stop()


@pytest.fixture(scope="package")
def redis_url() -> Iterator[str]:
    path = shutil.which("redis-server")
    if path is None:
        reason = "no redis-server on PATH: what processes share can't be tried"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    port = free_port()
    server = subprocess.Popen(
        [path, "--port", str(port), "--bind", "127.0.0.1", "--save", ""], stdout=subprocess.DEVNULL
    )
    client = redis.Redis(port=port)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    wait_until(answers, what="redis to answer")
    client.close()
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


@pytest.fixture
def own_live_site(tmp_path: Path) -> Iterator[RunningSite]:
    """A site for a test that needs all the places."""
    site = RunningSite(tmp_path, **SETTINGS).start("web")
    yield site
    site.stop()


@pytest.fixture
def camera() -> Iterator[Callable[..., Camera]]:
    with contextlib.ExitStack() as everyone_leaves:

        def make(site: RunningSite, name: str = "") -> Camera:
            made = Camera(site, name)
            everyone_leaves.callback(made.leave)
            return made

        yield make


@pytest.fixture
def own_files() -> Path | None:  # these tests keep their files in the site's own DATA_DIR
    return None
