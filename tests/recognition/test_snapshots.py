"""Large registries lie in a file that processes share; who is removed is not left in it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from accounts.models import User
from recognition.models import Person, Registry
from recognition.registry import enrolment
from recognition.search import index_files, loaded_registries
from recognition.search.loaded_registries import index_of, site_registry
from recognition.search.nearest import FaceIndex

from .descriptors import enrol_descriptors

pytestmark = pytest.mark.django_db


def some_descriptors(count: int) -> np.ndarray:
    return np.random.default_rng(count).normal(size=(count, 128)).astype(np.float32)


@pytest.fixture
def registry(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Registry:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(index_files, "LEAST_FACES", 100)
    registry = site_registry()
    enrol_descriptors(registry=registry, rows=some_descriptors(300), names=map(str, range(300)))
    return registry


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "index").rglob("*") if path.is_file()]


def as_another_process() -> None:
    loaded_registries._held.clear()


def test_a_saved_index_answers_like_the_one_it_was_saved_from(tmp_path: Path) -> None:
    rows, numbers = some_descriptors(700), np.arange(700)
    index = FaceIndex()
    for start in (0, 300):
        part = slice(start, start + 400 if start else 300)
        index.add(numbers[part], numbers[part] // 2, rows[part])
    index.save(tmp_path / "saved")
    mapped = FaceIndex.mapped(tmp_path / "saved")
    for one, other in zip(index.nearest(rows[:5]), mapped.nearest(rows[:5]), strict=True):
        assert one.faces.tolist() == other.faces.tolist() and one.people.tolist() == other.people.tolist()
        assert np.array_equal(one.distances, other.distances)
    mapped.remove(numbers[:10])
    mapped.add(numbers[:1], numbers[:1], rows[:1])
    assert (len(mapped), len(FaceIndex.mapped(tmp_path / "saved"))) == (691, 700)
    (tmp_path / "other").write_bytes(b"something else")
    with pytest.raises(ValueError, match="not a saved index"):
        FaceIndex.mapped(tmp_path / "other")


def test_another_process_maps_the_file_and_catches_up(registry: Registry, tmp_path: Path) -> None:
    assert len(index_of(registry)) == 300
    assert [path.stat().st_mode & 0o777 for path in files(tmp_path)] == [0o600]
    enrol_descriptors(registry=registry, rows=some_descriptors(5), names=["later"] * 5)
    as_another_process()
    assert len(index_of(registry)) == 305
    assert index_of(registry).nearest(some_descriptors(300)[7:8], 1)[0].distances[0] == 0


def test_who_is_deleted_is_not_left_in_a_file(registry: Registry, tmp_path: Path, administrator: User) -> None:
    index_of(registry)
    [path] = files(tmp_path)
    person = Person.objects.get(name="17")
    kept = bytes(person.faces.get().descriptor)
    assert kept in path.read_bytes()
    enrolment.delete_person(account=administrator, person=person)
    assert files(tmp_path) == []
    as_another_process()
    assert len(index_of(registry)) == 299
    assert all(kept not in path.read_bytes() for path in files(tmp_path))
