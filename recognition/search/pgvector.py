"""Exact search by PostgreSQL with the extension pgvector, for registries past one machine's memory.

A table beside the faces holds their descriptors as vectors. It is no model: only PostgreSQL with the extension can have
it, and only where KNOWN_FACES_SEARCH asks for it. A face that is deleted takes its vector along.
"""

import json
from typing import Any
from uuid import UUID

import numpy as np
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction

from recognition.engine.compare import ENCODER
from recognition.engine.types import FloatImage

from .nearest import DIMENSIONS, Ids, Neighbours, exact_distances, first_neighbours

TABLE = "recognition_facevector"
_CREATE = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    f"CREATE TABLE IF NOT EXISTS {TABLE} ("
    "face bigint PRIMARY KEY REFERENCES recognition_knownface ON DELETE CASCADE, person bigint NOT NULL, "
    "registry uuid NOT NULL, version bigint NOT NULL, encoder text NOT NULL, "
    f"descriptor vector({DIMENSIONS}) NOT NULL)",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_version ON {TABLE} (registry, version)",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_person ON {TABLE} (person)",
)
# The database orders by distances of its own rounding; so many more are fetched and put in order by ours.
_SPARE = 16


def create_table() -> None:
    """Make the table where it is missing.

    Raises
    ------
    ImproperlyConfigured
        Where the server has no pgvector.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _CREATE:
                cursor.execute(statement)
    except DatabaseError as error:
        raise ImproperlyConfigured(
            "KNOWN_FACES_SEARCH is pgvector, but PostgreSQL can't use that extension. Install its package (such as "
            "postgresql-16-pgvector) and let a superuser run CREATE EXTENSION vector in the site's database."
        ) from error


class TableIndex:
    """One registry's vectors in the database; answers as `FaceIndex` does.

    Parameters
    ----------
    registry
        Whose faces.
    version
        Of the registry, when it was last asked.
    """

    def __init__(self, registry: UUID, version: int) -> None:
        self._registry, self._version = registry, version

    def newest(self) -> int:
        """The version that the table was last brought up to; -1 for an empty one."""
        [[found]] = self._rows("SELECT max(version) FROM {table} WHERE registry = %s AND encoder = %s")
        return -1 if found is None else int(found)

    def add(self, faces: Ids, people: Ids, descriptors: FloatImage) -> None:
        """Write rows, or change those that are there."""
        rows = [
            (face, person, self._registry, self._version, ENCODER, _as_text(descriptor))
            for face, person, descriptor in zip(faces.tolist(), people.tolist(), descriptors, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (face, person, registry, version, encoder, descriptor) "
                "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (face) DO UPDATE SET person = excluded.person, "
                "version = excluded.version, encoder = excluded.encoder, descriptor = excluded.descriptor",
                rows,
            )

    def __len__(self) -> int:
        [[count]] = self._rows("SELECT count(*) FROM {table} WHERE registry = %s AND encoder = %s")
        return int(count)

    def nearest(self, queries: FloatImage, count: int = 10) -> list[Neighbours]:
        """As `FaceIndex.nearest`."""
        return [self._nearest(query, count) for query in queries]

    def _nearest(self, query: FloatImage, count: int) -> Neighbours:
        rows = self._rows(
            "SELECT face, person, descriptor::text FROM {table} WHERE registry = %s AND encoder = %s "
            "ORDER BY descriptor <-> %s::vector, face LIMIT %s",
            _as_text(query),
            count + _SPARE,
        )
        faces, people = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int64)
        return first_neighbours([(faces, people, exact_distances(_as_rows(rows, 2), query))], count)

    def distances_to(self, person: int, query: FloatImage) -> FloatImage:
        """As `FaceIndex.distances_to`."""
        rows = self._rows(
            "SELECT descriptor::text FROM {table} WHERE registry = %s AND encoder = %s AND person = %s", person
        )
        return exact_distances(_as_rows(rows, 0), query)

    def _rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query.format(table=TABLE), (self._registry, ENCODER, *parameters))
            return list(cursor.fetchall())


def _as_text(descriptor: FloatImage) -> str:
    return f"[{','.join(map(repr, descriptor.tolist()))}]"


def _as_rows(rows: list[tuple[Any, ...]], column: int) -> FloatImage:
    return np.array([json.loads(row[column]) for row in rows], np.float32).reshape(-1, DIMENSIONS)
