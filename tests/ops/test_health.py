"""An operator's view: is it alive, can it work, what is it doing, and what is wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from swaps.models import SwapJob


def waiting_job(owner: User, minutes: int) -> None:
    job = SwapJob.objects.create(owner=owner, price=2)
    SwapJob.objects.filter(pk=job.pk).update(created=timezone.now() - timedelta(minutes=minutes))


def test_healthz_answers_without_a_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_is_well_where_nothing_is_wrong(client: Client, db: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "problems": {}})


def test_readyz_tells_of_a_queue_that_stands_still(client: Client, alice: User) -> None:
    waiting_job(alice, minutes=10)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "queue" in answer.json()["problems"]


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


def test_the_doctor_finds_nothing_on_a_healthy_site(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor")
    assert "PROBLEM" not in capsys.readouterr().out


def test_the_doctor_says_how_to_mend_a_ledger(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.filter(pk=alice.pk).update(balance=3)
    with pytest.raises(CommandError, match="1 of 10"):
        call_command("doctor")
    assert "run `manage.py check_ledger`" in capsys.readouterr().out
