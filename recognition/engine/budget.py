"""How many pixels may be decoded: of the photos of one request all together, and in the process at a time.

A file of 200 KB can hold 50 megapixels, which take 350 MB while they are decoded. So a request's photos are counted by
their headers before any is decoded, and whoever decodes one waits while others hold too much. Outside of
`one_request`, as in a command, nothing is counted.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .errors import TooManyPhotosAtOnce, TooManyPixels
from .memory import give_back_memory
from .types import Photo

# What a photo of so many pixels leaves behind in the allocator is worth the milliseconds that giving it back takes.
LARGE = 8_000_000
SECONDS_OF_PATIENCE = 5.0
SECONDS_TO_COME_BACK = 10


class Gate:
    """Lets all threads together hold at most so many decoded pixels."""

    def __init__(self, most: int, patience: float = SECONDS_OF_PATIENCE) -> None:
        self._most = most
        self._free = most
        self._patience = patience
        self._changed = threading.Condition()

    def enter(self, pixels: int) -> None:
        """Wait for room. Raises TooManyPhotosAtOnce where there is none in time."""
        wanted = min(pixels, self._most)
        with self._changed:
            if not self._changed.wait_for(lambda: self._free >= wanted, self._patience):
                raise TooManyPhotosAtOnce(retry_after=SECONDS_TO_COME_BACK)
            self._free -= wanted

    def leave(self, pixels: int) -> None:
        with self._changed:
            self._free += min(pixels, self._most)
            self._changed.notify_all()


class Budget:
    """What the photos of one request have used."""

    def __init__(self, most: int, gate: Gate | None) -> None:
        self._most = most
        self._gate = gate
        self._opened = 0
        self._held: dict[Photo, int] = {}
        self.files: dict[str, Photo] = {}

    def open(self, pixels: int) -> None:
        self._opened += pixels
        if self._opened > self._most:
            raise TooManyPixels(megapixels=self._most / 1e6)

    def enter(self, photo: Photo, pixels: int) -> None:
        if self._gate is not None:
            self._gate.enter(pixels)
        self._held[photo] = pixels

    def leave(self, photo: Photo) -> None:
        pixels = self._held.pop(photo, 0)
        if pixels >= LARGE:  # before others, who have a heap of their own, take as much again
            give_back_memory()
        if self._gate is not None:
            self._gate.leave(pixels)

    def end(self) -> None:
        """Forget all pixels, also those of photos that something still refers to, such as a form."""
        for photo in list(self._held):
            photo.release()


_current: ContextVar[Budget | None] = ContextVar("pixels", default=None)


@contextmanager
def one_request(most: int, gate: Gate | None = None) -> Iterator[None]:
    """Count the photos that are opened and decoded inside: `most` pixels in all, and held as `gate` lets them in."""
    budget = Budget(most, gate)
    token = _current.set(budget)
    try:
        yield
    finally:
        _current.reset(token)
        budget.end()


def current() -> Budget | None:
    """The budget of the request that is being answered, if any."""
    return _current.get()


def once_a_request(file: str, read: Callable[[], Photo]) -> Photo:
    """The photo of a stored file, which is read once in a request: several faces of one photo may be asked for."""
    budget = _current.get()
    if budget is None:
        return read()
    if file not in budget.files:
        budget.files[file] = read()
    return budget.files[file]
