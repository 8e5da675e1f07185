"""The queue's table, as django-q2's processes ask it."""

import re
from datetime import timedelta
from pydoc import locate
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.tasks import async_task

from accounts.models import User
from faceswap_site.ops.broker import TASKS, Broker
from tests.photos import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker() -> Broker:
    broker = get_broker()
    assert isinstance(broker, Broker)  # the one that the settings name
    return broker


def test_the_oldest_task_comes_first_and_only_once(broker: Broker) -> None:
    numbers = [broker.enqueue(f"task {n}") for n in range(3)]
    other = get_broker()
    assert broker.dequeue() == [(numbers[0], "task 0")]
    assert other.dequeue() == [(numbers[1], "task 1")]
    assert broker.dequeue() == [(numbers[2], "task 2")]
    assert broker.dequeue() is None and other.dequeue() is None


def test_a_task_that_nobody_ended_comes_again_when_its_time_is_over(broker: Broker) -> None:
    number = broker.enqueue("task")
    broker.dequeue()
    lock = OrmQ.objects.get(pk=number).lock
    retry = timedelta(seconds=cast("int", settings.Q_CLUSTER["retry"]))
    assert lock is not None and timedelta() <= timezone.now() + retry - lock < timedelta(minutes=1)
    OrmQ.objects.update(lock=timezone.now() - timedelta(seconds=1))
    assert broker.dequeue() == [(number, "task")]


def test_an_acknowledged_task_is_gone(broker: Broker) -> None:
    first, second = broker.enqueue("one"), broker.enqueue("two")
    broker.acknowledge(first)
    assert list(OrmQ.objects.values_list("pk", flat=True)) == [second]


def test_a_task_that_another_host_took_meanwhile_is_left_to_it(broker: Broker) -> None:
    number = broker.enqueue("task")
    other = get_broker()
    theirs: list[Any] = []

    def between_the_two_statements(execute: Any, sql: str, *arguments: Any) -> Any:
        if sql.startswith("UPDATE") and not theirs:
            theirs.append(None)
            theirs.append(other.dequeue())
        return execute(sql, *arguments)

    with connection.execute_wrapper(between_the_two_statements):
        assert broker.dequeue() is None
    assert theirs[1] == [(number, "task")]


@pytest.mark.parametrize(
    ("task", "hook"), [("subprocess.getoutput", None), ("os.system", None), ("swaps.tasks.run_swap", "os.system")]
)
def test_a_task_that_is_none_of_the_sites_is_refused(
    broker: Broker, task: str, hook: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr("faceswap_site.ops.broker.logger.error", lambda text, *values: logged.append(text % values))
    async_task(task, "true", hook=hook)
    async_task("swaps.tasks.run_swap", "an-id")
    assert broker.dequeue() is None  # it was the oldest, and is gone
    [(number, _payload)] = broker.dequeue() or []
    assert list(OrmQ.objects.values_list("pk", flat=True)) == [number]
    assert len(logged) == 1 and "none of this site's" in logged[0]


def test_the_sites_tasks_are_those_that_it_enqueues() -> None:
    code = "".join(
        path.read_text() for app in ("swaps", "recognition", "accounts") for path in (ROOT / app).rglob("*.py")
    )
    assert set(re.findall(r'async_task\(\s*"([^"]+)"', code)) == TASKS
    assert code.count("async_task(") == len(re.findall(r'async_task\(\s*"', code))
    assert all(callable(locate(task)) for task in TASKS)


def test_nothing_is_run_because_a_table_of_schedules_says_so(client: Client) -> None:
    assert not Conf.SCHEDULER
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/admin/").status_code == 200
    for model in ("schedule", "success", "failure", "ormq"):
        assert client.get(f"/admin/django_q/{model}/").status_code == 404
