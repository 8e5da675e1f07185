"""Two web processes that share places, take-overs and figures through Redis."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
import socketio.exceptions

from swaps.live.shared_slots import LEASE_SECONDS
from tests.bench.live import camera_path, portrait
from tests.running_site import RunningSite, wait_until

from .conftest import Camera

Pair = tuple[RunningSite, RunningSite]
pytestmark = [
    pytest.mark.again,
    pytest.mark.long,
    pytest.mark.process,
    pytest.mark.redis,
    pytest.mark.xdist_group("live"),
]


@pytest.fixture
def two_processes(redis_url: str, tmp_path: Path) -> Iterator[Pair]:
    settings = {"REDIS_URL": redis_url, "OPEN_ACCESS": "live", "LIVE_MAX_SESSIONS": "1", "LIVE_MAX_FPS": "60"}
    first = RunningSite(tmp_path, **settings).start("web")
    second = first.twin().start("web")
    yield first, second
    second.stop()
    first.stop()


def test_places_take_overs_and_figures_hold_for_all_processes(
    two_processes: Pair, camera: Callable[..., Camera]
) -> None:
    first, second = two_processes
    frame = next(camera_path(portrait("obama.jpg"), 1))
    alice, bob = camera(first).connect(), camera(second)
    alice.upload()
    assert alice.show(frame)["success"]
    wait_until(lambda: bob.figures()["swap_count"] >= 1, what="the other process's figures")
    with pytest.raises(socketio.exceptions.ConnectionError):
        bob.connect()
    assert bob.next("connect_error")["data"] == {"reason": "full", "place": 1}
    moved = camera(second)
    moved.cookies.update(alice.cookies)
    moved.connect()
    assert alice.next("status_update")["reason"] == "taken_over"
    alice.next("disconnect")
    moved.leave()

    wait_until(lambda: bob.comes_in(), what="a free place")


def test_the_place_of_a_killed_process_is_free_within_seconds(
    two_processes: Pair, camera: Callable[..., Camera]
) -> None:
    first, second = two_processes
    camera(first).connect()
    bob = camera(second)
    assert not bob.comes_in()
    first.kill("web")
    killed = time.monotonic()
    wait_until(lambda: bob.comes_in(), seconds=LEASE_SECONDS + 10, what="the place of the dead")
    assert time.monotonic() - killed > 1  # the dead one's lease had to run out first


def test_frames_do_not_travel_through_redis(two_processes: Pair, redis_url: str, camera: Callable[..., Camera]) -> None:
    first, _second = two_processes
    alice, frame = camera(first).connect(), next(camera_path(portrait("obama.jpg"), 1))
    alice.upload()
    with redis.Redis.from_url(redis_url) as server, server.pubsub(ignore_subscribe_messages=True) as heard:
        heard.psubscribe("*")
        for _ in range(3):
            assert alice.show(frame)["success"]
        alice.client.emit("clear_source")
        alice.next("status_update")
        messages = [message for _ in range(10) if (message := heard.get_message(timeout=0.05))]
    assert messages == []
