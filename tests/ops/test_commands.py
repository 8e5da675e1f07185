"""Commands about a site that is not there, or not prepared, say so and leave nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.photos import ROOT


def run(data_dir: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "faceswap_site.settings"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "command", [("issue_key", "admin", "--name", "first"), ("grant_points", "admin", "5", "--reason", "more")]
)
def test_without_a_site_there_is_a_sentence_and_no_folder(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = run(tmp_path / "var", *command)
    assert done.returncode == 1
    assert done.stderr == (
        "There is no site here yet: start it with `make run`, or set DATA_DIR to where yours lies.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_is_named_as_that(tmp_path: Path) -> None:
    done = run(tmp_path, "issue_key", "admin", "--name", "first", DATABASE_URL=f"sqlite:///{tmp_path}/other.sqlite3")
    assert done.returncode == 1
    assert done.stderr == "The database is not prepared for this version: run `manage.py prepare`.\n"
