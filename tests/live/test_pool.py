"""Real engine processes: lost ones come back at once, and none outlives the web process."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from recognition.engine_processes.calls import Calls
from recognition.engine_processes.process import EngineProcess
from recognition.engine_processes.starting import EngineLost, Started
from swaps.live.hub import Hub
from swaps.live.pool import MOST_WAITING, Pool, TooBusy
from swaps.live.slots import Limits
from tests.bench.live import camera_path, portrait
from tests.photos import ROOT, sample
from tests.running_site import wait_until

from .fakes import FakeConnections, NobodyProtected, answered, free, with_source

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("live"), pytest.mark.long]


def with_hub(story: Callable[[Hub, FakeConnections, list[bytes]], Awaitable[None]]) -> None:
    async def whole() -> None:
        connections = FakeConnections()
        hub = Hub(
            limits=Limits(fps=120), pool=Pool(2, Calls(1)), connections=connections, pay=free, watch=NobodyProtected()
        )
        try:
            await story(hub, connections, list(camera_path(portrait("obama.jpg"), 10)))
        finally:
            await hub.stop()

    asyncio.run(whole())


async def round_trip(hub: Hub, connections: FakeConnections, frames: list[bytes]) -> float:
    """The longest that a frame of five takes, in seconds; forgets the answers."""
    longest = 0.0
    for _ in range(5):
        before = time.monotonic()
        await hub.frame("alice", frames[0])
        await answered(connections, 1)
        longest = max(longest, time.monotonic() - before)
        connections.told.clear()
        await asyncio.sleep(0.01)  # frames that come sooner are thinned out
    return longest


@pytest.mark.long
def test_a_killed_engine_costs_its_session_two_seconds_and_no_other_anything() -> None:
    async def story(hub: Hub, connections: FakeConnections, frames: list[bytes]) -> None:
        await with_source(hub, "alice")
        await with_source(hub, "bob")
        engines = [hub.sessions[name].engine for name in ("alice", "bob")]
        async with asyncio.timeout(60):
            while [hub.sessions[name].known_to for name in ("alice", "bob")] != engines:
                for name in ("alice", "bob"):
                    await hub.frame(name, frames[0])
                await asyncio.sleep(0.02)
        connections.told.clear()
        assert engines[0] is not None and engines[1] is not None and engines[0].pid != engines[1].pid
        usual = await round_trip(hub, connections, frames)
        os.kill(engines[0].pid, signal.SIGKILL)
        killed, swapped_again = time.monotonic(), 0.0
        while not swapped_again:
            assert time.monotonic() - killed < 30, connections.told[-3:]
            for name in ("alice", "bob"):
                await hub.frame(name, frames[0])
            await asyncio.sleep(0.01)
            heard = {sid for sid, _, told in connections.told if told["success"] or sid == "bob"}
            if heard >= {"alice", "bob"}:  # an answer of before may have come for one of them alone
                swapped_again = time.monotonic() - killed
        bob = [told for sid, _, told in connections.told if sid == "bob"]
        assert bob and all(told["success"] for told in bob)
        # Its own process is started again meanwhile, and the session goes back there.
        async with asyncio.timeout(60):
            while hub.sessions["alice"].known_to is not engines[0]:
                await hub.frame("alice", frames[0])
                await asyncio.sleep(0.02)
        # Two seconds; more only where the machine is so busy that a frame alone takes a tenth of one.
        assert swapped_again < max(2, 20 * usual)

    with_hub(story)


@pytest.mark.long
def test_an_engine_that_hangs_is_ended_and_started_again() -> None:
    async def story(hub: Hub, connections: FakeConnections, frames: list[bytes]) -> None:
        await with_source(hub, "alice")
        engine = hub.sessions["alice"].engine
        assert engine is not None
        os.kill(engine.pid, signal.SIGSTOP)
        await hub.frame("alice", frames[0])
        await answered(connections, 1)
        assert connections.answers()[0]["error"]
        await hub.frame("alice", frames[0])
        await answered(connections, 2)
        assert connections.answers()[1]["success"]

    with_hub(story)


@pytest.mark.long
def test_a_face_photo_that_hangs_costs_those_who_are_live_nothing() -> None:
    async def story(hub: Hub, connections: FakeConnections, frames: list[bytes]) -> None:
        await with_source(hub, "alice")
        usual = await round_trip(hub, connections, frames)
        preparer = hub.pool.calls.engines[0]
        assert preparer.pid not in {engine.pid for engine in hub.pool.engines}
        os.kill(preparer.pid, signal.SIGSTOP)
        photo = sample("biden.jpg").read_bytes()
        waiting = [
            asyncio.create_task(hub.prepare(photo, max_bytes=2**24, max_pixels=2**26)) for _ in range(MOST_WAITING + 1)
        ]
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            with pytest.raises(TooBusy):
                await hub.prepare(photo, max_bytes=2**24, max_pixels=2**26)
        for _ in range(3):
            assert await round_trip(hub, connections, frames) < max(2, 20 * usual)
        assert all(engine.generation <= 1 for engine in hub.pool.engines)
        os.kill(preparer.pid, signal.SIGCONT)
        assert all(len(descriptor) == 128 for _face, descriptor in await asyncio.gather(*waiting))

    with_hub(story)


SLOW = """
import socket, time
from recognition.engine_processes import pipe
from recognition.engine_processes.child import read
connection = socket.socket(fileno=0)
out, messages = connection.makefile("wb"), connection.makefile("rb")
out.write(pipe.pack({"ready": True})); out.flush()
while message := read(messages):
    time.sleep(0.4)
    out.write(pipe.pack({"id": message[0]["id"]})); out.flush()
"""


class Script:
    """Starts a script instead of an engine."""

    def __init__(self, code: str) -> None:
        self.command = [sys.executable, "-c", code]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    async def start(self, options: dict[str, Any]) -> Started:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(self.command, stdin=theirs.fileno(), cwd=ROOT)
        self.processes[process.pid] = process
        return Started(process.pid, *await asyncio.open_unix_connection(sock=ours))

    async def end(self, pid: int) -> None:
        self.processes[pid].kill()
        self.processes[pid].wait(10)


def test_a_process_that_answers_others_does_not_hang() -> None:
    async def story() -> None:
        engine = EngineProcess(Script(SLOW))
        await engine.start()
        await asyncio.gather(*(engine.ask({"do": "frame"}, seconds=1) for _ in range(5)))  # the last waits two seconds
        assert engine.alive and engine.generation == 1
        os.kill(engine.pid, signal.SIGSTOP)
        with pytest.raises(EngineLost, match="hangs"):
            await engine.ask({"do": "frame"}, seconds=1)
        await engine.stop()

    asyncio.run(story())


def test_an_engine_that_does_not_start_is_lost_not_waited_for() -> None:
    async def story() -> None:
        engine = EngineProcess(Script("raise SystemExit(3)"))
        with pytest.raises(EngineLost):
            await engine.start()
        await engine.stop()

    asyncio.run(story())


def test_engines_die_with_the_web_process_however_it_dies(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from recognition.engine_processes.calls import Calls\n"
        "async def main():\n"
        "    calls = Calls(1)\n"
        "    await calls.warm()\n"
        "    print(calls.engines[0].pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    web = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert web.stdout is not None
    pid = int(web.stdout.readline())
    web.kill()
    web.wait(10)
    web.stdout.close()
    wait_until(lambda: not Path(f"/proc/{pid}/exe").exists() or _is_gone(pid), what="the engine to end")


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" in status.read_text()  # ended, and nobody asked for its answer yet
