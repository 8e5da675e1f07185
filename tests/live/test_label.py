"""The visible label on live frames: on every changed one, where it is asked for or required, at next to no cost."""

import time
from typing import Any

import numpy as np
import pytest
from django.test import Client

from recognition.engine_processes.calls import Calls
from swaps.engine.label import draw_label
from swaps.live.frame_swap import FrameSwap, LiveOptions
from swaps.live.frames import decode_frame
from swaps.live.hub import Hub
from swaps.live.pool import Pool
from swaps.live.slots import Limits
from swaps.live.source import live_source
from tests.bench.live import camera_path, portrait

from .fakes import FakeConnections, NobodyProtected, answered, free, run, with_known_source

CORNER = np.s_[-50:, -140:]


@pytest.fixture(scope="module")
def frames() -> list[bytes]:
    return list(camera_path(portrait("obama.jpg"), 5))


def difference(one: bytes, other: bytes) -> np.ndarray:
    return np.asarray(np.abs(decode_frame(one).astype(int) - decode_frame(other)).max(axis=2))


@pytest.mark.parametrize("strength", [1.0, 0.0])
def test_each_frame_carries_it_in_its_corner_alone(frames: list[bytes], strength: float) -> None:
    plain, labelled = FrameSwap(), FrameSwap()
    face = live_source(portrait("biden.jpg"))[0]
    for session, label in ((plain, False), (labelled, True)):
        session.load_source(face)
        session.options = LiveOptions(strength=strength, label=label)
    for number, frame in enumerate(frames):
        with_it, without = (session.process(frame, at=number / 30) for session in (labelled, plain))
        assert not with_it.error and not without.error
        changed = difference(with_it.jpeg, without.jpeg)
        assert changed[CORNER].mean() > 30
        changed[CORNER] = 0
        assert changed.mean() < 3  # writing a JPEG anew costs that much


def test_it_costs_far_less_than_a_millisecond_a_frame(frames: list[bytes]) -> None:
    picture = decode_frame(frames[0])
    draw_label(picture)
    started = time.process_time()
    for _ in range(100):
        draw_label(picture)
    assert (time.process_time() - started) / 100 < 0.001


@pytest.mark.process
@pytest.mark.xdist_group("live")
@pytest.mark.parametrize(("required", "asked"), [(True, False), (False, True), (False, False)])
@pytest.mark.long
def test_where_it_is_required_nobody_can_turn_it_off(frames: list[bytes], required: bool, asked: bool) -> None:
    async def story() -> None:
        connections = FakeConnections()
        hub = Hub(
            limits=Limits(),
            pool=Pool(1, Calls(1)),
            connections=connections,
            pay=free,
            watch=NobodyProtected(),
            require_label=required,
        )
        try:
            await with_known_source(hub, "alice")
            hub.set_options("alice", {"strength": 0.0, "label": asked})
            await hub.frame("alice", frames[0])
            await answered(connections, 1)
            kept = hub.sessions["alice"].last
        finally:
            await hub.stop()
        assert connections.answers()[0]["processed"] == kept
        assert bool(difference(kept, frames[0])[CORNER].mean() > 30) is (required or asked)

    run(story)


@pytest.mark.parametrize("required", [True, False])
def test_the_page_asks_only_where_there_is_a_choice(alice_client: Client, settings: Any, required: bool) -> None:
    settings.REQUIRE_LABEL = required
    assert ('data-live="label"' in alice_client.get("/live/").content.decode()) is not required
