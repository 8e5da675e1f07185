"""A change of the registry made in one process counts in the others at once."""

import os
import time

import numpy as np
import pytest
from django.db import connection

from recognition.models import KnownFace, Person, Registry
from recognition.search.loaded_registries import index_of, site_registry

from .descriptors import enrol_descriptors

pytestmark = pytest.mark.django_db(transaction=True)


def some_descriptors(count: int) -> np.ndarray:
    return np.random.default_rng(count).normal(size=(count, 128)).astype(np.float32)


def in_another_process(registry: Registry, count: int) -> None:
    """Enrol descriptors in a child that opens a connection of its own."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            enrol_descriptors(registry=registry, rows=some_descriptors(count), names=["someone"] * count)
            connection.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def test_what_another_process_adds_is_found() -> None:
    registry = site_registry()
    enrol_descriptors(registry=registry, rows=some_descriptors(500), names=map(str, range(500)))
    assert len(index_of(registry)) == 500
    in_another_process(registry, 3)
    started = time.monotonic()
    index = index_of(registry)
    assert (len(index), KnownFace.objects.count()) == (503, 503)
    assert time.monotonic() - started < 1
    newest = KnownFace.objects.latest("pk")
    assert index.nearest(some_descriptors(3)[2:], 1)[0].faces.tolist() == [newest.pk]


def test_descriptors_are_taken_over_with_names_and_a_note() -> None:
    registry = site_registry()
    count = enrol_descriptors(registry=registry, rows=some_descriptors(2), names=["Ada", "Bea"], note="moved")
    assert count == 2
    ada = Person.objects.get(name="Ada")
    assert (ada.registry, ada.consent_note, ada.consent_basis) == (registry, "moved", "law")
    assert np.array_equal(np.frombuffer(ada.faces.get().descriptor, "<f4"), some_descriptors(2)[0])
