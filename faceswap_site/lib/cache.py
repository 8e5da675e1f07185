"""The cache in Redis, which nothing depends on: while it is out of reach, it has forgotten everything."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_WORDS = 60.0


class ForgetfulRedisCache(RedisCache):
    """Django's, but for errors of Redis: what is asked for is not there, and what is written is not kept."""

    _said = -SECONDS_BETWEEN_WORDS

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            self._say(error)
            return default

    def set(self, key: Any, value: Any, *rest: Any, **more: Any) -> None:
        try:
            super().set(key, value, *rest, **more)
        except RedisError as error:
            self._say(error)

    def add(self, key: Any, value: Any, *rest: Any, **more: Any) -> bool:
        """False where nothing was written: whoever takes turns by this leaves the turn out."""
        try:
            return super().add(key, value, *rest, **more)
        except RedisError as error:
            self._say(error)
            return False

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except RedisError as error:
            self._say(error)
            return False

    @classmethod
    def _say(cls, error: RedisError) -> None:
        """Once a minute, or a queue that looks for its own figures would fill the log."""
        if time.monotonic() - cls._said >= SECONDS_BETWEEN_WORDS:
            cls._said = time.monotonic()
            logger.warning("the cache is out of reach and taken for empty: %s", error)
