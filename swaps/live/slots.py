"""Who may be live at once, and for how long. Pure: the clock is handed in."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from .frame_rate import Clock


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


class NoPlaceFree(Exception):
    """No place is free; `place` is one's number in the queue, from 1."""

    def __init__(self, place: int) -> None:
        super().__init__(f"all places are taken, and {place - 1} wait already")
        self.place = place


@dataclass
class Place:
    """One live session: whose it is, by which connection, since when, and when it last sent and last got something."""

    identity: str
    sid: str
    since: float
    active: float
    served: float


class Places:
    """The live sessions of one web process, and who waits for a place, in the order of their first asking."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._places: dict[str, Place] = {}
        self._waiting: OrderedDict[str, float] = OrderedDict()

    def enter(self, identity: str, sid: str) -> Place | None:
        """Take a place for a connection; return the place of the same person's earlier connection, now left.

        Raises
        ------
        NoPlaceFree
            Ask again within `waiting_seconds` to keep the place in the queue.
        """
        now = self._clock()
        earlier = self.of(identity)
        if earlier is None:
            self._queue(identity, now)
        else:
            del self._places[earlier.sid]
        self._waiting.pop(identity, None)
        # Taking over doesn't start the session's time anew.
        since = earlier.since if earlier else now
        self._places[sid] = Place(identity, sid, since, now, now)
        return earlier

    def _queue(self, identity: str, now: float) -> None:
        for name, asked in list(self._waiting.items()):
            if now - asked > self.limits.waiting_seconds:
                del self._waiting[name]
        free = self.limits.sessions - len(self._places)
        before = list(self._waiting)
        place = before.index(identity) if identity in self._waiting else len(before)
        if place >= free:
            self._waiting[identity] = now  # a key that is there keeps its place
            raise NoPlaceFree(place - max(free, 0) + 1)

    def leave(self, sid: str) -> Place | None:
        """Give up a place; None where the connection had none (any more)."""
        return self._places.pop(sid, None)

    def of(self, identity: str) -> Place | None:
        """The place of a person."""
        return next((place for place in self._places.values() if place.identity == identity), None)

    def touch(self, sid: str) -> None:
        """Note that a connection sent something."""
        if place := self._places.get(sid):
            place.active = self._clock()

    def serve(self, sid: str) -> None:
        """Note that a connection got a swapped frame."""
        if place := self._places.get(sid):
            place.served = self._clock()

    def overdue(self) -> list[tuple[Place, str]]:
        """The places whose time is over, with the reason: `session_timeout`, `idle_timeout` or `not_used`."""
        now, found = self._clock(), []
        somebody_waits = any(now - asked <= self.limits.waiting_seconds for asked in self._waiting.values())
        for place in self._places.values():
            if now - place.since >= self.limits.session_seconds:
                found.append((place, "session_timeout"))
            elif now - place.active >= self.limits.idle_seconds:
                found.append((place, "idle_timeout"))
            elif somebody_waits and now - place.served >= self.limits.unused_seconds:
                found.append((place, "not_used"))
        return found

    def __len__(self) -> int:
        return len(self._places)
