"""A DATA_DIR, and a database, as `manage.py prepare` leaves them, made once a test run: its sites begin with a copy."""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from .own_services import OwnDatabase
from .photos import ROOT

PLACE = "PREPARED_DIR"


def share() -> Path:
    """Agree on a place: the first process to ask makes it, those it starts find its name in their environment."""
    if PLACE not in os.environ:
        os.environ[PLACE] = tempfile.mkdtemp(prefix="faceswap-prepared-")
        atexit.register(_tidy, Path(os.environ[PLACE]))
    return Path(os.environ[PLACE])


def _tidy(place: Path) -> None:
    for made in place.glob("database.*"):
        OwnDatabase(server=made.read_text(), name=made.suffix[1:]).drop()
    shutil.rmtree(place, ignore_errors=True)


@cache
def prepared() -> Path:
    """The folder to copy; whoever comes first makes it, and the others wait for that."""
    site = share() / "site"
    with _alone():
        if not site.exists():
            making = share() / "making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            _prepare(making)
            making.rename(site)
    return site


@cache
def prepared_database(server: str) -> str:
    """The name of a database on this PostgreSQL server to make others from."""
    folder = prepared()
    with _alone():
        made = next(share().glob("database.*"), None)
        if made is None:
            database = OwnDatabase(server=server).create()
            _prepare(folder, DATABASE_URL=database.url)
            made = share() / f"database.{database.name}"
            made.write_text(server)
    return made.suffix[1:]


@contextmanager
def _alone() -> Iterator[None]:
    with (share() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare(folder: Path, **environment: str) -> None:
    own = {"DATA_DIR": str(folder), "SECRET_KEY": "only-for-tests", "DJANGO_SETTINGS_MODULE": "faceswap_site.settings"}
    others = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "manage.py", "prepare"]
    subprocess.run(command, cwd=ROOT, env=others | own | environment, check=True, capture_output=True)
