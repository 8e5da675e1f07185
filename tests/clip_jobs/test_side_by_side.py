"""Clips beside other work: equal names, a full disk, and photos of others that pass in between."""

import errno
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from faceswap_site.lib.storage import WholeFiles
from swaps import tasks
from swaps.clip_jobs import services, turns
from swaps.models import ClipTask, SwapClip, SwapJob
from tests.services.test_swap_lifecycle import submit as submit_photo

from .made import film, sent, submit, work_off

pytestmark = pytest.mark.django_db


def test_two_clips_of_one_name_don_t_meet(alice: User, bob: User, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    jobs = [submit(alice, film(tmp_path / "video.mp4", 2)), submit(bob, film(tmp_path / "b" / "video.mp4", 3))]
    work_off()
    for job, frames in zip(jobs, (20, 30), strict=True):
        job.refresh_from_db()
        assert (job.status, job.frames_done) == ("done", frames)


def test_a_clip_for_which_there_is_no_room_is_told_so(
    alice: User, alice_client: Client, own_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    alice_client.raise_request_exception = False
    monkeypatch.setattr(WholeFiles, "_save", full)
    answer = alice_client.post("/swaps/clips/new/", {"clip": sent(film(tmp_path / "a.mp4", 1))})
    assert answer.status_code == 507
    assert not SwapClip.objects.exists()
    assert not [path for path in own_files.rglob("*") if path.is_file()]


def test_a_segment_for_which_there_was_no_room_is_painted_later(
    alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(alice, film(tmp_path / "a.mp4", 5))
    tasks.run_clip_task("any")
    with monkeypatch.context() as full:
        full.setattr(services, "written", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
        tasks.run_clip_task("any")
    job.refresh_from_db()
    assert job.status == "running"
    ClipTask.objects.filter(state="running").update(lease_until=timezone.now())
    assert services.requeue_lost_tasks() == 1
    work_off()
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, alice.balance) == ("done", 95)


def test_a_photo_of_somebody_else_passes_while_a_clip_is_worked_on(
    alice: User, bob: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("swaps.clip_jobs.runner.SECONDS_BETWEEN_BREATHS", -1)
    job = submit(alice, film(tmp_path / "a.mp4", 2))
    claim = turns.start_next_task(tasks._swap_a_photo)
    assert claim is not None
    photo = submit_photo(bob)
    tasks._work_on_clip(claim)
    photo.refresh_from_db()
    assert photo.status == "done"
    work_off()
    job.refresh_from_db()
    assert job.status == "done"


def test_clips_of_two_accounts_take_turns(alice: User, bob: User, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 9)
    submit(alice, path)
    submit(bob, path)
    whose = []
    while (claim := turns.start_next_task(tasks._swap_a_photo)) is not None:
        whose.append(claim.clip.owner.username)
        tasks._work_on_clip(claim)
    assert whose == ["alice", "bob"] * 5
    assert SwapJob.objects.filter(status="done").count() == 2
