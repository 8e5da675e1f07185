"""Who may be live at once, for how long, and how many frames a second. Pure: the clock is handed in."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Clock = Callable[[], float]


@dataclass(frozen=True)
class Limits:
    """What the operator may set, and what the protocol fixes. Seconds, and counts."""

    fps: int = 15
    sessions: int = 4
    session_seconds: float = 300
    idle_seconds: float = 60
    # A place in the queue is lost by who doesn't ask again for so long.
    waiting_seconds: float = 15
    # And one inside by who, while others wait, shows no face to swap for so long.
    unused_seconds: float = 30


class FrameRate:
    """Lets through at most `fps` frames in any second, evenly where more come."""

    def __init__(self, fps: int, clock: Clock) -> None:
        self._interval = 1 / fps
        self._clock = clock
        self._next = 0.0
        self._taken: deque[float] = deque(maxlen=fps)

    def allows(self) -> bool:
        """Whether a frame that comes now is taken; taking it counts."""
        now = self._clock()
        # Half an interval of earliness is forgiven, or a camera's jitter would cost every other frame.
        if now < self._next - self._interval / 2:
            return False
        if len(self._taken) == self._taken.maxlen and now - self._taken[0] < 1:
            return False
        self._next = max(self._next, now) + self._interval
        self._taken.append(now)
        return True


class Silent:
    """Connections that were opened and have said nothing since that would let them in."""

    def __init__(self, clock: Clock, seconds: float = 10) -> None:
        self._clock = clock
        self._seconds = seconds
        self._since: dict[str, float] = {}

    def overdue(self, outside: Iterable[str]) -> list[str]:
        """Of the connections that are outside now, those that have been for too long."""
        now = self._clock()
        self._since = {name: self._since.get(name, now) for name in outside}
        return [name for name, since in self._since.items() if now - since >= self._seconds]


class HouseFull(Exception):
    """No place is free; `place` is one's number in the queue, from 1."""

    def __init__(self, place: int) -> None:
        super().__init__(f"all places are taken, and {place - 1} wait already")
        self.place = place


@dataclass
class Seat:
    """One live session: whose it is, by which connection, since when, and when it last sent and last got something."""

    identity: str
    sid: str
    since: float
    active: float
    served: float


class House:
    """The live sessions of one web process, and who waits for a place, in the order of their first asking."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._seats: dict[str, Seat] = {}
        self._waiting: OrderedDict[str, float] = OrderedDict()

    def enter(self, identity: str, sid: str) -> Seat | None:
        """Take a place for a connection; return the seat of the same person's earlier connection, now left.

        Raises
        ------
        HouseFull
            Ask again within `waiting_seconds` to keep the place in the queue.
        """
        now = self._clock()
        earlier = self.of(identity)
        if earlier is None:
            self._queue(identity, now)
        else:
            del self._seats[earlier.sid]
        self._waiting.pop(identity, None)
        # Taking over doesn't start the session's time anew.
        since = earlier.since if earlier else now
        self._seats[sid] = Seat(identity, sid, since, now, now)
        return earlier

    def _queue(self, identity: str, now: float) -> None:
        for name, asked in list(self._waiting.items()):
            if now - asked > self.limits.waiting_seconds:
                del self._waiting[name]
        free = self.limits.sessions - len(self._seats)
        before = list(self._waiting)
        place = before.index(identity) if identity in self._waiting else len(before)
        if place >= free:
            self._waiting[identity] = now  # a key that is there keeps its place
            raise HouseFull(place - max(free, 0) + 1)

    def leave(self, sid: str) -> Seat | None:
        """Give up a place; None where the connection had none (any more)."""
        return self._seats.pop(sid, None)

    def of(self, identity: str) -> Seat | None:
        """The seat of a person."""
        return next((seat for seat in self._seats.values() if seat.identity == identity), None)

    def touch(self, sid: str) -> None:
        """Note that a connection sent something."""
        if seat := self._seats.get(sid):
            seat.active = self._clock()

    def serve(self, sid: str) -> None:
        """Note that a connection got a swapped frame."""
        if seat := self._seats.get(sid):
            seat.served = self._clock()

    def overdue(self) -> list[tuple[Seat, str]]:
        """The seats whose time is over, with the reason: `session_timeout`, `idle_timeout` or `not_used`."""
        now, found = self._clock(), []
        somebody_waits = any(now - asked <= self.limits.waiting_seconds for asked in self._waiting.values())
        for seat in self._seats.values():
            if now - seat.since >= self.limits.session_seconds:
                found.append((seat, "session_timeout"))
            elif now - seat.active >= self.limits.idle_seconds:
                found.append((seat, "idle_timeout"))
            elif somebody_waits and now - seat.served >= self.limits.unused_seconds:
                found.append((seat, "not_used"))
        return found

    def __len__(self) -> int:
        return len(self._seats)
