"""How many requests a process answers at a time, and how many bytes of bodies it holds, of all and of one address."""

from collections import Counter
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Bounds:
    """What is held at most.

    Several hundred programs may wait for a swap each. An address, which may be that of an office, may send four of the
    largest bodies at a time, and two addresses as many as the process holds.
    """

    requests: int = 600
    bytes: int = 512 * MEGABYTE
    bytes_of_an_address: int = 256 * MEGABYTE


class InFlight:
    """Counts what is held now."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self.requests = 0
        self.bytes = 0
        self._of_address: Counter[str] = Counter()

    def has_room(self) -> bool:
        """Whether one more request may be answered."""
        return self.requests < self._bounds.requests

    def take(self, address: str, count: int) -> bool:
        """Hold so many bytes more; False where they are too many."""
        if self.bytes + count > self._bounds.bytes:
            return False
        if self._of_address[address] + count > self._bounds.bytes_of_an_address:
            return False
        self.bytes += count
        self._of_address[address] += count
        return True

    def give_back(self, address: str, count: int) -> None:
        self.bytes -= count
        self._of_address[address] -= count
        if not self._of_address[address]:
            del self._of_address[address]
