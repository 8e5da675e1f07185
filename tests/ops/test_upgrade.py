"""A site that was set up with the first release is brought up to date with everything that people had there."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import IdempotencyKey, User
from recognition.models import FoundPhoto, IncomingFiles
from swaps.models import SwapJob

RELEASED = [
    ("accounts", "0003_retention_letters_and_key_use"),
    ("recognition", "0002_bulk_uploads_and_reservations"),
    ("swaps", "0005_files_being_written"),
]
ALIAS = "upgraded"


@pytest.fixture
def database(tmp_path: Path, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of its own, in SQLite, that nothing has been written to."""
    engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "site.sqlite3"), "OPTIONS": {}}
    monkeypatch.setitem(connections.databases, ALIAS, connections["default"].settings_dict | engine)
    with django_db_blocker.unblock():
        yield ALIAS
        connections[ALIAS].close()
    del connections[ALIAS]


def migrate(database: str, targets: list[tuple[str, str]]) -> Any:
    """Migrate, and return the models as they are then."""
    executor = MigrationExecutor(connections[database])
    return executor.migrate(targets).apps


@pytest.mark.long
@pytest.mark.again
def test_a_site_of_the_first_release_keeps_all_it_has(database: str) -> None:
    old = migrate(database, RELEASED)
    account = old.get_model("accounts", "User").objects.using(database).create(username="alice", password="x")
    job = old.get_model("swaps", "SwapJob").objects.using(database).create(owner=account, price=2, status="done")
    found = old.get_model("swaps", "FoundPhoto").objects.using(database)
    photo = found.create(owner=account, photo="found/one.jpg", boxes=[[1, 2, 3, 4]], expires=timezone.now())
    keys = old.get_model("swaps", "IdempotencyKey").objects.using(database)
    keys.create(owner=account, key="once", fingerprint="f", status=202, body='{"id": 1}')
    marks = old.get_model("swaps", "IncomingFiles").objects.using(database)
    marks.create(kind="swap", row=uuid.UUID(int=7))

    executor = MigrationExecutor(connections[database])
    migrate(database, executor.loader.graph.leaf_nodes())

    alice = User.objects.using(database).get(username="alice")
    assert SwapJob.objects.using(database).get().pk == job.pk
    kept = FoundPhoto.objects.using(database).get(owner=alice)
    assert (kept.pk, kept.photo.name, kept.boxes) == (photo.pk, "found/one.jpg", [[1, 2, 3, 4]])
    assert IdempotencyKey.objects.using(database).get(owner=alice, key="once").status == 202
    assert IncomingFiles.objects.using(database).get().row == uuid.UUID(int=7)
    # And what is written from now on finds its place in the same tables.
    FoundPhoto.objects.using(database).create(owner=alice, photo="found/two.jpg", expires=timezone.now())
    assert alice.found_photos.using(database).count() == 2
