"""Was a picture made on this site? By the marks in its file, and where those are gone by how the faces on it look."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Literal
from uuid import UUID

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from accounts.models import User
from recognition.engine import Photo
from swaps.chosen_engine import hashes_of_photo, read_marks
from swaps.engine.face_hash import BITS, BYTES, SURE, as_words, bits_apart, mirrored
from swaps.models import ResultHash, SwapJob

Verdict = Literal["yes", "probably", "no"]
Evidence = Literal["signature", "picture", "mark"]
# Rows are read this many at a time, and compared this many at a time: 2 MB.
_BATCH = 8192
_BLOCK = 65_536
# A row that was written later may have a lower number than one read before; so many are looked at again.
_OVERLAP = 500
# All are read anew so often, so that what was deleted leaves memory too; an answer asks the database in any case.
SECONDS_HELD = 3600


@dataclass(frozen=True)
class Checked:
    """What is known of a picture. `job_id` is for its owner alone; `made` is the day in UTC, where it is known."""

    verdict: Verdict
    evidence: Evidence | None = None
    made: date | None = None
    job_id: UUID | None = None


@dataclass
class _Held:
    """The hashes of all results: 42 bytes each."""

    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    words: NDArray[np.uint64] = field(default_factory=lambda: np.empty((0, 4), np.uint64))
    reach: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))
    read: float = float("-inf")


_held = _Held()
_lock = Lock()


def keep_hashes(job: SwapJob, hashes: Sequence[tuple[bytes, int]]) -> None:
    """Write the hashes of a result, in the transaction that makes it the job's."""
    ResultHash.objects.bulk_create(ResultHash(job=job, bits=bits, reach=reach) for bits, reach in hashes)


def check_picture(photo: Photo, *, account: User | None = None) -> Checked:
    """Say whether a picture was made here; `account` is who asks, and None a stranger.

    The owner of a result is told which it is, everyone else the day alone.
    """
    chain = Path(settings.C2PA_CERTIFICATE).read_bytes() if settings.C2PA_CERTIFICATE else b""
    marks = read_marks(photo, chain=chain)
    bits, job = _nearest(hashes_of_photo(photo))
    made = job.completed.date() if job and job.completed else None
    own = job.pk if job and account and job.owner_id == account.pk else None
    if marks.signed:
        return Checked("yes", "signature", made, own)
    if job:
        return Checked("yes" if bits <= SURE else "probably", "picture", made, own)
    return Checked("probably", "mark") if marks.named else Checked("no")


def _nearest(hashes: Sequence[bytes]) -> tuple[int, SwapJob | None]:
    """The result with the face that is nearest to one of these or its mirror image, and by how many bits."""
    if not hashes:
        return BITS, None
    with _lock:
        _catch_up()
        near = sorted(one for bits in hashes for one in (*_near(bits), *_near(mirrored(bits))))
    for apart, number in near:
        job = SwapJob.objects.filter(hashes=number).first()
        if job is not None:  # it may have been deleted since
            return apart, job
    return BITS, None


def _near(bits: bytes) -> Iterator[tuple[int, int]]:
    for start in range(0, len(_held.rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        apart = bits_apart(bits, _held.words[block])
        for place in np.flatnonzero(apart <= _held.reach[block]):
            yield int(apart[place]), int(_held.rows[block][place])


def _catch_up() -> None:
    rows = ResultHash.objects.order_by("pk")
    if time.monotonic() - _held.read > SECONDS_HELD:
        _held.rows, _held.words, _held.reach, _held.read = (*_columns([]), time.monotonic())
    elif len(_held.rows):
        rows = rows.filter(pk__gt=int(_held.rows.max()) - _OVERLAP)
    fresh = rows.values_list("pk", "bits", "reach").iterator(chunk_size=_BATCH)
    while batch := list(islice(fresh, _BATCH)):
        known = set(_held.rows[-2 * _OVERLAP :].tolist())
        numbers, words, reach = _columns([row for row in batch if row[0] not in known])
        _held.rows = np.concatenate([_held.rows, numbers])
        _held.words = np.concatenate([_held.words, words])
        _held.reach = np.concatenate([_held.reach, reach])


def _columns(
    rows: Sequence[tuple[int, bytes | memoryview, int]],
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int16]]:
    sound = [row for row in rows if len(row[1]) == BYTES]
    return (
        np.array([row[0] for row in sound], np.int64),
        as_words([bytes(row[1]) for row in sound]),
        np.array([row[2] for row in sound], np.int16),
    )
