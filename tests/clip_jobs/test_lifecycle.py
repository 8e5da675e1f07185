"""A clip from its acceptance to its result: looked at, painted in segments, joined, paid by the second."""

from pathlib import Path
from typing import Any

import av
import pytest
from django.test import Client

from accounts.models import User
from accounts.points import NotEnoughPoints
from swaps import tasks
from swaps.clip_jobs import services
from swaps.jobs import services as jobs
from swaps.models import ClipTask, SwapClip, SwapJob

from .made import face, film, submit, upload, work_off

pytestmark = pytest.mark.django_db


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def people_of(clip: SwapClip) -> Any:
    return clip.people


def test_a_clip_is_looked_at_painted_in_segments_and_joined(alice: User, own_files: Path, tmp_path: Path) -> None:
    job = submit(alice, film(tmp_path / "a.mp4", 9))
    assert (job.kind, job.status, alice.balance) == ("clip", "queued", 91)
    work_off()
    job.refresh_from_db()
    assert (job.status, job.error_text) == ("done", "")
    assert (job.frames, job.frames_done, job.percent) == (90, 90, 100)
    assert job.duration == pytest.approx(9)
    assert ClipTask.objects.filter(kind="paint").count() == 3
    with av.open(job.result.path) as container:
        frames = list(container.decode(video=0))
        assert len(frames) == 90
        assert container.streams.audio
        assert "AI" in container.metadata["comment"]
    assert job.thumbnail
    alice.refresh_from_db()
    assert alice.balance == 91
    # Face, clip, poster, result and its thumbnail: nothing of what was made on the way.
    assert len(stored_files(own_files)) == 5


def test_it_is_looked_at_before_its_people_are_chosen_and_then_painted(alice: User, tmp_path: Path) -> None:
    clip = upload(alice, film(tmp_path / "a.mp4", 3, ("biden.jpg", "astronaut.png")))
    assert clip.people is None
    work_off()
    clip.refresh_from_db()
    assert [len(one["spans"]) for one in people_of(clip)] == [1, 1]
    assert alice.balance == 100
    job = services.submit_clip(clip, services.SubmitClip([face(index=1)], begin=1, end=2.5), owner=alice)
    assert (job.pk, job.price) == (clip.pk, 2)
    work_off()
    job.refresh_from_db()
    assert (job.status, job.frames, job.report["changed"]) == ("done", 15, [2])
    with av.open(job.result.path) as container:
        assert len(list(container.decode(video=0))) == 15


def test_too_few_points_leave_no_trace(alice: User, own_files: Path, tmp_path: Path) -> None:
    User.objects.filter(pk=alice.pk).update(balance=2)
    with pytest.raises(NotEnoughPoints):
        submit(alice, film(tmp_path / "a.mp4", 3))
    assert not SwapJob.objects.exists()
    assert not SwapClip.objects.exists()
    assert stored_files(own_files) == []


def test_a_cancelled_clip_gives_points_back_and_keeps_no_piece(alice: User, own_files: Path, tmp_path: Path) -> None:
    job = submit(alice, film(tmp_path / "a.mp4", 7))
    tasks.run_clip_task("any")
    tasks.run_clip_task("any")
    assert ClipTask.objects.filter(kind="paint", state="done").count() == 1
    assert jobs.cancel_swap(job)
    assert work_off() == 0
    alice.refresh_from_db()
    assert alice.balance == 100
    assert len(stored_files(own_files)) == 3  # the face, the clip and its poster


def test_a_worker_that_works_on_a_cancelled_clip_stops_and_leaves_nothing(
    alice: User, own_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(alice, film(tmp_path / "a.mp4", 3))
    tasks.run_clip_task("any")
    told = []

    def cancelled_meanwhile(claim: services.TaskClaim, done: int) -> bool:
        told.append(done)
        jobs.cancel_swap(job)
        claim.renewed = 0
        return real(claim, done)

    real = services.TaskClaim.tell
    monkeypatch.setattr(services.TaskClaim, "tell", cancelled_meanwhile)
    tasks.run_clip_task("any")
    assert told == [1]
    assert len(stored_files(own_files)) == 3
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_a_clip_without_anybody_fails_with_a_sentence_and_costs_nothing(alice: User, tmp_path: Path) -> None:
    job = submit(alice, film(tmp_path / "a.mp4", 2, ()))
    work_off()
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "no_face")
    assert "clip" in job.error_text
    alice.refresh_from_db()
    assert alice.balance == 100


def test_each_of_two_people_gets_a_face_and_is_paid_for(alice: User, tmp_path: Path) -> None:
    both = [face("obama.jpg", 0), face("obama2.jpg", 1)]
    job = submit(alice, film(tmp_path / "a.mp4", 2, ("biden.jpg", "astronaut.png")), faces=both)
    assert job.price == 4
    work_off()
    job.refresh_from_db()
    assert (job.status, job.report["changed"]) == ("done", [1, 2])


@pytest.mark.parametrize("output", ["webm", "gif"])
def test_other_kinds_of_file_are_made(output: str, alice: User, tmp_path: Path) -> None:
    job = submit(alice, film(tmp_path / "a.mp4", 2, sound="libopus"), output=output)
    work_off()
    job.refresh_from_db()
    assert (job.status, job.error_text) == ("done", "")
    assert str(job.result.name).endswith(output)


def test_a_clip_nobody_chose_people_of_goes_after_a_day(alice: User, own_files: Path, tmp_path: Path) -> None:
    clip = upload(alice, film(tmp_path / "a.mp4", 1))
    assert services.delete_expired_clips() == 0
    SwapClip.objects.update(expires="2020-01-01T00:00Z")
    assert services.delete_expired_clips() == 1
    assert not SwapClip.objects.filter(pk=clip.pk).exists()
    assert stored_files(own_files) == []


def test_whoever_has_the_link_sees_the_film_itself(alice: User, alice_client: Client, tmp_path: Path) -> None:
    job = submit(alice, film(tmp_path / "a.mp4", 3))
    work_off()
    link = (
        "/shared/" + alice_client.get(f"/swaps/{job.pk}/").content.decode().partition("/shared/")[2].partition('"')[0]
    )
    visitor = Client()
    page = visitor.get(link).content.decode()
    assert "<video" in page and f'src="{link}picture"' in page
    sent = visitor.get(f"{link}picture")
    assert (sent["Content-Type"], b"".join(sent)[4:8]) == ("video/mp4", b"ftyp")
    sent.close()
