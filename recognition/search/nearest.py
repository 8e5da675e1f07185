"""Exact nearest neighbours over descriptors in memory: one matrix product a query, exact distances for the answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recognition.engine.types import FloatImage

Ids = NDArray[np.int64]

DIMENSIONS = 128
_ROW_BYTES = 4 * DIMENSIONS + 4 + 8 + 8
# Rows looked at in one product: enough that its overhead does not count, and few enough that its 128 kB of scores are
# still in the cache when they are compared.
_STRIPE = 32768
# The error of a squared distance by expansion in float32, for descriptors of norms up to 2.
_SLACK = np.float32(1e-4)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest rows to one query, nearest first.

    Attributes
    ----------
    faces, people : (K,) int64
    distances : (K,) float32
        Euclidean, computed as differences like face_recognition.face_distance does.
    """

    faces: Ids
    people: Ids
    distances: FloatImage


class SearchIndex(Protocol):
    """What can be asked of a registry's faces, wherever they lie."""

    def __len__(self) -> int: ...

    def add(self, faces: Ids, people: Ids, descriptors: FloatImage) -> None: ...

    def nearest(self, queries: FloatImage, count: int = 10) -> list[Neighbours]: ...

    def distances_to(self, person: int, query: FloatImage) -> FloatImage: ...


class _Block:
    """Some rows: descriptors (N, 128), half their squared norms (N,), and whose they are."""

    def __init__(self, rows: FloatImage, half: FloatImage, faces: Ids, people: Ids, count: int) -> None:
        self.rows, self.half, self.faces, self.people = rows, half, faces, people
        self.count = count

    @classmethod
    def empty(cls, capacity: int) -> "_Block":
        """Room for rows."""
        rows, half = np.empty((capacity, DIMENSIONS), np.float32), np.empty(capacity, np.float32)
        return cls(rows, half, np.empty(capacity, np.int64), np.empty(capacity, np.int64), 0)

    @property
    def free(self) -> int:
        return len(self.rows) - self.count


