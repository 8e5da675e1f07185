"""Storage, database or Redis away for a while: what was accepted is done afterwards, once, and nothing is half done."""

import queue
import sqlite3
import threading
import time
from datetime import timedelta
from multiprocessing import Value
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.monitor import monitor
from django_q.signing import SignedPackage
from django_q.worker import worker

from accounts.models import User
from accounts.points import accounts_out_of_balance
from faceswap_site.ops.sweep import sweep
from swaps import tasks
from swaps.jobs import runner, services
from swaps.models import SwapJob
from tests.api.conftest import ApiClient, api, swap_request  # noqa: F401 - a fixture
from tests.running_site import free_port

from .test_swap_lifecycle import stored_files, submit

FORM = {"face_sample": "obama.jpg", "target_sample": "biden.jpg"}
own_transactions = pytest.mark.django_db(transaction=True)


def break_storage(settings: Any) -> Any:
    """Let the storage's folder lie below a file, where nothing can be written or read; returns what was set before."""
    before = settings.STORAGES
    options = before["default"]["OPTIONS"] | {"location": "/dev/null/media"}
    settings.STORAGES = before | {"default": before["default"] | {"OPTIONS": options}}
    return before


def give_up_the_lease_and_sweep(job: SwapJob) -> None:
    SwapJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep()


def check_done_once(job: SwapJob, attempts: int) -> None:
    job.refresh_from_db()
    owner = User.objects.get(pk=job.owner_id)
    assert (job.status, job.attempts, owner.balance) == ("done", attempts, 98)
    assert not accounts_out_of_balance().exists()


def test_a_form_is_not_half_accepted_where_nothing_can_be_stored(alice: User, settings: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    break_storage(settings)
    assert client.post("/swaps/new/", FORM).status_code == 500
    alice.refresh_from_db()
    assert (alice.balance, SwapJob.objects.count(), OrmQ.objects.count()) == (100, 0, 0)


def test_a_job_waits_for_its_storage_to_come_back(alice: User, own_files: Path, settings: Any) -> None:
    job = submit(alice)
    before = break_storage(settings)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("running", 1)
    settings.STORAGES = before
    give_up_the_lease_and_sweep(job)
    tasks.run_swap(str(job.pk))
    check_done_once(job, 2)
    assert len(stored_files(own_files)) == 4


def test_a_job_whose_storage_stays_away_fails_and_gives_the_points_back(alice: User, settings: Any) -> None:
    job = submit(alice)
    before = break_storage(settings)
    for _ in range(3):
        tasks.run_swap(str(job.pk))
        SwapJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        services.requeue_lost()
    settings.STORAGES = before
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.error_code, alice.balance) == ("failed", "too_many_attempts", 100)


@pytest.mark.django_db
def test_programs_and_the_worker_go_on_without_redis(api: ApiClient, settings: Any) -> None:  # noqa: F811
    address = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {"default": {"BACKEND": "faceswap_site.lib.cache.ForgetfulRedisCache", "LOCATION": address}}
    assert api.post("/api/v1/swaps", swap_request()).status_code == 202
    job = SwapJob.objects.get()
    tasks.run_swap(str(job.pk))
    check_done_once(job, 1)
    assert Client().get("/readyz").status_code == 200


@own_transactions
def test_a_writer_waits_for_another_one_on_sqlite(alice: User, settings: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such lock")
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(1.0, other.rollback).start()
    started = time.monotonic()
    job = submit(alice)
    assert time.monotonic() - started > 0.5
    tasks.run_swap(str(job.pk))
    check_done_once(job, 1)
    other.close()


@own_transactions
def test_a_job_survives_its_workers_database_connection(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection that could be killed: set DATABASE_URL to a PostgreSQL server")
    job, original = submit(alice), runner.make_result

    def killed_on_the_way(*args: Any, **kwargs: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        parameters = {**connection.get_connection_params(), "cursor_factory": None, "context": None}
        wanted = {name: parameters[name] for name in ("host", "port", "user", "dbname") if name in parameters}
        with psycopg.connect(**wanted, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        return original(*args, **kwargs)

    monkeypatch.setattr(runner, "make_result", killed_on_the_way)
    tasks.run_swap(str(job.pk))
    monkeypatch.undo()
    connection.close()
    job.refresh_from_db()
    assert job.status == "running"
    give_up_the_lease_and_sweep(job)
    tasks.run_swap(str(job.pk))
    check_done_once(job, 2)


@own_transactions
def test_a_job_that_could_not_even_be_claimed_stays_in_the_queue(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = submit(alice)

    def away(job_id: str) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(services, "start_swap", away)
    work_off_the_queue()
    monkeypatch.undo()
    assert OrmQ.objects.count() == 1
    OrmQ.objects.update(lock=timezone.now() - timedelta(seconds=1))  # as when the time to send it again has come
    work_off_the_queue()
    check_done_once(job, 1)
    assert not OrmQ.objects.exists()


def work_off_the_queue() -> None:
    """What the queue's processes do with one task, in this one."""
    broker = get_broker()
    ((ack_id, package),) = broker.dequeue()
    tasks_in, results = queue.Queue[Any](), queue.Queue[Any]()
    tasks_in.put(SignedPackage.loads(package) | {"ack_id": ack_id, "cluster": "tests"})
    tasks_in.put("STOP")
    worker(tasks_in, results, Value("f", -1))
    results.put("STOP")
    monitor(results, broker)
