"""The index in memory answers exactly, whatever was added and removed, and follows the database."""

import numpy as np
import pytest

from recognition.recognise import people_near
from recognition.search.nearest import FaceIndex
from tests.bench.recognition import size_of


def some_descriptors(count: int, seed: int = 1) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, 128)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True) * np.float32(1.4), np.float32)


@pytest.mark.parametrize("count", [1, 3, 100, 30_000])
def test_the_answer_is_that_of_plain_distances(count: int) -> None:
    rows, queries = some_descriptors(count), some_descriptors(4, seed=2)
    queries[0] = rows[-1]
    index = FaceIndex()
    for start in range(0, count, 7000):
        part = np.arange(start, min(count, start + 7000))
        index.add(part, part // 2, rows[part])
    for query, near in zip(queries, index.nearest(queries, 10), strict=True):
        plain = np.linalg.norm(rows - query, axis=1)
        order = np.argsort(plain, kind="stable")[:10]
        assert near.faces.tolist() == order.tolist()
        assert near.people.tolist() == (order // 2).tolist()
        assert near.distances == pytest.approx(plain[order], abs=0)
    assert index.nearest(queries, 1)[0].distances[0] == 0


def test_removed_rows_are_gone_and_the_rest_stays() -> None:
    rows = some_descriptors(10_000)
    numbers = np.arange(10_000)
    index = FaceIndex(capacity=6000)
    index.add(numbers, numbers, rows)
    gone = numbers[::3]
    assert index.remove(gone) == len(gone)
    assert len(index) == 10_000 - len(gone)
    assert index.nearest(rows[:2], 1)[0].faces[0] != 0
    assert index.nearest(rows[:2], 1)[1].faces[0] == 1
    index.add(gone, gone, rows[gone])
    assert sorted(index.nearest(rows[:1], len(numbers))[0].people) == numbers.tolist()
    assert [near.faces[0] for near in index.nearest(rows[:50], 1)] == list(range(50))


def test_all_distances_of_a_person_are_given() -> None:
    rows = some_descriptors(100)
    index = FaceIndex()
    index.add(np.arange(100), np.arange(100) % 10, rows)
    assert len(index.distances_to(3, rows[0])) == 10
    assert len(index.distances_to(11, rows[0])) == 0


def test_memory_is_little_more_than_the_vectors() -> None:
    index = FaceIndex(capacity=100_000)
    index.add(np.arange(100_000), np.arange(100_000), some_descriptors(100_000))
    assert size_of(index) <= 1.1 * 100_000 * 128 * 4
    for start in range(100_000, 110_000, 10):
        index.add(np.arange(start, start + 10), np.arange(start, start + 10), some_descriptors(10))
    assert size_of(index) <= 1.1 * 110_000 * 128 * 4


def test_an_empty_index_answers_with_nobody() -> None:
    [near] = FaceIndex().nearest(some_descriptors(1))
    assert len(near.faces) == len(near.distances) == 0


def test_many_photos_of_one_person_do_not_hide_who_comes_second() -> None:
    rows = np.concatenate([some_descriptors(1) + some_descriptors(200, seed=3) * 0.01, some_descriptors(1, seed=4)])
    index = FaceIndex()
    index.add(np.arange(201), np.append(np.zeros(200, np.int64), 1), rows.astype(np.float32))
    queries = np.concatenate([some_descriptors(1), some_descriptors(1, seed=4)])
    near, other = people_near(index, queries)
    assert list(near) == [0, 1] and near[0] < 0.1 < near[1]
    assert other[1] == 0 < other[0]
