"""Jobs for an operator's networks in a queue of their own, where the settings name one."""

from typing import Any

import pytest
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ

from accounts.models import User
from recognition.photos.intake import PhotoInput
from swaps.engines.choice import EngineChoice
from swaps.jobs import services, turns
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from tests.conftest import Bring

from .test_swap_lifecycle import photo

pytestmark = pytest.mark.django_db


def submit(owner: User, **choice: Any) -> SwapJob:
    photos = PhotoInput(photo("biden.jpg")), [FaceInput(PhotoInput(photo("obama.jpg")))]
    return services.submit_swap(Submit(*photos, choice=EngineChoice(**choice)), owner=owner)


@pytest.fixture
def three(alice: User, bring: Bring, settings: Any) -> list[SwapJob]:
    """One by a network, one by the classic engine, one with an enhancer."""
    settings.ENGINE_QUEUE = "gpu"
    for family in ("arcface", "inswapper", "gfpgan"):
        bring(family)
    return [submit(alice, engine="inswapper_128"), submit(alice), submit(alice, enhancer="gfpgan")]


def taken() -> list[str]:
    """What a worker as this one gets from the queue, and which job it then claims."""
    claimed = []
    while get_broker().dequeue():
        claim = turns.start_next_swap()
        claimed.append(str(claim.job.pk) if claim else "none")
    return claimed


def test_jobs_for_networks_go_to_their_queue(three: list[SwapJob]) -> None:
    assert list(OrmQ.objects.order_by("pk").values_list("key", flat=True)) == ["gpu", "faceswap", "gpu"]


def test_each_worker_does_what_is_its_own(three: list[SwapJob], monkeypatch: pytest.MonkeyPatch) -> None:
    by_network, classic, enhanced = (str(job.pk) for job in three)
    assert taken() == [classic]
    monkeypatch.setattr(Conf, "CLUSTER_NAME", "gpu")
    assert taken() == [by_network, enhanced]


def test_a_lost_job_is_taken_up_by_its_own_kind_of_worker(
    three: list[SwapJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Conf, "CLUSTER_NAME", "gpu")
    assert len(taken()) == 2
    SwapJob.objects.filter(status="running").update(lease_until="2020-01-01T00:00Z")
    monkeypatch.setattr(Conf, "CLUSTER_NAME", "faceswap")
    assert turns.next_job() == three[1].pk
    assert services.requeue_lost() == 2
    newest = OrmQ.objects.order_by("-pk").values_list("key", flat=True)[:2]
    assert list(newest) == ["gpu", "gpu"]
    assert taken() == [str(three[1].pk)]


def test_without_a_name_every_worker_does_every_job(alice: User, bring: Bring, settings: Any) -> None:
    assert settings.ENGINE_QUEUE == ""
    bring("gfpgan")
    jobs = [submit(alice, enhancer="gfpgan"), submit(alice)]
    assert set(OrmQ.objects.values_list("key", flat=True)) == {"faceswap"}
    assert taken() == [str(job.pk) for job in jobs]
