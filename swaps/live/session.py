"""One live session as the web process keeps it: its face, its newest frame and its figures. All of it in memory."""

import asyncio
import base64
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from faceswap_site.lib.base64_text import read_base64
from recognition.engine_processes.process import EngineProcess

from .frame_rate import FrameRate
from .frames import MAX_FRAME_BYTES
from .protection_check import Clearance

_TOO_LARGE = "The frame is over 2 MB. Send it smaller or with a lower quality."
_NO_FRAME = "Send a frame: bytes, or an object whose member frame is a data URL."


class FrameRefused(Exception):
    """The event carries no frame."""


@dataclass(frozen=True)
class CameraFrame:
    """One camera frame, whether it came as text and so goes back as text, and the number that its sender gave it."""

    data: bytes
    as_text: bool
    number: int | None = None

    def back(self, data: bytes) -> bytes | str:
        """What goes into an answer: bytes, or a data URL."""
        if not self.as_text:
            return data
        kind = "png" if data[:4] == b"\x89PNG" else "webp" if data[8:12] == b"WEBP" else "jpeg"
        return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def read_frame(payload: Any) -> CameraFrame:
    """Read the payload of a process_frame event.

    Raises
    ------
    FrameRefused
    """
    frame, number = (payload.get("frame"), payload.get("id")) if isinstance(payload, dict) else (payload, None)
    number = number if isinstance(number, int) else None
    if isinstance(frame, (bytes, bytearray)) and frame:
        if len(frame) > MAX_FRAME_BYTES:
            raise FrameRefused(_TOO_LARGE)
        return CameraFrame(bytes(frame), as_text=False, number=number)
    if not isinstance(frame, str) or not frame:
        raise FrameRefused(_NO_FRAME)
    if len(frame) > MAX_FRAME_BYTES * 4 / 3 + 4 + 200:  # and what stands before the comma of a data: address
        raise FrameRefused(_TOO_LARGE)
    try:
        data = read_base64(frame)
    except ValueError as error:
        raise FrameRefused("The frame is not valid base64.") from error
    if len(data) > MAX_FRAME_BYTES:
        raise FrameRefused(_TOO_LARGE)
    return CameraFrame(data, as_text=True, number=number)


@dataclass
class Figures:
    """What is counted for a session, and summed for the process."""

    frames: int = 0
    swaps: int = 0
    errors: int = 0
    milliseconds: float = 0.0

    @property
    def average(self) -> float:
        return round(self.milliseconds / self.frames, 1) if self.frames else 0.0

    def plus(self, other: "Figures") -> "Figures":
        return Figures(
            self.frames + other.frames,
            self.swaps + other.swaps,
            self.errors + other.errors,
            self.milliseconds + other.milliseconds,
        )

    def count(self, *, swapped: bool, milliseconds: float) -> None:
        self.frames += 1
        self.swaps += swapped
        self.errors += not swapped
        self.milliseconds += milliseconds


@dataclass(eq=False)
class Session:
    """A person's live session.

    Attributes
    ----------
    account : int or None
        Whose points pay; None for a guest.
    language : str
        Of what the person is told.
    engine, known_to : EngineProcess or None
        The one that this session belongs to, and the one that knows of it: another while its own is started again.
    told : tuple
        The generation of that process, and the version of face and options that it was told.
    engines : list of dict
        The operator's engines that may make its frames, in turn, as `swaps.engines.running.described` tells of them;
        empty for the classic one.
    made_by : str
        The engine that made its newest swapped frame.
    last : bytes
        The newest swapped frame, for a snapshot.
    """

    sid: str
    identity: str
    account: int | None
    rate: FrameRate
    language: str = "en"
    figures: Figures = field(default_factory=Figures)
    options: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    engine: EngineProcess | None = None
    known_to: EngineProcess | None = None
    told: tuple[int, int] = (-1, -1)
    engines: list[dict[str, Any]] = field(default_factory=list)
    made_by: str = ""
    paid_until: float = 0.0
    clearance: Clearance = field(default_factory=Clearance)
    last: bytes = b""
    newest: CameraFrame | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None
    ending: "asyncio.Task[None] | None" = None
    done_at: deque[float] = field(default_factory=lambda: deque(maxlen=30))

    def offer(self, frame: CameraFrame) -> None:
        """Put a frame where an older one that is still waiting is thrown away."""
        self.newest = frame
        self.wake.set()

    async def take(self) -> CameraFrame:
        """The newest frame, as soon as there is one."""
        while self.newest is None:
            self.wake.clear()
            await self.wake.wait()
        frame, self.newest = self.newest, None
        return frame

    def stats(self) -> dict[str, Any]:
        """The figures that go with every 30th frame."""
        span = self.done_at[-1] - self.done_at[0] if len(self.done_at) > 1 else 0.0
        return {
            "frame_count": self.figures.frames,
            "swap_count": self.figures.swaps,
            "avg_processing_time": self.figures.average,
            "fps": round((len(self.done_at) - 1) / span, 1) if span > 0 else 0.0,
        }
