"""An operator's view: is it alive, can it work, what is it doing, and what is wrong."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from faceswap_site.ops.heartbeat import alive, sweeper_beats
from faceswap_site.ops.management.commands.doctor import CHECKS
from faceswap_site.ops.models import Heartbeat
from faceswap_site.ops.sweep import sweep
from swaps.models import SwapJob, WebhookDelivery
from tests.running_site import free_port
from tests.web.conftest import make_job


@pytest.fixture
def unused_port() -> int:
    return free_port()


def waiting_job(owner: User, minutes: int) -> None:
    job = SwapJob.objects.create(owner=owner, price=2)
    SwapJob.objects.filter(pk=job.pk).update(created=timezone.now() - timedelta(minutes=minutes))


def test_healthz_answers_without_a_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_is_well_where_nothing_is_wrong(client: Client, db: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_readyz_tells_of_a_queue_that_stands_still_and_strangers_no_more_than_that(
    client: Client, alice: User, settings: Any
) -> None:
    settings.METRICS_TOKEN = "right"
    waiting_job(alice, minutes=10)
    client.force_login(alice)
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = client.get("/readyz", headers=headers)
        assert (answer.status_code, answer.json()) == (503, {"status": "unready"})
    assert "queue" in client.get("/readyz", headers={"Authorization": "Bearer right"}).json()["problems"]
    client.force_login(User.objects.create_superuser("root"))
    assert "queue" in client.get("/readyz").json()["problems"]


def test_readyz_answers_without_a_database_too(client: Client, alice: User) -> None:
    client.force_login(alice)

    def away(*_: Any) -> Any:
        raise OperationalError

    with connection.execute_wrapper(away):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unready"})


def test_there_are_no_metrics_without_a_token(client: Client, db: None, settings: Any) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404


def test_the_metrics_count_jobs_and_points(client: Client, alice: User, settings: Any) -> None:
    settings.METRICS_TOKEN = "right"
    waiting_job(alice, minutes=1)
    text = client.get("/metrics", headers={"Authorization": "Bearer right"}).text
    assert 'faceswap_jobs{status="queued"} 1.0' in text
    assert 'faceswap_points_total{kind="grant"} 100.0' in text


@pytest.mark.real_engine  # the doctor looks at models and samples
def test_the_doctor_finds_nothing_on_a_healthy_site(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor")
    assert "PROBLEM" not in capsys.readouterr().out


@pytest.mark.real_engine  # the doctor looks at models and samples
def test_the_doctor_says_how_to_mend_a_ledger(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.filter(pk=alice.pk).update(balance=3)
    with pytest.raises(CommandError, match=f"1 of {len(CHECKS)} "):
        call_command("doctor")
    assert "run `manage.py check_ledger`" in capsys.readouterr().out


def diagnosis(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(CommandError):
        call_command("doctor")
    return capsys.readouterr().out


def test_the_doctor_says_what_to_start_where_nobody_works(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    make_job(alice, "queued")
    assert "start `manage.py qcluster`" in diagnosis(capsys)


def test_the_doctor_names_the_setting_of_a_service_that_is_away(
    alice: User, capsys: pytest.CaptureFixture[str], settings: Any, unused_port: int
) -> None:
    address = f"redis://user:a-password@127.0.0.1:{unused_port}/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}}
    settings.EMAIL_CONFIG, settings.EMAIL_BACKEND = "smtp", "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port
    told = diagnosis(capsys)
    assert "check REDIS_URL" in told and "check EMAIL_URL" in told
    assert "a-password" not in told


@pytest.mark.django_db
def test_the_doctor_gets_to_the_end_of_its_list_whatever_each_check_meets(
    capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.KNOWN_FACES_SEARCH = "pgvector"

    def away(*args: Any) -> Any:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(away):
        told = diagnosis(capsys)
    assert "search     PROBLEM  the table of known faces can't be looked at: mend the database first" in told
    assert [line.split()[0] for line in told.splitlines()] == list(CHECKS)


@pytest.mark.django_db(transaction=True)
def test_sweepers_of_many_hosts_that_beat_at_once_are_all_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"host-{number}" for number in range(8)]
    together = threading.Barrier(len(names))
    own = threading.local()
    monkeypatch.setattr(socket, "gethostname", lambda: own.name)

    def beat(name: str) -> None:
        own.name = name
        together.wait(10)
        for _ in range(5):
            sweeper_beats()
        connection.close()

    with ThreadPoolExecutor(len(names)) as hosts:
        list(hosts.map(beat, names))
    assert [(one.host, one.what) for one in alive()] == [(name, "sweeper") for name in names]


@pytest.mark.django_db
def test_a_sweeper_that_is_silent_is_gone() -> None:
    sweeper_beats()
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=31))
    assert not alive()
    Heartbeat.objects.update(host="gone", at=timezone.now() - timedelta(days=2))
    sweeper_beats()
    assert [one.host for one in alive()] == [socket.gethostname()]
    assert Heartbeat.objects.count() == 1


def test_the_dashboard_and_the_metrics_show_who_works(client: Client, db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = "right"
    client.force_login(User.objects.create_superuser("root"))
    assert "nothing works on swaps" in client.get("/admin/dashboard/").content.decode()
    sweep()
    text = client.get("/admin/dashboard/").content.decode()
    assert f"sweeper on {socket.gethostname()}" in text and "nothing works on swaps" not in text
    figures = client.get("/metrics", headers={"Authorization": "Bearer right"}).text
    assert 'faceswap_workers{kind="sweeper"} 1.0' in figures and 'faceswap_workers{kind="queue"} 0.0' in figures


def test_the_metrics_tell_how_long_jobs_and_callbacks_take(client: Client, alice: User, settings: Any) -> None:
    settings.METRICS_TOKEN = "right"
    job = make_job(alice)
    SwapJob.objects.filter(pk=job.pk).update(report={"finding": 0.25, "seconds": 0.5})
    late = timezone.now() - timedelta(minutes=2)
    WebhookDelivery.objects.create(job=job, url="https://example.org/", next_try=late)
    figures = client.get("/metrics", headers={"Authorization": "Bearer right"}).text
    assert 'faceswap_job_seconds_mean{stage="finding"} 0.25' in figures
    assert 'faceswap_job_seconds_max{stage="work"} 0.5' in figures
    assert "faceswap_webhook_lag_seconds 12" in figures
