"""A batch from its first photo to its end: paid as a whole, each photo by itself, nothing left behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from accounts import points
from accounts.models import User
from accounts.points import NotEnoughPoints, accounts_out_of_balance
from accounts.privacy.deletion import AccountClosed, close_account, delete_account
from accounts.privacy.preferences import set_preferences
from faceswap_site.lib.errors import DomainError
from faceswap_site.ops.sweep import sweep
from faceswap_site.ops.unnamed_files import stored_files, unnamed
from recognition.engine import NoFaceFound
from recognition.photos.intake import PhotoInput
from swaps.batches import services
from swaps.batches.progress import progress_of
from swaps.jobs.services import delete_swap, fail_swap, longest_wait, start_swap, submit_swap
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import BatchFace, BatchItem, SwapBatch, SwapFace, SwapJob
from swaps.studio import sources
from tests.web.conftest import small_photo

from .conftest import collected, face_input, started, statuses, work

pytestmark = pytest.mark.django_db
BROKEN = "notes.txt"


def balance(account: User) -> int:
    account.refresh_from_db()
    return account.balance


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_photos_are_collected_for_nothing_and_paid_together(alice: User) -> None:
    batch = collected(alice, ["biden.jpg", BROKEN, "astronaut.png"])
    assert (batch.status, balance(alice), SwapJob.objects.count(), OrmQ.objects.count()) == ("collecting", 100, 0, 0)
    services.start(batch)
    assert (batch.status, balance(alice)) == ("running", 96)  # what can't be used costs nothing
    assert statuses(batch) == ["queued", "failed", "queued"]
    assert "Save it as JPEG or PNG" in batch.items.all()[1].error_text
    work()
    batch.refresh_from_db()
    assert (batch.status, statuses(batch)) == ("done", ["done", "failed", "done"])
    assert balance(alice) == 96
    assert not accounts_out_of_balance()


def test_the_face_is_stored_once(alice: User, own_files: Path) -> None:
    batch = started(alice, ["biden.jpg", "astronaut.png", "obama2.jpg"])
    names = set(SwapFace.objects.values_list("photo", flat=True))
    assert names == {batch.faces.get().photo.name}
    assert len(files_in(own_files)) == 1 + 3
    assert unnamed(list(stored_files()), before=timezone.now() + timedelta(hours=1)) == []


def test_a_face_without_a_face_is_refused_before_any_photo_is_sent(alice: User, own_files: Path) -> None:
    with pytest.raises(NoFaceFound):
        services.collect([FaceInput(PhotoInput(small_photo()))], owner=alice)
    assert (SwapBatch.objects.count(), files_in(own_files)) == (0, [])


def test_too_few_points_for_all_start_none(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(balance=3)
    batch = collected(alice)
    with pytest.raises(NotEnoughPoints) as refused:
        services.start(batch)
    assert refused.value.details["price"] == 4
    batch.refresh_from_db()
    assert (batch.status, SwapJob.objects.count(), OrmQ.objects.count()) == ("collecting", 0, 0)
    assert all(item.target.storage.exists(str(item.target.name)) for item in batch.items.all())


def test_a_batch_starts_once_and_then_takes_no_more(alice: User) -> None:
    batch = started(alice)
    for act in (lambda: services.start(batch), lambda: services.add_photo(batch, lambda: face_input().photo)):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "batch_started"
    assert balance(alice) == 96


def test_a_batch_has_a_most(alice: User, settings: Any) -> None:
    settings.BATCH_MAX_PHOTOS = 2
    batch = collected(alice)
    with pytest.raises(DomainError) as refused:
        services.add_photo(batch, lambda: face_input().photo)
    assert (refused.value.code, batch.items.count()) == ("batch_full", 2)


def test_jobs_go_to_the_queue_a_few_at_a_time(alice: User, settings: Any) -> None:
    settings.BATCH_JOBS_AT_A_TIME = 2
    batch = started(alice, ["biden.jpg"] * 5)
    assert OrmQ.objects.count() == 2
    assert batch.items.filter(handed=True).count() == 2
    work(1)
    assert OrmQ.objects.count() == 3
    SwapJob.objects.filter(batch_item__handed=False).update(created=timezone.now() - timedelta(hours=1))
    assert longest_wait() < timedelta(minutes=1)  # what the batch keeps back waits for no worker
    assert work() == 4
    assert OrmQ.objects.count() == 5


def test_the_sweep_mends_a_chain_that_broke(alice: User, settings: Any) -> None:
    settings.BATCH_JOBS_AT_A_TIME = 1
    batch = started(alice, ["biden.jpg"] * 3)
    SwapJob.objects.filter(batch_item__handed=True).update(status="failed")  # by hand: nothing is handed on
    sweep()
    assert work() == 2
    batch.refresh_from_db()
    assert batch.status == "done"


def test_cancelling_gives_back_what_was_not_made(alice: User) -> None:
    batch = started(alice, ["biden.jpg"] * 4)
    work(1)
    assert services.cancel(batch)
    assert statuses(batch) == ["done", "cancelled", "cancelled", "cancelled"]
    assert (batch.status, balance(alice)) == ("cancelled", 98)
    assert not services.cancel(batch)
    assert work() == 0


def test_a_cancel_that_died_is_finished_by_the_sweep(alice: User) -> None:
    batch = started(alice)
    SwapBatch.objects.filter(pk=batch.pk).update(status="cancelled")
    sweep()
    assert statuses(batch) == ["cancelled", "cancelled"]
    assert balance(alice) == 100


def fail_next() -> None:
    item = BatchItem.objects.filter(handed=True, job__status="queued").order_by("position")[0]
    claim = start_swap(str(item.job_id))
    assert claim is not None
    fail_swap(claim, DomainError("internal_error", case="swap"))


def test_what_failed_is_tried_again_and_paid_again(alice: User, own_files: Path) -> None:
    batch = started(alice)
    fail_next()
    work()
    assert (statuses(batch), balance(alice)) == (["failed", "done"], 98)
    before = len(files_in(own_files))
    failed = batch.items.all()[0]
    assert services.try_again(batch, [failed.pk]) == 1
    assert (batch.status, balance(alice)) == ("running", 96)
    assert len(files_in(own_files)) == before
    work()
    batch.refresh_from_db()
    assert (batch.status, statuses(batch), balance(alice)) == ("done", ["done", "done"], 96)
    assert not accounts_out_of_balance()
    with pytest.raises(DomainError) as refused:
        services.try_again(batch)
    assert refused.value.code == "nothing_to_retry"


def test_what_was_cancelled_can_go_on(alice: User) -> None:
    batch = started(alice, ["biden.jpg"] * 3)
    work(1)
    services.cancel(batch)
    assert services.try_again(batch) == 2
    work()
    assert statuses(batch) == ["done"] * 3
    assert balance(alice) == 94


@pytest.mark.parametrize("copied_first", [False, True])
def test_of_two_who_try_again_at_once_one_does(
    alice: User, monkeypatch: pytest.MonkeyPatch, own_files: Path, copied_first: bool
) -> None:
    batch = started(alice, ["biden.jpg"])
    fail_next()
    copied = services._copied

    def meanwhile(job: SwapJob, job_id: UUID) -> tuple[str, int]:
        monkeypatch.setattr(services, "_copied", copied)
        made = copied(job, job_id) if copied_first else None
        services.try_again(batch)
        return made or copied(job, job_id)

    monkeypatch.setattr(services, "_copied", meanwhile)
    with pytest.raises(DomainError) as refused:
        services.try_again(batch)
    assert refused.value.code == "nothing_to_retry"
    assert (SwapJob.objects.count(), balance(alice), len(files_in(own_files))) == (1, 98, 2)
    assert not accounts_out_of_balance()


def test_a_closed_account_collects_nothing(alice: User, own_files: Path) -> None:
    batch = collected(alice)
    kept = len(files_in(own_files))
    close_account(alice)
    for act in (
        lambda: services.add_photo(batch, lambda: face_input().photo),
        lambda: services.collect([face_input()], owner=alice),
        lambda: services.start(batch),
    ):
        with pytest.raises(AccountClosed):
            act()
    assert (batch.items.count(), len(files_in(own_files)), SwapJob.objects.count()) == (2, kept, 0)


def test_without_points_nothing_is_tried_again(alice: User) -> None:
    batch = started(alice)
    services.cancel(batch)
    User.objects.filter(pk=alice.pk).update(balance=3)  # enough for one of both
    with pytest.raises(NotEnoughPoints):
        services.try_again(batch)
    assert statuses(batch) == ["cancelled", "cancelled"]


@pytest.mark.parametrize("state", ["collecting", "running", "done"])
def test_deleting_a_batch_leaves_no_file(alice: User, own_files: Path, state: str) -> None:
    batch = collected(alice, ["biden.jpg", BROKEN])
    if state != "collecting":
        services.start(batch)
    if state == "done":
        work()
    services.delete(batch)
    assert files_in(own_files) == []
    assert not any(model.objects.exists() for model in (SwapBatch, BatchItem, BatchFace, SwapJob))
    assert balance(alice) == (98 if state == "done" else 100)


def test_deleting_one_result_leaves_the_others_their_face(alice: User) -> None:
    batch = started(alice)
    work(1)
    item = batch.items.all()[0]
    assert item.job is not None
    delete_swap(item.job)
    assert batch.items.count() == 1
    assert work() == 1
    assert statuses(batch) == ["done"]


def test_an_account_goes_with_its_batches(alice: User, own_files: Path) -> None:
    collected(alice)
    started(alice)
    delete_account(alice)
    assert (SwapBatch.objects.count(), files_in(own_files)) == (0, [])


def test_batches_expire_as_swaps_do_and_sooner_where_never_started(alice: User, own_files: Path) -> None:
    never, batch = collected(alice), started(alice)
    assert never.expires is not None and never.expires - timezone.now() < timedelta(days=1, minutes=1)
    set_preferences(alice, retention_days=3, letters=True)
    batch.refresh_from_db()
    assert batch.expires is not None and timedelta(days=2) < batch.expires - timezone.now() < timedelta(days=3)
    SwapBatch.objects.update(expires=timezone.now() - timedelta(seconds=1))
    sweep()
    assert (SwapBatch.objects.count(), files_in(own_files)) == (0, [])


def test_recent_faces_are_not_drowned_in_a_batch(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LOOKED_AT", 3)
    submit_swap(Submit(face_input("biden.jpg").photo, [face_input("astronaut.png")]), owner=alice)
    started(alice, ["biden.jpg"] * 4)
    assert {face.title for face in sources.recent_faces(alice)} == {"obama.jpg", "astronaut.png"}


def test_progress_tells_numbers_and_the_time_left(alice: User) -> None:
    points.grant(alice, 100, reason="more")
    batch = started(alice, ["biden.jpg"] * 4 + [BROKEN])
    assert progress_of(batch).seconds_left is None
    work(2)
    SwapBatch.objects.update(started=timezone.now() - timedelta(seconds=20))
    SwapJob.objects.filter(status="done").update(completed=timezone.now())
    batch.refresh_from_db()
    progress = progress_of(batch)
    assert (progress.total, progress.waiting, progress.done, progress.failed) == (5, 2, 2, 1)
    assert progress.percent == 60
    assert progress.seconds_left in (20, 21)
