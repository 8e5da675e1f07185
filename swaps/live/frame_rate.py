"""How many frames a second are let through. Pure: the clock is handed in."""

from collections import deque
from collections.abc import Callable

Clock = Callable[[], float]


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
