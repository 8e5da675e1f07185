"""What stands around a hub in tests: a clock that the test turns, an engine at once, connections that remember."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from recognition.engine_processes.pipe import PipeMessage
from recognition.engine_processes.starting import EngineLost
from swaps.live.hub import Hub
from swaps.live.slots import Limits
from tests.photos import sample


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class FakeEngine:
    """Answers like an engine process, at once; dies when told to."""

    def __init__(self) -> None:
        self.generation, self.alive, self.asked = 1, True, list[str]()
        self.pause: asyncio.Event | None = None
        self.engine = "classic"  # which makes its frames

    async def start(self) -> None:
        if not self.alive:
            self.alive, self.generation = True, self.generation + 1

    async def ask(self, header: dict[str, Any], body: bytes = b"", *, seconds: float = 1.0) -> PipeMessage:
        self.asked.append(header["do"])
        if not self.alive:
            raise EngineLost
        if self.pause is not None and header["do"] == "frame":
            await self.pause.wait()
        return PipeMessage({"error": "", "engine": self.engine}, b"swapped " + body)


class FakePool:
    def __init__(self) -> None:
        self.engine = FakeEngine()

    def assign(self, session: str) -> FakeEngine:
        return self.engine

    async def running_for(self, engine: FakeEngine) -> FakeEngine:
        await engine.start()
        return engine

    def release(self, session: str) -> None: ...

    async def end_idle(self) -> None: ...

    async def stop(self) -> None: ...


class FakeConnections:
    """Keeps what each connection was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Any]] = []
        self.closed: list[str] = []
        self.jammed = False

    async def send(self, sid: str, event: str, payload: dict[str, Any]) -> None:
        self.told.append((sid, event, payload))

    async def close(self, sid: str) -> None:
        self.closed.append(sid)

    def is_jammed(self, sid: str) -> bool:
        return self.jammed

    def answers(self) -> list[dict[str, Any]]:
        return [payload for _, event, payload in self.told if event == "processed_frame"]

    def reasons(self) -> list[tuple[str, str]]:
        return [(sid, payload["reason"]) for sid, event, payload in self.told if event == "status_update"]


class NobodyProtected:
    """Everyone may be used."""

    async def anyone(self) -> bool:
        return False

    async def allows(self, account: int | None, descriptor: list[float]) -> bool:
        return True


class Room:
    """A hub with everything around it faked, and an account with some minutes to spend."""

    def __init__(self, minutes: int = 100, **limits: Any) -> None:
        self.clock, self.pool, self.connections, self.minutes = Clock(), FakePool(), FakeConnections(), minutes
        self.hub = Hub(
            limits=Limits(**limits),
            pool=self.pool,  # type: ignore[arg-type]
            connections=self.connections,
            pay=self.pay,
            watch=NobodyProtected(),
            clock=self.clock,
        )

    async def pay(self, account: int, over: int) -> bool:
        self.minutes -= 1 + over
        return self.minutes >= 0

    async def frame(self, sid: str, *, after: float = 0.1) -> None:
        self.clock.now += after
        await self.hub.frame(sid, b"\xff\xd8 frame")
        await settle()


async def settle() -> None:
    """Let every task run until it waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await story()

    asyncio.run(whole())


async def free(account: int, over: int) -> bool:
    return True


async def answered(connections: FakeConnections, count: int) -> None:
    """Wait until so many frames were answered."""
    async with asyncio.timeout(30):
        while len(connections.answers()) < count:
            await asyncio.sleep(0.005)


async def with_source(hub: Hub, sid: str) -> None:
    await hub.enter(sid, sid, None)
    await hub.load_source(sid, await prepared_source(hub))


async def prepared_source(hub: Hub) -> bytes:
    photo = sample("biden.jpg").read_bytes()
    prepared, descriptor = await hub.prepare(photo, max_bytes=2**24, max_pixels=2**26)
    assert len(descriptor) == 128
    return prepared


_SOURCES: list[bytes] = []


async def with_known_source(hub: Hub, sid: str) -> None:
    """The same with a face that another test had prepared, where there is one: a process less to start."""
    await hub.enter(sid, sid, None)
    if not _SOURCES:
        _SOURCES.append(await prepared_source(hub))
    await hub.load_source(sid, _SOURCES[0])
