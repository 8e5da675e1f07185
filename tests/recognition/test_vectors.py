"""PostgreSQL with pgvector answers as the search in memory does, and follows the registry as it does."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts.models import User
from recognition import recognise
from recognition.models import KnownFace, Person, Registry
from recognition.registry import enrolment
from recognition.search import loaded_registries as known
from recognition.search import pgvector
from recognition.search.loaded_registries import index_of, site_registry
from recognition.search.nearest import FaceIndex

from .conftest import person_with, photo
from .descriptors import enrol_descriptors
from .test_index import some_descriptors

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def in_the_database(db: None, settings: Any) -> Iterator[None]:
    """The test's registries are searched by pgvector; skipped where the database has none."""
    if connection.vendor != "postgresql":
        pytest.skip("the tests' database is not PostgreSQL: set DATABASE_URL")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
        [available] = cursor.fetchone()
    if not available:
        pytest.skip("this PostgreSQL has no extension vector: install pgvector")
    pgvector.create_table()
    settings.KNOWN_FACES_SEARCH = "pgvector"
    known._held.clear()
    yield
    known._held.clear()


def vectors_stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {pgvector.TABLE}")
        return int(cursor.fetchone()[0])


def faces_of(person: Person) -> int:
    """How many rows of a person the index finds."""
    return len(index_of(person.registry).distances_to(person.pk, some_descriptors(1)[0]))


@pytest.fixture
def filled() -> Registry:
    registry = site_registry()
    enrol_descriptors(registry=registry, rows=some_descriptors(2000), names=map(str, range(2000)))
    return registry


def test_the_answer_is_that_of_memory(filled: Registry) -> None:
    in_memory, queries = FaceIndex(), some_descriptors(5, seed=2)
    queries[0] = some_descriptors(2000)[7]
    faces = list(KnownFace.objects.order_by("pk").values_list("pk", "person_id", "descriptor"))
    in_memory.add(
        np.array([face[0] for face in faces]),
        np.array([face[1] for face in faces]),
        known.from_bytes(face[2] for face in faces),
    )
    in_table = index_of(filled)
    assert isinstance(in_table, pgvector.TableIndex)
    for one, other in zip(in_table.nearest(queries, 12), in_memory.nearest(queries, 12), strict=True):
        assert one.faces.tolist() == other.faces.tolist() and one.people.tolist() == other.people.tolist()
        assert np.array_equal(one.distances, other.distances)
    person = faces[3][1]
    assert np.array_equal(in_table.distances_to(person, queries[1]), in_memory.distances_to(person, queries[1]))
    assert len(in_table) == len(in_memory) == 2000


def test_it_follows_what_comes_moves_and_goes(alice: User, administrator: User) -> None:
    obama = person_with(alice, "Barack Obama", "obama.jpg", "obama2.jpg")
    [found] = recognise.recognise(account=alice, photo=photo("obama3.jpg"))
    assert (found.verdict, found.candidates[0].name) == ("match", "Barack Obama")
    again = person_with(alice, "Mr President", "obama3.jpg")
    assert (faces_of(obama), faces_of(again)) == (2, 1)
    enrolment.merge_people(account=alice, into=obama, other=again)
    assert (faces_of(obama), faces_of(again)) == (3, 0)
    assert (len(index_of(obama.registry)), vectors_stored()) == (3, 3)
    enrolment.forget_face(account=alice, face=obama.faces.all()[0])
    assert (len(index_of(obama.registry)), vectors_stored()) == (2, 2)
    enrolment.delete_person(account=alice, person=obama)
    assert vectors_stored() == 0
    [found] = recognise.recognise(account=alice, photo=photo("obama3.jpg"))
    assert found.candidates == ()


def test_a_process_that_was_away_catches_up(filled: Registry) -> None:
    assert len(index_of(filled)) == 2000
    Person.objects.filter(name="17").delete()
    enrol_descriptors(registry=filled, rows=some_descriptors(3, seed=9), names=["later"] * 3)
    known._held.clear()  # as a process that has just started
    assert len(index_of(filled)) == 2002
    assert index_of(filled).nearest(some_descriptors(3, seed=9)[:1], 1)[0].distances[0] == 0


def test_descriptors_of_another_model_do_not_count(filled: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(index_of(filled)) == 2000
    for module in (known, pgvector):
        monkeypatch.setattr(module, "ENCODER", "newer")
    known._held.clear()
    assert len(index_of(filled)) == 0
    assert index_of(filled).nearest(some_descriptors(1))[0].faces.tolist() == []


def test_a_server_without_the_extension_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pgvector, "_CREATE", ("CREATE EXTENSION nothing_of_that_name",))
    with pytest.raises(ImproperlyConfigured, match="Install its package"):
        pgvector.create_table()
