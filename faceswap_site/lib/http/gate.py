"""Who is let in to Django, and when: every request has a lane, each lane has threads and a bounded queue of its own.

What is too much is refused at once, in words, while what was let in is answered in time. A lane's place is held while
a thread works, not while a body comes in or an answer goes out.
"""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings

from faceswap_site.lib.errors import Overloaded, TooManyRequests

from .waiting import Receive, Scope, disconnected

SECONDS_TO_COME_BACK = 5


class ClientGone(Exception):
    """Nobody is there any more to hear the answer, so nothing was done."""


@dataclass
class Turn:
    """What is known of a request while it is answered: until when, and whether anyone still wants to hear it."""

    deadline: float  # of time.monotonic()
    gone: bool = False

    def left(self, _task: object) -> None:
        self.gone = True

    def seconds_left(self) -> float:
        return 0.0 if self.gone else max(0.0, self.deadline - time.monotonic())


turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


@dataclass(frozen=True)
class Bounds:
    """Of one lane.

    Attributes
    ----------
    running : int
        Requests answered at a time: the lane's threads.
    waiting : int
        Requests that wait for one of them.
    patience : float
        Seconds that a request waits.
    seconds : float
        Seconds after which its answer is of no use, and what it has not begun is not begun.
    share : int
        How many of `running` one sender may have; 0 for no such bound.
    own_waiting : int
        How many requests of one sender may wait, where there is a `share`.
    may_wait : bool
        Whether answers may be kept back until a job has ended.
    """

    running: int
    waiting: int
    patience: float = 5.0
    seconds: float = 30.0
    share: int = 0
    own_waiting: int = 8
    may_wait: bool = False


@dataclass(eq=False)
class Lane:
    """Threads, and the requests that wait for them: one sender after the other, each in the order of its requests."""

    name: str
    bounds: Bounds
    running: int = 0
    waiting: int = 0
    refused: int = 0  # since the process began: that were one too many, or waited in vain
    dropped: int = 0  # whose client left while they waited
    _running_of: Counter[bytes] = field(default_factory=Counter)
    _queues: "OrderedDict[bytes, deque[asyncio.Future[None]]]" = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.threads = ThreadPoolExecutor(self.bounds.running, thread_name_prefix=self.name)

    def check(self, sender: bytes, *, waits: bool = False) -> None:
        """Raise Overloaded, or TooManyRequests where it is the sender's own, if a request would be one too many.

        `waits` says that as many answers are kept back already as may be.
        """
        if self.bounds.share and len(self._queues.get(sender, ())) >= self.bounds.own_waiting:
            self.refused += 1
            raise TooManyRequests(case="at_once", retry_after=SECONDS_TO_COME_BACK)
        if self.waiting >= self.bounds.waiting or (waits and self.bounds.may_wait):
            self._refuse()

    @asynccontextmanager
    async def turn(self, sender: bytes, receive: Receive, *, admitted: bool = False) -> AsyncIterator[None]:
        """Wait for a thread and hold it; `admitted` is what was let in before and must not be refused any more.

        Raises
        ------
        Overloaded, TooManyRequests, ClientGone
        """
        own = Turn(time.monotonic() + self.bounds.seconds)
        leaving = asyncio.create_task(disconnected(receive))
        try:
            if self._is_free_for(sender):
                self._take(sender)
            else:
                if not admitted:
                    self.check(sender)
                await self._wait(sender, leaving, None if admitted else self.bounds.patience)
            leaving.add_done_callback(own.left)
            token = turn.set(own)
            try:
                yield
            finally:
                turn.reset(token)
                self._give_back(sender)
        finally:
            leaving.cancel()

    async def _wait(self, sender: bytes, leaving: "asyncio.Task[None]", patience: float | None) -> None:
        """Return with a thread taken for this request."""
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(sender, deque()).append(called)
        self.waiting += 1
        try:
            await asyncio.wait({called, leaving}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if leaving.done():
                self.dropped += 1
                raise ClientGone
            if not called.done():
                self._refuse()
        except BaseException:
            if called.done():
                self._give_back(sender)
            else:
                self._leave_queue(sender, called)
            raise
        finally:
            self.waiting -= 1

    def _leave_queue(self, sender: bytes, called: "asyncio.Future[None]") -> None:
        queue = self._queues[sender]
        queue.remove(called)
        if not queue:
            del self._queues[sender]

    def _is_free_for(self, sender: bytes) -> bool:
        share = self.bounds.share or self.bounds.running
        return self.running < self.bounds.running and self._running_of[sender] < share

    def _take(self, sender: bytes) -> None:
        self.running += 1
        self._running_of[sender] += 1

    def _give_back(self, sender: bytes) -> None:
        """Hand a thread on: to the next sender's first request, and then it is that sender's turn last."""
        self.running -= 1
        self._running_of[sender] -= 1
        if not self._running_of[sender]:
            del self._running_of[sender]
        for other in self._queues:
            if self._is_free_for(other):
                called = self._queues[other].popleft()
                self._queues.move_to_end(other)
                if not self._queues[other]:
                    del self._queues[other]
                self._take(other)  # before it is awake, so that nobody comes in between
                called.set_result(None)
                return

    def _refuse(self) -> None:
        self.refused += 1
        raise Overloaded(case="queue", retry_after=SECONDS_TO_COME_BACK)


def sender_of(scope: Scope) -> bytes:
    """Whose request it is as far as it says so itself: its key, its session, or else its address."""
    headers = dict(scope["headers"])
    for name in (b"authorization", b"x-api-key"):
        if headers.get(name):
            return bytes(headers[name])
    session = f"{settings.SESSION_COOKIE_NAME}=".encode()
    named = next((part for part in headers.get(b"cookie", b"").split(b"; ") if part.startswith(session)), b"")
    return named or str((scope.get("client") or ("",))[0]).encode()


def time_left(most: float) -> float:
    """The seconds that work for the request in hand may take, at most `most`; outside of one, `most`."""
    current = turn.get()
    return most if current is None else min(most, current.seconds_left())


LaneOf = Callable[[Scope], Lane]
