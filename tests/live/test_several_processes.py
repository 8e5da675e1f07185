"""Two web processes that share places, take-overs and figures through Redis."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest
import redis
import socketio.exceptions

from tests.bench.live import camera_path, portrait
from tests.live.conftest import Camera
from tests.running_site import RunningSite, free_port, wait_until

Pair = tuple[RunningSite, RunningSite]
pytestmark = [pytest.mark.process, pytest.mark.redis, pytest.mark.xdist_group("live")]


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    path = shutil.which("redis-server")
    if path is None:
        reason = "no redis-server on PATH: several web processes can't be tried"
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

    wait_until(answers, seconds=20, what="redis to answer")
    client.close()
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="module")
def two_processes(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("two")
    settings = {"REDIS_URL": redis_url, "OPEN_ACCESS": "live", "LIVE_MAX_SESSIONS": "1", "LIVE_MAX_FPS": "60"}
    first, second = (RunningSite(folder, **settings).start("web") for _ in range(2))
    yield first, second
    first.stop()
    second.stop()


def test_places_take_overs_and_figures_hold_for_all_processes(
    two_processes: Pair, camera: Callable[..., Camera]
) -> None:
    first, second = two_processes
    frame = next(camera_path(portrait("obama.jpg"), 1))
    alice, bob = camera(first).connect(), camera(second)
    alice.upload()
    assert alice.show(frame)["success"]
    wait_until(lambda: bob.figures()["swap_count"] >= 1, seconds=10, what="the other process's figures")
    with pytest.raises(socketio.exceptions.ConnectionError):
        bob.connect()
    assert bob.next("connect_error")["data"] == {"reason": "full", "place": 1}
    moved = camera(second)
    moved.cookies.update(alice.cookies)
    moved.connect()
    assert alice.next("status_update")["reason"] == "taken_over"
    alice.next("disconnect")
    moved.leave()

    def comes_in() -> bool:
        try:
            bob.connect()
        except socketio.exceptions.ConnectionError:
            return False
        return True

    wait_until(comes_in, seconds=15, what="a free place")
