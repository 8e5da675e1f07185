"""What a test's site has to itself on the servers that all tests share: a database of PostgreSQL, names in Redis."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import redis


@dataclass(frozen=True)
class OwnDatabase:
    """A database of a site's own on the PostgreSQL server that the tests run on."""

    server: str
    name: str = field(default_factory=lambda: f"site_{uuid4().hex[:12]}")

    def create(self, template: str = "") -> "OwnDatabase":
        """Make it, empty or as a copy of another one that nobody is connected to."""
        self._run(f'CREATE DATABASE "{self.name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return self

    @property
    def url(self) -> str:
        return urlsplit(self.server)._replace(path=f"/{self.name}").geturl()

    def drop(self) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


@dataclass(frozen=True)
class OwnKeys:
    """Names in Redis that nobody else uses: what another site left there, or keeps there now, is never met."""

    url: str
    prefix: str = field(default_factory=lambda: f"site_{uuid4().hex[:12]}")

    def drop(self) -> None:
        """Delete what the site left; nothing where there is no Redis."""
        if not self.url:
            return
        with redis.Redis.from_url(self.url) as server:
            for key in server.scan_iter(f"{self.prefix}:*", count=1000):
                server.delete(key)
