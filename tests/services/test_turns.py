"""Accounts take turns at the workers: however many jobs one has, another's single swap is started next."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from accounts.models import User
from recognition.registry.bulk_uploads import REGISTRY_QUEUE
from swaps import tasks
from swaps.jobs import services, turns
from swaps.models import SwapJob
from tests.conftest import make_account

from .test_swap_lifecycle import submit

pytestmark = pytest.mark.django_db


def wait(owner: User, count: int = 1) -> list[SwapJob]:
    """Jobs that wait for a worker, with nothing in them."""
    return SwapJob.objects.bulk_create([SwapJob(owner=owner, price=0) for _ in range(count)])


def served(count: int) -> list[str]:
    """Whose jobs the next free workers are given."""
    claims = [turns.start_next_swap() for _ in range(count)]
    return [claim.job.owner.username for claim in claims if claim is not None]


def test_a_single_swap_is_next_however_many_another_has_waiting(alice: User, bob: User) -> None:
    wait(alice, 200)
    assert served(3) == ["alice"] * 3
    wait(bob)
    assert served(3) == ["bob", "alice", "alice"]
    wait(bob)  # whoever comes back is not made to wait for what came in meanwhile
    assert served(2) == ["bob", "alice"]


def test_accounts_that_wait_are_served_in_turn_each_its_oldest_first(alice: User, bob: User) -> None:
    charlie = make_account("charlie")
    jobs = [*wait(alice, 4), *wait(bob, 2), *wait(charlie, 3)]
    claims = [turns.start_next_swap() for _ in jobs]
    assert [claim and claim.job.owner.username[0] for claim in claims] == [*"abc", *"abc", *"ac", "a"]
    of_alice = [claim.job.pk for claim in claims if claim is not None and claim.job.owner == alice]
    assert of_alice == [job.pk for job in jobs[:4]]
    assert turns.start_next_swap() is None


def test_an_administrators_choice_gives_an_account_more_of_a_turn(alice: User, bob: User, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    page = f"/admin/accounts/user/{alice.pk}/change/"
    assert b"swaps in a turn" in client.get(page).content.lower()
    User.objects.filter(pk=alice.pk).update(turn_weight=3)
    wait(alice, 7)
    wait(bob, 3)
    assert "".join(name[0] for name in served(10)) == "aaabaaabab"


def test_a_place_that_one_job_asked_for_goes_to_the_job_whose_turn_it_is(alice: User, bob: User) -> None:
    flood = [submit(alice) for _ in range(3)]
    tasks.run_swap(str(flood[0].pk))
    single = submit(bob)
    tasks.run_swap(str(flood[1].pk))
    single.refresh_from_db()
    assert single.status == "done"
    for job in (flood[2], single):  # there is a place for every job
        tasks.run_swap(str(job.pk))
    assert set(SwapJob.objects.values_list("status", flat=True)) == {"done"}


def test_the_job_of_a_lost_worker_is_not_forgotten_and_one_without_attempts_left_fails(alice: User) -> None:
    wait(alice, 2)
    lost = turns.start_next_swap()
    assert lost is not None
    SwapJob.objects.filter(pk=lost.job.pk).update(lease_until=timezone.now() - timedelta(seconds=1), attempts=99)
    assert served(3) == ["alice"]
    lost.job.refresh_from_db()
    assert (lost.job.status, lost.job.error_code) == ("failed", "too_many_attempts")


def test_of_workers_that_ask_at_once_each_gets_another_job(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    wait(alice, 2)
    next_job = turns.next_job
    theirs: list[services.Claim | None] = []

    def asked_at_once() -> object:
        job = next_job()
        if not theirs:
            theirs.append(None)
            theirs.append(turns.start_next_swap())
        return job

    monkeypatch.setattr(turns, "next_job", asked_at_once)
    mine = turns.start_next_swap()
    assert mine is not None and theirs[1] is not None and mine.job.pk != theirs[1].job.pk


def test_tasks_for_registries_neither_starve_nor_hold_up_swaps() -> None:
    broker = get_broker()

    def taken() -> tuple[int, str] | None:
        [(number, payload)] = broker.dequeue() or [(0, "")]
        return (number, SignedPackage.loads(payload)["func"].split(".")[0]) if number else None

    for upload in range(3):
        async_task("recognition.tasks.enrol_bulk", str(upload), cluster=REGISTRY_QUEUE)
    for job in range(4):
        async_task("swaps.tasks.run_swap", str(job))
    first, *others = [taken() for _ in range(4)]
    # One is under way at a time, and not the next right after it.
    assert first is not None and first[1] == "recognition"
    assert [other and other[1] for other in others] == ["swaps"] * 3
    broker.acknowledge(first[0])
    assert [task and task[1] for task in (taken(), taken())] == ["recognition", "swaps"]
    assert taken() is None and broker.queue_size() == 1  # the last of them waits for the one that is under way
    OrmQ.objects.exclude(lock__lte=timezone.now()).delete()
    assert taken() is not None


def test_a_place_at_a_worker_is_asked_for_once_for_each_job(alice: User) -> None:
    jobs = [submit(alice) for _ in range(2)]
    payloads = OrmQ.objects.order_by("pk").values_list("payload", flat=True)
    assert [SignedPackage.loads(payload)["args"] for payload in payloads] == [(str(job.pk),) for job in jobs]
