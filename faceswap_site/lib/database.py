"""What is asked of the database beside Django's queries."""

import sqlite3

import psycopg
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from .errors import Overloaded
from .storage import with_causes

MILLISECONDS_FOR_A_CHECKPOINT = 50
SECONDS_TO_COME_BACK = 10  # a restart of PostgreSQL takes a few


def database_away(error: BaseException | None) -> Overloaded | None:
    """What to say of an error that means, or came from one that means, that the database can't be asked just now."""
    away = any(
        isinstance(one, psycopg.OperationalError | psycopg.InterfaceError)
        or getattr(one, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        for one in with_causes(error)
    )
    return Overloaded(case="database", retry_after=SECONDS_TO_COME_BACK) if away else None


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
