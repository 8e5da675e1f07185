"""A site whose processes are killed: submits jobs by the API, and looks at the books afterwards."""

import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from tests.photos import ROOT, sample
from tests.running_site import RunningSite, wait_until

SIDE = 360  # of the photos: the engine's work is not what is tested here
SECONDS_TO_TIDY = 30  # after the last job's end
ENDED = {"done", "failed", "cancelled"}


def small(name: str) -> str:
    """A sample portrait at a size that costs little, in base64."""
    out = io.BytesIO()
    with Image.open(sample(name)) as image:
        image.thumbnail((SIDE, SIDE))
        image.convert("RGB").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


@contextmanager
def photo_server() -> Iterator[tuple[str, str]]:
    """A web server with the small photos; gives its host and its address."""

    class Photos(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = base64.b64decode(small(self.path.strip("/")))
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """The table is all that is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Photos) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        try:
            yield host, f"http://{host}"
        finally:
            server.shutdown()


class FaultySite(RunningSite):
    """A running site with an account, a key and a folder of faults that are due."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.faults = data_dir / "faults"
        self.faults.mkdir(parents=True)
        settings = {
            "FAULTS": str(self.faults),
            "PYTHONPATH": f"{ROOT / 'tests' / 'faults' / 'inject'}:{ROOT}",
            "JOB_LEASE_SECONDS": "5",
            "JOB_MAX_ATTEMPTS": "10",
            "WORKERS": "2",
            "RATE_LIMIT_KEY": "1000000",
            "DJANGO_SUPERUSER_PASSWORD": "a-password-for-tests",
            **environment,
        }
        super().__init__(data_dir, **settings)
        self.manage("createsuperuser", "--noinput", "--username", "alice", "--email", "alice@example.org")
        self.manage("grant_points", "alice", "1000000", "--reason", "tests")
        self.key = self.manage("issue_key", "alice", "--name", "faults").strip()
        self.headers = {"Authorization": f"Bearer {self.key}"}
        self.body = {"face": {"base64": small("obama.jpg")}, "target": {"base64": small("biden.jpg")}}

    def submit(self, **more: Any) -> str:
        """Send one job; its id. Raises requests.ConnectionError where the web process dies of it."""
        answer = requests.post(f"{self.url}/api/v1/swaps", json=self.body | more, headers=self.headers, timeout=60)
        if answer.status_code == 503:  # nothing was accepted: a busy machine says when to come back
            time.sleep(int(answer.headers["Retry-After"]))
            return self.submit(**more)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def submit_many(self, count: int) -> list[str]:
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda _: self.submit(), range(count)))

    def due(self, point: str, what: str = "any") -> None:
        (self.faults / f"{point}.{what}").touch()

    def still_due(self) -> int:
        return sum(1 for _ in self.faults.iterdir())

    def books(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.python("-m", "tests.faults.books"))
        return answer

    def works_now(self) -> bool:
        return bool(self.books()["status"].get("running"))

    def wait_for_all(self, count: int, *, seconds: float) -> dict[str, Any]:
        """Wait until `count` jobs have ended and their last worker has tidied up; return the books as they are then."""
        deadline = time.monotonic() + seconds
        while self.ended() < count and time.monotonic() < deadline:
            time.sleep(0.2)
        books = self.books()  # costs a process: asked for when there is something to tell
        while time.monotonic() < deadline:
            ended = sum(books["status"].get(status, 0) for status in ENDED)
            if ended >= count and not books["orphan files"]:
                break
            if ended >= count:
                deadline = min(deadline, time.monotonic() + SECONDS_TO_TIDY)
            time.sleep(1)
            books = self.books()
        return books

    def ended(self) -> int:
        """How many jobs have ended."""
        ((count,),) = self.query(f"SELECT COUNT(*) FROM swaps_swapjob WHERE status IN {tuple(sorted(ENDED))}")
        return int(count)

    def wait_for_the_sweep(self) -> None:
        """Wait until the sweeper has dealt with what was being written when its writer was killed."""
        wait_until(
            lambda: self.query("SELECT COUNT(*) FROM swaps_incomingfiles") == [(0,)],
            seconds=30 * int(self.environment["JOB_LEASE_SECONDS"]),
            what="the sweep of abandoned files",
        )
