"""Every piece of code in docs/api.md and docs/dialects.md runs as it stands, but for address, key and photos."""

import base64
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook

from tests.clip_jobs.made import film
from tests.docs import DOCS, TEXTS
from tests.drawn import drawn
from tests.running_site import RunningSite, Visitor, wait_until

from .conftest import Outside, two_people

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("dialects")]

PEOPLE = {
    "me.jpg": "obama.jpg",
    "you.jpg": "biden.jpg",
    "ada.jpg": "obama2.jpg",
    "a.jpg": "obama.jpg",
    "b.jpg": "biden.jpg",
    "1.jpg": "biden.jpg",
    "2.jpg": "obama2.jpg",
}
PAGES = ("api.md", "dialects.md")
# What the pages take for granted; and an answer that is read must be a good one.
BEFORE = """
import base64, requests

globals().update({given!r})
headers = {{"Authorization": f"Bearer {{key}}"}}
read = requests.Response.json
requests.Response.json = lambda answer: answer.raise_for_status() or read(answer)
"""


def fences(kind: str) -> list[Any]:
    found = [(page, code) for page in PAGES for code in re.findall(rf"^```{kind}\n(.*?)^```", DOCS[page], re.M | re.S)]
    indented = re.findall(r"(?:^    .*\n)+", TEXTS["README.md"].partition("## For programs")[2], re.M)[:1]
    found += [("README.md", code) for code in indented if kind == "sh"]
    return [pytest.param(code, id=f"{page}-{number}") for number, (page, code) in enumerate(found)]


@pytest.fixture(scope="module")
def key_of_carol(site: RunningSite) -> str:
    Visitor(site).sign_up("carol")
    site.manage("grant_points", "carol", "100", "--reason", "many examples")
    return site.manage("issue_key", "carol", "--name", "reader").strip()


@pytest.fixture
def photos(tmp_path: Path, outside: Outside) -> Path:
    """A folder with the photos that the pages name, which are on the web as well."""
    for folder in (tmp_path, outside.folder):
        for name, person in PEOPLE.items():
            (folder / name).write_bytes(drawn(person).read_bytes())
        two_people(folder / "party.jpg")
        with zipfile.ZipFile(folder / "trip.zip", "w") as archive:
            archive.write(drawn("obama3.jpg"), "3.jpg")
        film(folder / "clip.mp4", 8)
        (folder / "photo.jpg").write_bytes(drawn("biden.jpg").read_bytes())
        (folder / "face.jpg").write_bytes(drawn("obama.jpg").read_bytes())
    return tmp_path


def made_real(code: str, site: RunningSite, outside: Outside) -> str:
    code = code.replace("http://127.0.0.1:8000", site.url).replace("https://…/", f"{outside.url}/")
    return code.replace("https://example.org/", f"{outside.url}/")


def wait_for_batch(site: RunningSite, key: str, batch: str) -> None:
    """Results are there once swaps have ended; a reader takes some seconds to type the next call."""
    address, headers = f"{site.url}/api/v1/batches/{batch}", {"Authorization": f"Bearer {key}"}
    wait_until(lambda: requests.get(address, headers=headers, timeout=60).json()["completed"], what="the batch to end")


@pytest.mark.parametrize("code", fences("sh"))
def test_a_call_by_curl_is_answered(
    code: str, site: RunningSite, key_of_carol: str, outside: Outside, photos: Path
) -> None:
    (photos / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(photos), "KEY": key_of_carol}
    made = ""  # the id of what the first call made
    for call in re.split(r"\n(?=curl)", made_real(code, site, outside).strip()):
        if "BATCH_ID" in call:
            wait_for_batch(site, key_of_carol, made)
        command = ["bash", "-euo", "pipefail", "-c", re.sub("PERSON_ID|BATCH_ID", made, call)]
        done = subprocess.run(command, cwd=photos, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout[:1000] + done.stderr
        made = made or str(json.loads(done.stdout).get("id", ""))


@pytest.mark.parametrize("code", fences("python"))
def test_a_call_by_python_is_answered(
    code: str, site: RunningSite, key_of_carol: str, outside: Outside, photos: Path
) -> None:
    secret = "whsec_" + base64.b64encode(b"only-for-this-test-of-signatures").decode()
    body, now = '{"type": "swap.done"}', datetime.now(UTC)
    signed = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("1", now, body),
    }
    given = {"key": key_of_carol, "site": site.url, "secret": secret, "request_body": body, "request_headers": signed}
    command = [sys.executable, "-c", BEFORE.format(given=given) + made_real(code, site, outside)]
    done = subprocess.run(command, cwd=photos, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    for picture in photos.glob("result.*"):
        assert picture.stat().st_size > 10_000


def test_there_is_nothing_else_to_run() -> None:
    kinds = {kind for page in PAGES for kind in re.findall(r"^```(\w+)$", DOCS[page], re.M)}
    assert kinds == {"sh", "python"}
