"""With the environment that docs/deploy.md asks for, Django finds nothing to say, and browsers are kept to https."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.photos import ROOT
from tests.prepared import prepared

PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "a-key-for-the-tests-of-production-that-is-long-enough-0123456789",
    "ALLOWED_HOSTS": "faces.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://faces.example.org",
    "SITE_URL": "https://faces.example.org",
    "SECURE_TLS": "true",
    "BEHIND_PROXY": "true",
}
VISIT = """
import django, json
django.setup()
from django.test import Client
names = {"HTTP_HOST": "faces.example.org"}
plain = Client().get("/healthz", **names)
client = Client()
page = client.get("/accounts/login/", HTTP_X_FORWARDED_PROTO="https", **names)
print(json.dumps({
    "plain": [plain.status_code, plain["Location"]],
    "headers": {name.lower(): value for name, value in page.headers.items()},
    "cookies": {name: [bool(c["secure"]), c["samesite"]] for name, c in client.cookies.items()},
}))
"""


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "faceswap_site.settings"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean | PRODUCTION, capture_output=True, text=True, timeout=60)


@pytest.mark.long
def test_djangos_own_list_for_servers_is_clean(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.long
def test_browsers_are_sent_to_https_and_told_to_stay(tmp_path: Path) -> None:
    shutil.copytree(prepared(), tmp_path, dirs_exist_ok=True)
    done = run(tmp_path, "-c", VISIT)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["plain"] == [301, "https://faces.example.org/healthz"]
    headers = seen["headers"]
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "unsafe" not in headers["content-security-policy"]
    assert seen["cookies"]["csrftoken"] == [True, "Lax"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SITE_URL", "SECURE_TLS"])
def test_what_a_server_needs_is_documented(name: str) -> None:
    assert f"`{name}" in (ROOT / "docs" / "deploy.md").read_text()
