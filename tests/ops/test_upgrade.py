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
# What the first release can't do without, as the changelog tells: its web process stops for this upgrade. Nothing more.
CHANGED_SINCE = {
    *(f"accounts_ratewindow.{name}" for name in ("window", "earlier", "ends")),
    "swaps_webhookdelivery.enqueue_at",
}


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


def test_jobs_of_a_web_process_of_the_release_before_are_done_by_the_new_worker(database: str) -> None:
    """It knows the columns of its own release alone, as the models of then do: the database fills in the others."""
    old = migrate(database, RELEASED)
    executor = MigrationExecutor(connections[database])
    migrate(database, executor.loader.graph.leaf_nodes())

    account = old.get_model("accounts", "User").objects.using(database).create(username="bob", password="x")
    jobs = old.get_model("swaps", "SwapJob").objects.using(database)
    job = jobs.create(owner=account, price=2)
    taken = SwapJob.objects.using(database).select_related("owner").get(pk=job.pk)  # by the new worker
    assert taken.owner.username == "bob" and taken.status == "queued"
    SwapJob.objects.using(database).filter(pk=job.pk).update(status="done")
    assert jobs.get(pk=job.pk).status == "done"


def test_what_the_release_before_writes_and_reads_has_its_place(database: str) -> None:
    old = migrate(database, RELEASED)
    models = {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields}
        for model in old.get_models()
    }
    executor = MigrationExecutor(connections[database])
    migrate(database, executor.loader.graph.leaf_nodes())

    gone, not_filled_in = [], []
    with connections[database].cursor() as cursor:
        for table, known in models.items():
            columns = connections[database].introspection.get_table_description(cursor, table)
            gone += [f"{table}.{name}" for name in known - {column.name for column in columns}]
            for column in columns:
                if column.name not in known and not column.null_ok and column.default is None:
                    not_filled_in.append(f"{table}.{column.name}")
    assert models.keys() >= {"accounts_user", "swaps_swapjob"}
    assert set(gone) | set(not_filled_in) == CHANGED_SINCE
