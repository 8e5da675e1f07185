"""The protocol spoken by the official client, of its first and of its current version, and by our own."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.bench.live import camera_path, portrait
from tests.photos import ROOT, sample
from tests.running_site import RunningSite

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("live")]
CLIENTS = ROOT / "tests" / "output" / "npm"  # not kept; fetched once a machine


def without(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def official_client(version: str) -> Path:
    """The folder of a version of npm's socket.io-client."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        without("no node and npm on PATH: the official Socket.IO client can't be tried")
    folder = CLIENTS / version
    module = folder / "node_modules" / "socket.io-client"
    if not module.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run([*command, f"socket.io-client@{version}"], capture_output=True, text=True, timeout=120)
        if done.returncode:
            without(f"npm could not fetch socket.io-client {version}: {done.stderr[-300:]}")
    return module


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    shutil.copy(sample("biden.jpg"), folder / "face.jpg")
    for number, frame in enumerate(camera_path(portrait("obama.jpg"), 10)):
        (folder / f"frame-{number}.jpg").write_bytes(frame)
    return folder


@pytest.mark.parametrize("version", ["4.0.0", "latest"])
def test_the_official_client_has_the_whole_conversation(
    own_live_site: RunningSite, pictures: Path, version: str
) -> None:
    script = Path(__file__).with_name("conversation.cjs")
    command = ["node", str(script), str(official_client(version)), own_live_site.url, str(pictures)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    burst = told.pop("burst")
    assert told == {
        "before": "No source face uploaded",
        "upload": {"success": True, "message": "Source face ready!"},
        "swapped": 100,
        "as_text": True,
        "with_stats": 3,
        "transport": "websocket",
        "as_bytes": True,
        "malformed": "The frame is not valid base64.",
        "cleared": "Source cleared",
        "after_clear": False,
        "taken_over": "taken_over",
        "gone": "io server disconnect",
        "full": {"reason": "full", "place": 1},
    }
    assert 1 <= burst < 16
