"""A site in processes of its own, with a key, a place to fetch photos from and a receiver of callbacks."""

import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from tests.drawn import drawn
from tests.running_site import FAKE, RunningSite, Visitor, wait_until

TWO = ("biden.jpg", "obama.jpg")
CLIENTS = Path(__file__).parent / "clients"


class Outside:
    """The rest of the internet: serves the files of a folder and writes down what is posted to it.

    With a TLS context it does so over https, and is met as localhost.
    """

    def __init__(self, folder: Path, tls: ssl.SSLContext | None = None) -> None:
        self.folder = folder
        self.received: list[tuple[dict[str, str], Any]] = []
        self.raw: list[tuple[dict[str, str], str]] = []  # the same, bodies as they came
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = outside.folder / self.path.lstrip("/")
                body = path.read_bytes() if path.is_file() else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outside.raw.append((dict(self.headers), body.decode()))
                outside.received.append((dict(self.headers), json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"{'localhost' if tls else '127.0.0.1'}:{self.server.server_address[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def callback_of(self, task_id: str) -> dict[str, Any]:
        """The body that was posted about a task, once it was."""

        def look() -> Any:
            return next((body for _headers, body in self.received if body.get("task_id") == task_id), None)

        body: dict[str, Any] = wait_until(look, seconds=60, what=f"the callback about {task_id}")
        return body


@pytest.fixture(scope="package")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("outside")
    for name in ("obama.jpg", "obama2.jpg", "biden.jpg"):
        (folder / name).write_bytes(drawn(name).read_bytes())
    two_people(folder / "two.jpg")
    server = Outside(folder)
    yield server
    server.close()


def two_people(path: Path, photo: Callable[[str], Path] = drawn) -> None:
    """A picture of two people, the left one first: drawn ones, or those of the samples."""
    halves = [ImageOps.contain(Image.open(photo(name)).convert("RGB"), (900, 900)) for name in TWO]
    both = Image.new("RGB", (sum(half.width for half in halves), 900))
    both.paste(halves[0], (0, 0))
    both.paste(halves[1], (halves[0].width, 0))
    both.save(path, quality=92)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, outside: Outside) -> Iterator[RunningSite]:
    data = tmp_path_factory.mktemp("site")
    running = RunningSite(data, FETCH_ALLOW_HOSTS=outside.host, OPEN_ACCESS="face_swap,face_rec", **FAKE).start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def key(site: RunningSite) -> str:
    Visitor(site).sign_up("alice")
    return site.manage("issue_key", "alice", "--name", "stranger").strip()


@pytest.fixture
def own_files() -> Path | None:  # these tests keep their files in the site's own DATA_DIR
    return None


def run_client(name: str, *arguments: str) -> Any:
    """Run a client script as its author would, and return what it printed."""
    command = [sys.executable, str(CLIENTS / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)
