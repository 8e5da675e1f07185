"""Live frames by an operator's networks: made by the contract, loaded beside the frames, stood in for in words."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition.engine_processes.process import EngineProcess
from recognition.engine_processes.starting import ForkServer
from swaps.engine import SwapOptions
from swaps.engine.models.families import FAMILIES
from swaps.engine.models.files import digest
from swaps.engine.models.network_face import NetworkFace
from swaps.engine.models.runtime import load
from swaps.engine.models.swapper import Networks
from swaps.live.frame_swap import ENGINE_LOADING, FrameSwap, LiveOptions
from swaps.live.frames import decode_frame
from swaps.live.services import engines_of, pay_minute
from swaps.live.source import live_source, prepared_source
from tests.bench.live import camera_path, portrait
from tests.conftest import Bring
from tests.engine.models import standins
from tests.photos import sample

from .fakes import Room, run

SWAPPERS = [name for name, family in FAMILIES.items() if family.role == "swapper"]
HOW = {"weight": 0.5, "boost": 1, "classic": False}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return standins.of_each_family(tmp_path_factory.mktemp("engines"))


def described(name: str, files: dict[str, Path], price: int = 0, **how: Any) -> dict[str, Any]:
    parts = {"swapper": files[name], "embedder": files["arcface"], "converter": files["crossface"]}
    told = {part: (str(path), digest(path)) for part, path in parts.items()}
    return {"name": name, "family": name, "price": price, "how": HOW | how, "files": told}


def wearing(engines: list[dict[str, Any]]) -> FrameSwap:
    session, rgb = FrameSwap(), portrait("biden.jpg")
    source = live_source(rgb)[0]
    session.load_source(source, (rgb, source.face.landmarks))
    session.use(engines, 2000)
    return session


def frames() -> list[bytes]:
    return list(camera_path(portrait("obama.jpg"), 3))


def ready(session: FrameSwap) -> None:
    assert session._worn is not None
    session._worn.result(60)


@pytest.mark.real_engine
@pytest.mark.parametrize("name", SWAPPERS)
def test_each_family_changes_a_frame_as_it_changes_a_photo(name: str, files: dict[str, Path]) -> None:
    session, frame = wearing([described(name, files)]), frames()[0]
    ready(session)
    session.quality = 100
    done = session.process(frame, at=0)
    assert (done.error, done.engine) == ("", name)
    networks = Networks(name, load(files[name]), load(files["arcface"]), load(files["crossface"]))
    rgb = portrait("biden.jpg")
    face = NetworkFace(networks, networks.identity([(rgb, live_source(rgb)[0].face.landmarks)]))
    before, wanted = decode_frame(frame), decode_frame(frame)
    landmarks = session.tracker.follow(before, 0.0)
    assert landmarks is not None
    face.put_onto(wanted, landmarks, SwapOptions())
    changed = (wanted != before).any(2)
    apart = np.abs(decode_frame(done.jpeg).astype(int) - wanted)
    assert changed.sum() > 3000 and apart[changed].mean() <= 2 and apart[~changed].mean() <= 2


@pytest.mark.real_engine
def test_frames_wait_while_a_network_is_loaded_and_another_stands_in(files: dict[str, Path]) -> None:
    broken = described("inswapper", files)
    broken["files"]["swapper"] = (str(files["inswapper"]), "another digest")
    session, frame = wearing([broken, described("hyperswap", files)]), frames()[0]
    first = session.process(frame, at=0)
    assert first.error in {ENGINE_LOADING, ""}
    ready(session)
    assert session.process(frame, at=0.1).engine == "hyperswap"
    session.use([broken])
    ready(session)
    assert session.process(frame, at=0.2).engine == "classic"
    session.options = LiveOptions(strength=0)
    assert session.process(frame, at=0.3).jpeg == frame


@pytest.mark.real_engine
def test_a_process_of_its_own_has_room_for_networks(files: dict[str, Path]) -> None:
    async def story() -> None:
        server = ForkServer(["swaps.live.engine_sessions"])
        process = EngineProcess(server, {"sessions": "swaps.live.engine_sessions:Sessions"})
        await process.start()
        try:
            photo = sample("biden.jpg").read_bytes()
            face, _numbers = prepared_source(photo, max_bytes=10**8, max_pixels=10**8)
            await process.ask({"do": "load_source", "session": "a"}, face)
            wish = {"options": {}, "engines": [described("hyperswap", files)], "megabytes": 2000}
            await process.ask({"do": "options", "session": "a", **wish})
            for _ in range(200):
                frame = {"do": "frame", "session": "a", "at": 0.0, "cleared": None}
                answer = await process.ask(frame, frames()[0])
                if answer.header["error"] != ENGINE_LOADING:
                    break
                await asyncio.sleep(0.05)
            assert (answer.header["error"], answer.header["engine"]) == ("", "hyperswap")
        finally:
            await process.stop()
            await server.stop_unused()

    asyncio.run(story())


def test_what_stands_in_is_told_once_and_costs_its_own_price() -> None:
    async def story() -> None:
        room = Room(minutes=100)
        await room.hub.enter("alice", "alice", 1)
        await room.hub.load_source("alice", b"face")
        engines = [{"name": "inswapper_128", "price": 5}, {"name": "hyperswap", "price": 2}]
        room.hub.set_options("alice", {"engine": "inswapper_128"}, engines)
        room.pool.engine.engine = "hyperswap"
        for _ in range(3):
            await room.frame("alice")
        assert room.connections.reasons() == [("alice", "engine_stood_in")]
        assert room.minutes == 97  # a minute, and two points for the engine
        told = [payload for _, event, payload in room.connections.told if event == "status_update"]
        assert "inswapper_128 could not be used, so hyperswap makes the picture" in told[0]["message"]

    run(story)


@pytest.mark.django_db
def test_an_account_names_what_it_may_and_a_guest_what_is_free(alice: User, bring: Bring) -> None:
    bring("arcface")
    bring("inswapper", price=3)
    bring("hyperswap", commercial=False, stands_in=True, order=200)
    told = engines_of(alice.pk, {"engine": "inswapper_128", "weight": 0.8})
    assert [(one["name"], one["price"], one["how"]["weight"]) for one in told] == [
        ("inswapper_128", 3, 0.8),
        ("hyperswap", 0, 0.8),
    ]
    assert set(told[0]["files"]) == {"swapper", "embedder"}
    assert engines_of(alice.pk, {"engine": "classic"}) == []
    assert [one["name"] for one in engines_of(None, {"engine": "hyperswap"})] == ["hyperswap"]
    for account, name in ((alice.pk, "other"), (None, "inswapper_128")):
        with pytest.raises(DomainError, match="There is no engine"):
            engines_of(account, {"engine": name})
    assert pay_minute(alice.pk, 3)
    alice.refresh_from_db()
    assert alice.balance == 96


@pytest.mark.django_db
def test_the_page_offers_engines_where_there_are_any(alice_client: Client, bring: Bring) -> None:
    assert "Which engine" not in alice_client.get("/live/").content.decode()
    bring("arcface")
    bring("inswapper", price=3)
    page = " ".join(alice_client.get("/live/").content.decode().split())
    assert "inswapper_128 · 3 more for each minute" in page