class FaceIndex:
    """Descriptors with the numbers of their faces and people; adding, removing and asking are safe between threads.

    Rows lie in blocks, so that growing copies nothing and holds at most a sixteenth more than is used.
    """

    def __init__(self, capacity: int = 0) -> None:
        self._lock = RLock()
        self._blocks: list[_Block] = [_Block.empty(capacity)] if capacity else []

    @classmethod
    def mapped(cls, path: Path) -> "FaceIndex":
        """Map a file that `save` wrote: its pages are shared between processes, changes stay private."""
        size = path.stat().st_size
        count, rest = divmod(size, _ROW_BYTES)
        if rest or not count:
            raise ValueError(f"{path} is not a saved index")
        data = np.memmap(path, np.uint8, "c")
        ends = np.cumsum([count * DIMENSIONS * 4, count * 4, count * 8])
        rows, half, faces, people = np.split(np.asarray(data), ends)
        index = cls()
        index._blocks = [
            _Block(
                rows.view(np.float32).reshape(count, DIMENSIONS),
                half.view(np.float32),
                faces.view(np.int64),
                people.view(np.int64),
                count,
            )
        ]
        return index

    def save(self, path: Path) -> None:
        """Write all rows to a file for `mapped`: descriptors, half squares, faces, people, each in one piece."""
        with self._lock, path.open("wb") as file:
            path.chmod(0o600)
            for name in ("rows", "half", "faces", "people"):
                for block in self._blocks:
                    np.ascontiguousarray(getattr(block, name)[: block.count]).tofile(file)

    def __len__(self) -> int:
        return sum(block.count for block in self._blocks)

    def add(self, faces: Ids, people: Ids, descriptors: FloatImage) -> None:
        """Append rows.

        Parameters
        ----------
        faces, people : (N,) int64
        descriptors : (N, 128) float32
        """
        with self._lock:
            done, total = 0, len(faces)
            while done < total:
                block = self._block_with_room(total - done)
                count = min(block.free, total - done)
                here, there = slice(block.count, block.count + count), slice(done, done + count)
                block.rows[here] = descriptors[there]
                block.half[here] = _half_squares(block.rows[here])
                block.faces[here], block.people[here] = faces[there], people[there]
                block.count += count
                done += count

    def _block_with_room(self, wanted: int) -> _Block:
        if not self._blocks or not self._blocks[-1].free:
            self._blocks.append(_Block.empty(max(wanted, min(4096, max(16, len(self) // 16)))))
        return self._blocks[-1]

    def remove(self, faces: Ids) -> int:
        """Take rows out by their faces' numbers, overwrite what they held, and return how many there were."""
        with self._lock:
            removed = 0
            for block in self._blocks:
                keep = ~np.isin(block.faces[: block.count], faces)
                kept = int(keep.sum())
                if kept == block.count:
                    continue
                for array in (block.rows, block.half, block.faces, block.people):
                    array[:kept] = array[: block.count][keep]
                    array[kept : block.count] = 0
                removed += block.count - kept
                block.count = kept
            self._blocks = [block for block in self._blocks if block.count]
            return removed

    def nearest(self, queries: FloatImage, count: int = 10) -> list[Neighbours]:
        """Find the rows nearest to each query.

        Parameters
        ----------
        queries : (Q, 128) float32
        count : int
            How many rows to give for each; fewer where the index holds fewer.

        Returns
        -------
        list of Neighbours
            One a query, in their order; equal distances by the face's number.
        """
        with self._lock:
            found: list[list[tuple[Ids, Ids, FloatImage]]] = [[] for _ in queries]
            bounds = np.full(len(queries), np.inf, np.float32)
            for block, start, stop in self._stripes():
                # ‖a‖²/2 − a·b orders rows like the distance does.
                scores = block.half[start:stop] - queries @ block.rows[start:stop].T
                for number, row in enumerate(scores):
                    near = np.flatnonzero(row <= bounds[number] + _SLACK)
                    if len(near) > count:
                        limit = np.partition(row[near], count - 1)[count - 1]
                        bounds[number] = min(bounds[number], limit)
                        near = near[row[near] <= limit + _SLACK]
                    if len(near):
                        at = start + near
                        exact = exact_distances(block.rows[at], queries[number])
                        found[number].append((block.faces[at], block.people[at], exact))
            return [first_neighbours(parts, count) for parts in found]

    def distances_to(self, person: int, query: FloatImage) -> FloatImage:
        """Distances of a query (128,) to every row of one person: (N,) float32."""
        with self._lock:
            parts = [
                exact_distances(block.rows[: block.count][mine], query)
                for block in self._blocks
                if (mine := block.people[: block.count] == person).any()
            ]
        return np.concatenate(parts) if parts else np.empty(0, np.float32)

    def _stripes(self) -> Iterator[tuple[_Block, int, int]]:
        for block in self._blocks:
            for start in range(0, block.count, _STRIPE):
                yield block, start, min(start + _STRIPE, block.count)


def _half_squares(rows: FloatImage) -> FloatImage:
    return np.asarray(np.einsum("ij,ij->i", rows, rows) / 2, np.float32)


def exact_distances(rows: FloatImage, query: FloatImage) -> FloatImage:
    """Distances of rows (N, 128) to a query (128,), computed as face_recognition.face_distance does: (N,) float32."""
    return np.asarray(np.linalg.norm(rows - query, axis=1), np.float32)


def first_neighbours(parts: list[tuple[Ids, Ids, FloatImage]], count: int) -> Neighbours:
    """The nearest of several lists of faces, people and distances; equal distances by the face's number."""
    if not parts:
        return Neighbours(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    faces, people, distances = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((faces, distances))[:count]
    return Neighbours(faces[order], people[order], distances[order])
