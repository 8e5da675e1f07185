"""How much of fetching an account gets: so many failures a day, and where it is answered at once, two at a time."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from accounts import throttling
from faceswap_site.lib.errors import DomainError, Overloaded, TooManyRequests, TryAgainLater
from recognition.engine import Photo

from .reading import fetch_photo

POLICY = "failed_fetch"
AT_ONCE, AT_ONCE_OF_AN_ACCOUNT = 4, 2  # in this process, of the threads that answer everyone
SECONDS_TO_COME_BACK = 10


class Places:
    """Lets so many in at a time, and of each account so many. Nobody waits: who finds no place is told to come back."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._taken: Counter[int] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def one(self, account_id: int) -> Iterator[None]:
        with self._lock:
            if self._taken[account_id] >= self._most_of_one:
                raise TooManyRequests(case="fetching", n=self._most_of_one, retry_after=SECONDS_TO_COME_BACK)
            if self._taken.total() >= self._most:
                raise Overloaded(case="fetching", retry_after=SECONDS_TO_COME_BACK)
            self._taken[account_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[account_id] -= 1
                self._taken += Counter()  # keeps those above nothing


_places = Places(AT_ONCE, AT_ONCE_OF_AN_ACCOUNT)


def fetch_now(url: str, *, label: str, account_id: int) -> Photo:
    """Fetch a photo for an operation that is answered at once."""
    refuse_after_failures(account_id)
    with _places.one(account_id):
        try:
            return fetch_photo(url, label=label)
        except TryAgainLater:
            raise
        except DomainError:
            count_failure(account_id)
            raise


def refuse_after_failures(account_id: int) -> None:
    """Raise TooManyRequests where the account has named too many addresses lately that led to no photo."""
    if settings.RATE_LIMITS[POLICY][0] and (seconds := throttling.used_up(POLICY, account_id)):
        raise TooManyRequests(case="failed_fetches", retry_after=seconds)


def count_failure(account_id: int) -> None:
    """Count an address that led to no photo."""
    if settings.RATE_LIMITS[POLICY][0]:
        throttling.take(POLICY, account_id)
