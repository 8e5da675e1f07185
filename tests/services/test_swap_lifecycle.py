"""A job from its acceptance to its end, with the real engine called in this process."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models import User
from accounts.points import NotEnoughPoints
from recognition.engine import DecodedPhoto, Photo, decode_photo
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.jobs import runner, services
from swaps.jobs.submission import FaceInput, Submit, swap_price
from swaps.models import SwapJob
from tests.drawn import drawn

pytestmark = pytest.mark.django_db


def photo(name: str) -> Photo:
    return decode_photo(drawn(name).read_bytes())


def submit(owner: User, face: str = "obama.jpg", target: str = "biden.jpg") -> SwapJob:
    return services.submit_swap(
        Submit(PhotoInput(photo=photo(target)), [FaceInput(PhotoInput(photo(face)))]), owner=owner
    )


def blank_photo() -> Photo:
    return DecodedPhoto(rgb=np.full((300, 300, 3), 200, np.uint8), alpha=None, format="JPEG")


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def expire_lease(job: SwapJob) -> None:
    SwapJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_submitted_swap_is_held_stored_and_queued(alice: User, own_files: Path) -> None:
    job = submit(alice)
    assert alice.balance == 98
    assert job.status == "queued"
    assert len(stored_files(own_files)) == 2
    assert OrmQ.objects.count() == 1


def test_too_few_points_leave_no_trace(alice: User, own_files: Path) -> None:
    User.objects.filter(pk=alice.pk).update(balance=1)
    with pytest.raises(NotEnoughPoints):
        submit(alice)
    assert not SwapJob.objects.exists()
    assert not OrmQ.objects.exists()
    assert stored_files(own_files) == []


def test_storage_that_fails_leaves_no_trace(alice: User, own_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_queue(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(services, "enqueue", no_queue)
    with pytest.raises(OSError, match="disk full"):
        submit(alice)
    alice.refresh_from_db()
    assert alice.balance == 100
    assert stored_files(own_files) == []


def test_the_task_makes_the_result_once_however_often_it_runs(alice: User, own_files: Path) -> None:
    job = submit(alice)
    tasks.run_swap(str(job.pk))
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.attempts, alice.balance) == ("done", 1, 98)
    assert (job.width, job.height) == photo("biden.jpg").rgb.shape[1::-1]
    assert len(stored_files(own_files)) == 4


def test_a_photo_without_a_face_fails_with_what_to_do_and_gives_the_points_back(alice: User) -> None:
    job = services.submit_swap(
        Submit(PhotoInput(photo=photo("biden.jpg")), [FaceInput(PhotoInput(blank_photo()))]), owner=alice
    )
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    alice.refresh_from_db()
    assert job.status == "failed"
    assert job.error_text == (
        "No face was found in the face photo. "
        "Use a photo where the face is seen from the front and at least 80 pixels wide."
    )
    assert alice.balance == 100


def test_an_unforeseen_error_gives_the_points_back(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(runner, "make", broken)
    job = submit(alice)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.error_code, alice.balance) == ("failed", "internal_error", 100)
    assert "ZeroDivision" not in job.error_message


def test_a_claim_is_given_to_one_worker_at_a_time(alice: User) -> None:
    job = submit(alice)
    assert services.start_swap(job.pk) is not None
    assert services.start_swap(job.pk) is None


def test_a_lost_worker_is_replaced_and_can_no_longer_write(alice: User, own_files: Path) -> None:
    job = submit(alice)
    lost = services.start_swap(job.pk)
    assert lost is not None
    late_result = runner.make_result(lost.job, on_stage=lambda stage: None)
    expire_lease(job)
    assert services.requeue_lost() == 1
    assert services.requeue_lost() == 0
    tasks.run_swap(str(job.pk))
    assert not lost.renew(SwapJob.Stage.SWAPPING)
    assert not services.complete_swap(lost, late_result)
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.attempts, alice.balance) == ("done", 2, 98)
    assert len(stored_files(own_files)) == 4


def test_a_job_whose_workers_keep_dying_fails_and_gives_the_points_back(alice: User) -> None:
    job = submit(alice)
    for _ in range(3):
        assert services.start_swap(job.pk) is not None
        expire_lease(job)
        services.requeue_lost()
    assert services.start_swap(job.pk) is None
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.error_code, alice.balance) == ("failed", "too_many_attempts", 100)


def test_a_cancelled_job_gives_the_points_back_and_is_not_run(alice: User) -> None:
    job = submit(alice)
    assert services.cancel_swap(job)
    assert not services.cancel_swap(job)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.attempts, alice.balance) == ("cancelled", 0, 100)


def test_deleting_a_job_deletes_its_files_and_keeps_the_ledger_right(alice: User, own_files: Path) -> None:
    job = submit(alice)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    services.delete_swap(job)
    alice.refresh_from_db()
    assert stored_files(own_files) == []
    assert alice.balance == 98


def test_deleting_a_job_that_runs_gives_the_points_back_and_keeps_nothing(alice: User, own_files: Path) -> None:
    job = submit(alice)
    claim = services.start_swap(job.pk)
    assert claim is not None
    result = runner.make_result(claim.job, on_stage=lambda stage: None)
    services.delete_swap(SwapJob.objects.get(pk=job.pk))
    assert not services.complete_swap(claim, result)
    alice.refresh_from_db()
    assert alice.balance == 100
    assert stored_files(own_files) == []


def test_expired_jobs_are_deleted_with_their_files(alice: User, own_files: Path) -> None:
    job = submit(alice)
    SwapJob.objects.filter(pk=job.pk).update(expires=timezone.now() - timedelta(seconds=1))
    assert services.delete_expired() == 1
    assert not SwapJob.objects.exists()
    assert stored_files(own_files) == []


def test_a_multi_swap_costs_a_base_and_a_part_for_each_face() -> None:
    two_faces = [FaceInput(PhotoInput(blank_photo()), index=0), FaceInput(PhotoInput(blank_photo()), index=2)]
    assert swap_price(two_faces) == 5
    assert swap_price([FaceInput(PhotoInput(blank_photo()))]) == 2
