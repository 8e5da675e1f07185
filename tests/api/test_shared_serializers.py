"""One serializer answers the requests of everybody: what it told one of them, it tells nobody else."""

import gc
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework.serializers import BaseSerializer, Field
from rest_framework.utils.serializer_helpers import BindingDict

from accounts import points
from accounts.api.serializers import PointEntrySerializer
from accounts.models import User
from faceswap_site.lib.api.view import SurfaceView, representer
from recognition.api.serializers import PersonSerializer
from recognition.models import Person
from swaps.api.batch_serializers import BatchSerializer
from swaps.api.serializers import JobSerializer
from swaps.batches.progress import progress_of
from swaps.models import SwapBatch, SwapJob
from tests.batches.conftest import collected
from tests.recognition.conftest import person_with
from tests.web.conftest import make_job

from .conftest import ApiClient

pytestmark = pytest.mark.django_db
SITE = "https://faces.example"


def failed_job(owner: User) -> SwapJob:
    """A job of which each owner's is told otherwise in every part."""
    points.grant(owner, owner.pk, reason="More")
    made = SwapJob.objects.filter(pk=make_job(owner, "failed").pk)
    whose = f"of_{owner.username}"
    made.update(error_code=whose, error_message=f"Why {whose}", width=owner.pk, height=owner.pk, price=owner.pk)
    job = made.select_related("owner").get()
    assert job.face_rows  # asked for here, since a thread doesn't see this test's database
    return job


def known_person(owner: User) -> Person:
    made = person_with(owner, f"Friend of {owner.username}", "obama.jpg")
    return Person.objects.prefetch_related("faces").get(pk=made.pk)


def first_entry(owner: User) -> Any:
    points.grant(owner, 1, reason=f"For {owner.username}")
    return owner.point_entries.order_by("-id").first()


def told_batch(owner: User) -> SwapBatch:
    made = SwapBatch.objects.select_related("owner").get(pk=collected(owner, ["biden.jpg"]).pk)
    made.progress = progress_of(made)  # type: ignore[attr-defined]  # here: a thread doesn't see this test's database
    return made


ROWS: dict[type[BaseSerializer[Any]], Any] = {
    BatchSerializer: told_batch,
    JobSerializer: failed_job,
    PersonSerializer: known_person,
    PointEntrySerializer: first_entry,
}
each_kind = pytest.mark.parametrize("kind", list(ROWS))


@pytest.fixture(autouse=True)
def none_bound_yet() -> Iterator[None]:
    representer.cache_clear()
    yield
    representer.cache_clear()


def subclasses(of: type[Any]) -> Iterator[type[Any]]:
    for one in of.__subclasses__():
        yield from (one, *subclasses(one))


def parts(of: Any) -> Iterator["Field[Any, Any, Any, Any]"]:
    """A serializer, its fields, and theirs; what was not bound yet is by now."""
    yield of
    inner: list[Any] = [*getattr(of, "fields", {}).values(), *([of.child] if hasattr(of, "child") else [])]
    for one in inner:
        yield from parts(one)


def state(of: Any) -> list[dict[str, Any]]:
    """All that a serializer and its fields have in them: each other as they are, and the rest as text."""

    def seen(value: Any) -> Any:
        return value if isinstance(value, (Field, BindingDict)) else repr(value)

    return [{name: seen(value) for name, value in vars(one).items()} for one in list(parts(of))]


def test_the_serializer_of_every_view_is_tried_here() -> None:
    assert get_resolver().url_patterns  # the views are there
    kinds = {getattr(view, "serializer_class", None) for view in subclasses(SurfaceView)} - {None}
    assert kinds == set(ROWS)


@each_kind
def test_nothing_of_a_row_stays(kind: Any, alice: User) -> None:
    tell: Any = representer(kind, SITE)
    before = state(tell.__self__)
    row = ROWS[kind](alice)
    assert tell(row)
    assert state(tell.__self__) == before
    gone = weakref.ref(row)
    del row
    gc.collect()
    assert gone() is None


class InStep:
    """A row that waits at each of its attributes until the other thread has come to the same one."""

    def __init__(self, row: Any, both: Barrier) -> None:
        self._row, self._both = row, both

    def __getattr__(self, name: str) -> Any:
        self._both.wait(timeout=30)
        return getattr(self._row, name)


@each_kind
def test_two_requests_at_a_time_get_an_answer_of_their_own(kind: Any, alice: User, bob: User) -> None:
    rows = [ROWS[kind](owner) for owner in (alice, bob)]
    alone = [kind(row, context={"site_url": SITE}).data for row in rows]
    assert alone[0] != alone[1]
    both = Barrier(2)

    def told(row: Any) -> Any:
        return representer(kind, SITE)(InStep(row, both))

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(told, rows * 2)) == alone * 2


def test_addresses_are_those_of_the_site_as_each_caller_reaches_it(
    api: ApiClient, bobs_api: ApiClient, alice: User, bob: User, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["one.example", "other.example"]
    calls = ((api, failed_job(alice), "one.example"), (bobs_api, failed_job(bob), "other.example"))
    for _ in range(2):
        for program, job, host in calls:
            answer = program.get(f"/api/v1/swaps/{job.pk}", Host=host).json()
            assert answer["urls"]["self"] == f"http://{host}/api/v1/swaps/{job.pk}"
