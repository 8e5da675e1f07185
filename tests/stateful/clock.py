"""A clock that stands still until it is moved: for rows, limits and signed links alike."""

import time
from datetime import datetime, timedelta

import pytest
from django.utils import timezone


class Clock:
    """Takes the place of django.utils.timezone.now and of time.time; waiting goes by time.monotonic, which runs on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now().replace(microsecond=0)
        patch.setattr(timezone, "now", lambda: self.now)
        patch.setattr(time, "time", lambda: self.now.timestamp())

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def advance(self, step: timedelta) -> datetime:
        self.now += step
        return self.now
