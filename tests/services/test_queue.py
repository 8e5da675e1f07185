"""The queue's table, as django-q2's processes ask it."""

from datetime import timedelta
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ

from faceswap_site.broker import Broker

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
