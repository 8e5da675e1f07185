"""The site as its users meet it: web server, worker and sweeper in processes of their own, on a free loopback port."""

import contextlib
import copy
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import psycopg
import requests

from .drawn import FOLDER
from .own_services import OwnDatabase, OwnKeys
from .photos import ROOT, SAMPLES
from .prepared import prepared, prepared_database

COMMANDS = {
    "web": ["-m", "uvicorn", "faceswap_site.asgi:application", "--no-access-log", "--log-level", "warning"],
    "worker": ["manage.py", "qcluster"],
    "sweeper": ["manage.py", "run_sweeper"],
}
SERVE = ["manage.py", "serve"]  # all three under the supervisor
# For a site whose engine and samples are drawn: its workers load no models. Not for `serve`, which fetches real ones.
FAKE = {"DJANGO_SETTINGS_MODULE": "tests.site_settings", "SAMPLES_DIR": str(FOLDER)}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(condition: Callable[[], Any], *, what: str, seconds: float = 60, every: float = 0.05) -> Any:
    """Ask `condition` until it is true, and return its answer; fail with `what` when the time is over.

    Only where the time itself is what is tested does a test give its own: all else may be slow where cores are busy.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


class RunningSite:
    """Starts and stops the processes of one site that has a DATA_DIR and a database of its own."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "DATA_DIR": str(data_dir),
            "SAMPLES_DIR": str(SAMPLES),
            "FONTS_DIR": str(ROOT / "var" / "fonts"),  # cut once for all of them
            "SECRET_KEY": "only-for-tests",
            "DJANGO_SETTINGS_MODULE": "faceswap_site.settings",
            "PORT": str(self.port),
            "WORKERS": "1",
            "SIGNUPS_A_MINUTE": "1000",
            "WELCOMES_A_DAY": "100000",
            "WELCOMES_A_NETWORK": "100000",
            "POINTS_AFTER_CONFIRMATION": "false",
            **environment,
        }
        keys = OwnKeys(self.environment.get("REDIS_URL", ""))
        self.environment["REDIS_PREFIX"] = keys.prefix
        self.database: OwnDatabase | None = None
        server = self.environment.get("DATABASE_URL", "")
        if server.startswith("postgres"):
            self.database = OwnDatabase(server).create(prepared_database(server))
            self.environment["DATABASE_URL"] = self.database.url
        self.owned = [one for one in (self.database, keys) if one is not None]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log: IO[bytes] = (data_dir / "log.txt").open("ab")
        if (data_dir / "site.sqlite3").exists():
            self.manage("prepare")
        else:
            shutil.copytree(prepared(), data_dir, dirs_exist_ok=True)

    def twin(self) -> "RunningSite":
        """The same site at another port, for a second web process; to be stopped before the first."""
        other = copy.copy(self)
        other.port, other.processes, other.owned = free_port(), {}, []
        other.url = f"http://127.0.0.1:{other.port}"
        other.environment = self.environment | {"PORT": str(other.port)}
        other.log = (self.data_dir / "log.txt").open("ab")
        return other

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it printed."""
        return self.python("manage.py", *arguments)

    def python(self, *arguments: str) -> str:
        """Run the interpreter in the site's environment and return what it printed."""
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the site's database, whichever it is."""
        if self.database is not None:
            with psycopg.connect(self.database.url) as connection:
                return connection.execute(statement.encode()).fetchall()
        with contextlib.closing(sqlite3.connect(self.data_dir / "site.sqlite3")) as database:
            return database.execute(statement).fetchall()

    def start(self, *names: str) -> "RunningSite":
        """Start some of COMMANDS, or all; a second worker is called `worker two`."""
        for name in names or tuple(COMMANDS):
            command = [sys.executable, *COMMANDS.get(name.split()[0], SERVE)]
            if name == "web":
                command += ["--port", str(self.port)]
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
            )
        if {"web", "serve"} & set(self.processes):
            self.wait_for_web()
        return self

    def wait_for_web(self) -> None:
        wait_until(self._answers, seconds=60, what="the web server to answer")

    def _answers(self) -> bool:
        try:
            return requests.get(self.url, timeout=5).status_code < 500
        except (requests.ConnectionError, requests.Timeout):
            return False

    def kill(self, name: str) -> None:
        """Kill a process and all that it started, as the kernel would when memory is short."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
        self.processes.clear()
        self.log.close()
        for service in self.owned:
            service.drop()

    def logged(self) -> str:
        return (self.data_dir / "log.txt").read_text(errors="replace")


class Visitor(requests.Session):
    """A person with nothing but an HTTP client: signs up, uploads, waits and downloads."""

    def __init__(self, site: RunningSite) -> None:
        super().__init__()
        self.site = site

    def post_form(self, path: str, data: dict[str, str] | None = None, **kwargs: Any) -> requests.Response:
        page = self.get(self.site.url + path, timeout=30)
        assert page.status_code == 200, (path, page.status_code)
        form = {"csrfmiddlewaretoken": self.cookies["csrftoken"], **(data or {})}
        return self.post(
            self.site.url + path, data=form, headers={"Referer": self.site.url + path}, timeout=60, **kwargs
        )

    def balance(self) -> int:
        page = self.get(f"{self.site.url}/swaps/new/", timeout=30)
        found = re.search(r"You have (\d+) point", page.text)
        assert found, page.text[:2000]
        return int(found[1])

    def sign_up(self, username: str) -> None:
        password = "Zq7-Kx9-Wv4-Jd2-Yp8"  # like no name: names are compared with passwords by their letters
        fields = {
            "username": username,
            "email": f"{username}@example.org",
            "password1": password,
            "password2": password,
        }
        answer = self.post_form("/accounts/signup/", fields)
        assert answer.status_code == 200 and "sessionid" in self.cookies, answer.text[:2000]

    def submit(self, face: Path, target: Path) -> str:
        """Submit a swap and return the job page's address."""
        with face.open("rb") as face_file, target.open("rb") as target_file:
            answer = self.post_form("/swaps/new/", files={"face": face_file, "target": target_file})
        assert answer.status_code == 200 and "/swaps/new/" not in answer.url, answer.text[:2000]
        return answer.url

    def status(self, job_url: str) -> str:
        page = self.get(job_url, timeout=30)
        assert page.status_code == 200, (page.status_code, self.site.logged()[-2000:])
        return page.text.split('data-status="', 1)[1].split('"', 1)[0]

    def wait(self, job_url: str, *, seconds: float = 60) -> str:
        """Wait until the job has ended and return its status."""
        ended = ("done", "failed", "cancelled")
        return str(
            wait_until(
                lambda: (status := self.status(job_url)) in ended and status, seconds=seconds, what="the job to end"
            )
        )
