"""A bad setting stops the start with one sentence that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "faceswap_site.settings"}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eight"),
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "mysql://host/name"),
        ("EMAIL_URL", "pigeon://host"),
        ("OPEN_ACCESS", "everything"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("API_CORS_ORIGINS", "app.example.org"),
        ("API_CORS_ORIGINS", "https://app.example.org/page"),
        ("API_CORS_ORIGINS", "*,https://app.example.org"),
        ("DATA_DIR", "/proc/nothing/here"),
        ("POINTS_SIGNUP", "-1"),
        ("SITE_URL", "faces.example.org"),
        ("KNOWN_FACES_SEARCH", "pgvector"),
        ("FETCH_CA_FILE", "/nothing/here.pem"),
        ("FETCH_CA_FILE", "/proc/version"),
        ("FETCH_CA_FILE", "/tmp"),
    ],
)
def test_the_sentence_names_the_setting(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"The site can't start: {name} ")
    assert "Traceback" not in done.stderr


def test_with_debug_off_there_must_be_a_secret_key(tmp_path: Path) -> None:
    done = start(tmp_path, DEBUG="false")
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr


@pytest.mark.long
def test_a_local_installation_keeps_a_secret_of_its_own(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    kept = tmp_path / "secret_key"
    first = kept.read_text()
    assert len(first) >= 50
    assert kept.stat().st_mode & 0o077 == 0
    assert start(tmp_path).returncode == 0
    assert kept.read_text() == first


@pytest.mark.parametrize(
    "asks", [{"DEBUG": "false", "SECRET_KEY": "only-for-tests"}, {"EMAIL_URL": "smtp://127.0.0.1:25"}]
)
@pytest.mark.long
def test_where_letters_are_sent_the_site_must_know_its_address(tmp_path: Path, asks: dict[str, str]) -> None:
    done = start(tmp_path, **asks)
    assert done.returncode == 1
    assert "SITE_URL is not set" in done.stderr
    assert start(tmp_path, **asks, SITE_URL="https://faces.example.org").returncode == 0
