"""Whether the face before a camera may be changed: asked before its first changed frame, and every few seconds.

Describing a face takes as long as several frames, so it is done seldom: when a face comes, after it was lost, and now
and then in between, because another person may have taken its place. Where nobody is protected it is not done at all.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from recognition.engine_processes.pipe import PipeMessage

CLEAR_SECONDS = 5.0


class Watch(Protocol):
    """Who may be used, as the registry knows it."""

    async def anyone(self) -> bool:
        """Whether there is anybody whom not everyone may use."""
        ...

    async def allows(self, account: int | None, descriptor: list[float]) -> bool:
        """Whether an account (None: a guest) may change this face; a refusal is written down."""
        ...


class MayNotBeUsed(Exception):
    """The face before the camera belongs to somebody whom this account may not use."""


@dataclass
class Clearance:
    """Which face a session may change.

    Attributes
    ----------
    face : str or None
        The name that the engine gave to the face it follows (`FrameSwap`); None for whichever comes.
    until : float
        When to ask again, on the hub's clock.
    """

    face: str | None = ""
    until: float = 0.0

    async def swapped(
        self, ask: Callable[[str | None], Awaitable[PipeMessage]], watch: Watch, account: int | None, now: float
    ) -> PipeMessage:
        """The engine's answer to a frame, whose face is changed only where it may be.

        Parameters
        ----------
        ask
            Sends the frame to the engine, with the name of the only face to change.

        Raises
        ------
        MayNotBeUsed
        """
        if now >= self.until:
            self.face = "" if await watch.anyone() else None
            self.until = now + CLEAR_SECONDS
        answer = await ask(self.face)
        if "descriptor" not in answer.header:
            return answer
        if not await watch.allows(account, answer.header["descriptor"]):
            raise MayNotBeUsed
        self.face = answer.header["face"]
        return await ask(self.face)
