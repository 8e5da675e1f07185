"""The registries in this process's memory, brought up to date from the database before every question.

A registry's row carries a version; rows that came since the version we hold are added, faces that went are taken out.
So a change made in any process counts from its commit on, and a search costs one small query besides the product.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock, RLock
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from recognition.engine.compare import ENCODER
from recognition.models import KnownFace, Registry, RemovedFace

from .index_files import drop_snapshots, load_snapshot, save_snapshot
from .nearest import FaceIndex, SearchIndex
from .pgvector import TableIndex

# Registries in memory at once; the one asked longest ago makes room.
MOST_HELD = 64
_BATCH = 8192

Row = tuple[int, int, bytes | memoryview]


@dataclass
class _Held:
    index: FaceIndex = field(default_factory=FaceIndex)
    version: int = -1
    lock: RLock = field(default_factory=RLock)


_held: OrderedDict[tuple[str, UUID], _Held] = OrderedDict()
_held_lock = Lock()


def site_registry() -> Registry:
    """The registry that administrators keep."""
    return Registry.objects.get_or_create(owner=None)[0]


def next_version(registry: Registry) -> int:
    """Count a change; to be called in its transaction, where the row's lock puts writers in order."""
    Registry.objects.filter(pk=registry.pk).update(version=F("version") + 1)
    registry.refresh_from_db(fields=["version"])
    return registry.version


def index_of(registry: Registry) -> SearchIndex:
    """All faces of a registry, as the database has them now."""
    held = _hold("all", registry.pk)
    with held.lock:
        registry.refresh_from_db(fields=["version", "log_starts"])
        if settings.KNOWN_FACES_SEARCH == "pgvector":
            return _in_table(held, registry)
        if held.version < registry.log_starts or held.version < 0:
            _read(held, registry)
        if held.version != registry.version:
            _catch_up(held, registry)
        held.version = registry.version
        return held.index


def forget_removed(registry: Registry) -> None:
    """Let go of removed faces now, where this process holds them, instead of at the next question."""
    drop_snapshots(registry)
    if ("all", registry.pk) in _held:
        index_of(registry)
    protected_index()


def _in_table(held: _Held, registry: Registry) -> TableIndex:
    """The registry's vectors in the database, brought up to date where this process has not seen its version yet."""
    if held.version == registry.version:
        return TableIndex(registry.pk, registry.version)
    with transaction.atomic():
        # Every change locks this row: none comes between what is read and what is written.
        now = Registry.objects.select_for_update().get(pk=registry.pk)
        index = TableIndex(now.pk, now.version)
        _add(index, _faces().filter(person__registry=now, version__gt=index.newest()))
    held.version = now.version
    return index


def _read(held: _Held, registry: Registry) -> None:
    """Fill an index from a snapshot, which may be of an earlier version, or from the database."""
    snapshot = load_snapshot(registry)
    if snapshot:
        held.index, held.version = snapshot
        return
    held.index = save_snapshot(registry, _loaded(_faces().filter(person__registry=registry)))
    held.version = registry.version


def protected_index() -> FaceIndex:
    """The faces that not everyone may use: protected people, and confirmed reservations of any account.

    Both count a change of the site's registry, so its version tells when to read anew; there are few of them.
    """
    site = site_registry()
    held = _hold("protected", site.pk)
    with held.lock:
        if held.version != site.version:
            held.index = _loaded(_faces().filter(PROTECTED | RESERVED))
            held.version = site.version
        return held.index


PROTECTED = Q(person__protected=True, person__registry__owner=None)
# Photos that were added after the confirmation wait for the next one, or they could be of anybody.
RESERVED = Q(
    person__reserved=True,
    person__reservation_confirmed__gte=F("created"),
    person__registry__owner__isnull=False,
)


def _hold(kind: str, registry_id: UUID) -> _Held:
    with _held_lock:
        held = _held.setdefault((kind, registry_id), _Held())
        _held.move_to_end((kind, registry_id))
        while len(_held) > MOST_HELD:
            _held.popitem(last=False)
        return held


def _faces() -> QuerySet[KnownFace]:
    return KnownFace.objects.filter(encoder=ENCODER).order_by()


def _loaded(faces: QuerySet[KnownFace]) -> FaceIndex:
    index = FaceIndex(capacity=faces.count())
    _add(index, faces)
    return index


def _catch_up(held: _Held, registry: Registry) -> None:
    gone = list(RemovedFace.objects.filter(registry=registry, version__gt=held.version).values_list("face", flat=True))
    if gone:
        drop_snapshots(registry)
    fresh = _faces().filter(person__registry=registry, version__gt=held.version)
    # A row read at the last load may have been newer than the version read before it: never hold it twice.
    numbers = [*gone, *fresh.values_list("pk", flat=True)]
    if numbers:
        held.index.remove(np.array(numbers, np.int64))
        _add(held.index, fresh)


def _add(index: SearchIndex, faces: QuerySet[KnownFace]) -> None:
    rows: Iterator[Row] = faces.values_list("pk", "person_id", "descriptor").iterator(chunk_size=_BATCH)
    while batch := list(islice(rows, _BATCH)):
        numbers = np.array([row[0] for row in batch], np.int64)
        people = np.array([row[1] for row in batch], np.int64)
        index.add(numbers, people, from_bytes(row[2] for row in batch))


def from_bytes(stored: Iterable[bytes | memoryview]) -> np.ndarray:
    """Stored descriptors as (N, 128) float32."""
    return np.frombuffer(b"".join(bytes(one) for one in stored), "<f4").reshape(-1, 128).astype(np.float32)


def to_bytes(descriptor: np.ndarray) -> bytes:
    """A descriptor as it is stored: 128 float32, little-endian."""
    return descriptor.astype("<f4").tobytes()
