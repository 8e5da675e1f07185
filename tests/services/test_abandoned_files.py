"""What a process leaves in the storage when it is killed before its row is there is found and deleted."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from faceswap_site.ops import unnamed_files
from recognition.models import FoundPhoto, IncomingFiles
from recognition.photos.found_faces import delete_abandoned_photos
from recognition.photos.unfinished import Kind
from swaps.jobs import services
from swaps.jobs.files import delete_abandoned_jobs
from swaps.models import SwapJob
from tests.web.conftest import make_job

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=1)


def stored_files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def leave_mark(kind: IncomingFiles.Kind, row_id: UUID) -> None:
    IncomingFiles.objects.create(kind=kind, row=row_id, started=LONG_AGO)


def test_a_finished_submit_leaves_no_mark(alice: User) -> None:
    make_job(alice)
    assert not IncomingFiles.objects.exists()


def test_the_photos_of_a_job_that_never_came_to_be_are_deleted(own_files: Path) -> None:
    job_id = SwapJob().pk
    for _ in range(2):
        default_storage.save(f"swaps/{job_id}/photo.jpg", ContentFile(b"photo"))
    leave_mark(Kind.SWAP, job_id)
    assert delete_abandoned_jobs() == 1
    assert stored_files(own_files) == []
    assert not (own_files / "swaps" / str(job_id)).exists()


def test_a_photo_to_find_faces_on_goes_the_same_way(own_files: Path) -> None:
    row = FoundPhoto()
    default_storage.save(f"found/{row.pk.hex}0123.jpg", ContentFile(b"photo"))
    default_storage.save("found/anothers.jpg", ContentFile(b"photo"))
    leave_mark(Kind.FOUND, row.pk)
    assert delete_abandoned_photos() == 1
    assert [path.name for path in stored_files(own_files)] == ["anothers.jpg"]


def test_a_job_whose_mark_was_left_keeps_its_photos(alice: User, own_files: Path) -> None:
    job = make_job(alice, "queued")
    leave_mark(Kind.SWAP, job.pk)
    assert delete_abandoned_jobs() == 1
    assert len(stored_files(own_files)) == 2


def test_what_is_being_written_is_left_alone(own_files: Path) -> None:
    job_id = SwapJob().pk
    default_storage.save(f"swaps/{job_id}/photo.jpg", ContentFile(b"photo"))
    IncomingFiles.objects.create(kind=Kind.SWAP, row=job_id)
    assert delete_abandoned_jobs() == 0
    assert len(stored_files(own_files)) == 1


def tidied(*arguments: str) -> str:
    out = StringIO()
    call_command("tidy_files", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_finds_what_no_row_names_and_deletes_it_when_told(alice: User, own_files: Path) -> None:
    make_job(alice)
    default_storage.save("recognition/someone/face.jpg", ContentFile(b"photo"))
    assert tidied("--minutes", "0").splitlines() == ["recognition/someone/face.jpg", "1 of 5 files have no row."]
    assert tidied() == "0 of 5 files have no row.\n"
    assert "1 of 5 files deleted." in tidied("--minutes", "0", "--delete")
    assert len(stored_files(own_files)) == 4


def test_the_sweep_goes_through_all_files_in_small_steps_once_a_day(
    alice: User, own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unnamed_files, "FILES_A_STEP", 2)
    make_job(alice)
    for folder in ("swaps/no-job-of-this-name", f"swaps/{SwapJob().pk}", "recognition/someone", "found"):
        default_storage.save(f"{folder}/photo.jpg", ContentFile(b"photo"))
    for path in stored_files(own_files):
        os.utime(path, times=(0, 0))
    default_storage.save("found/just-now.jpg", ContentFile(b"photo"))
    rounds = unnamed_files.Rounds()
    steps = [rounds.step() for _ in range(6)]
    assert sum(steps) == 4 and max(steps) <= 2
    assert len(stored_files(own_files)) == 5
    default_storage.save("found/another.jpg", ContentFile(b"photo"))
    os.utime(own_files / "found" / "another.jpg", times=(0, 0))
    assert rounds.step() == 0  # the day is not over
    rounds.next_at = 0
    assert sum(rounds.step() for _ in range(6)) == 1


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_what_a_dead_worker_wrote_goes_with_the_end_of_its_job(alice: User, own_files: Path, end: str) -> None:
    job = make_job(alice, "queued")
    assert services.start_swap(job.pk) is not None
    default_storage.save(f"swaps/{job.pk}/result.jpg", ContentFile(b"written, and then killed"))
    SwapJob.objects.filter(pk=job.pk).update(lease_until=LONG_AGO)
    if end == "cancelled":
        assert services.cancel_swap(job)
    else:
        claim = services.start_swap(job.pk)
        assert claim is not None and services.fail_swap(claim, DomainError("internal_error", case="swap"))
    assert len(stored_files(own_files)) == 2  # the photos that were sent
