"""What is asked of the database beside Django's queries."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

MILLISECONDS_FOR_A_CHECKPOINT = 50


def is_prepared() -> bool:
    """Whether the tables are those of this version."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def overwrite_deleted_pages() -> None:
    """On SQLite, copy the write-ahead log into the database and empty it: its old pages still hold deleted rows.

    `secure_delete` overwrites rows in the database file only. Where somebody is reading or writing just now, the next
    sweep tries again; nobody is kept waiting. PostgreSQL overwrites deleted rows when it vacuums.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        patience = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {MILLISECONDS_FOR_A_CHECKPOINT}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
