"""Pages of a clip, without scripts: sent, its people chosen, swapped, taken home."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from swaps import tasks
from swaps.models import SwapClip, SwapJob
from tests.clip_jobs.made import film, sent, work_off
from tests.drawn import drawn

pytestmark = pytest.mark.django_db


def test_a_clip_from_its_form_to_its_film(alice: User, alice_client: Client, tmp_path: Path) -> None:
    answer = alice_client.post("/swaps/clips/new/", {"clip": sent(film(tmp_path / "a.mp4", 3))})
    clip = SwapClip.objects.get()
    page = f"/swaps/clips/{clip.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert b'http-equiv="refresh"' in alice_client.get(page).content
    work_off()
    shown = alice_client.get(page).content.decode()
    assert "Swap for 3 points" in shown
    assert "Person 1" in shown
    assert alice_client.get(f"{page}people/0")["Content-Type"] == "image/jpeg"
    assert "Everybody stays" in alice_client.post(page, {}).content.decode()
    with drawn("obama.jpg").open("rb") as face:
        answer = alice_client.post(page, {"face_0": face, "begin": "1", "end": "3", "output": "webm"})
    assert answer.status_code == 400  # AAC does not go into WebM
    with drawn("obama.jpg").open("rb") as face:
        answer = alice_client.post(page, {"face_0": face, "begin": "1", "end": "3"})
    job = SwapJob.objects.get()
    assert (answer.status_code, answer["Location"], job.price) == (302, f"/swaps/{job.pk}/", 2)
    tasks.run_clip_task("any")
    assert "frames" in alice_client.get(job.get_absolute_url()).content.decode()
    work_off()
    done = alice_client.get(job.get_absolute_url()).content.decode()
    assert "<video" in done
    result = alice_client.get(f"/swaps/{job.pk}/result?download")
    assert result["Content-Type"] == "video/mp4"
    assert b"ftyp" in b"".join(result)
    alice_client.post(f"/swaps/{job.pk}/publish", {"public": "1"})
    job.refresh_from_db()
    assert job.public_since is None  # Explore shows pictures
    assert alice_client.get(f"/swaps/new/?target_from={job.pk}").status_code == 200
    gallery = alice_client.get("/gallery/").content.decode()
    assert f"/swaps/{job.pk}/" in gallery


def test_the_studio_sends_a_clip_to_its_page(alice: User, alice_client: Client, tmp_path: Path) -> None:
    answer = alice_client.post("/swaps/new/", {"target": sent(film(tmp_path / "a.mp4", 1))})
    assert answer["Location"] == SwapClip.objects.get().get_absolute_url()


def test_what_is_no_clip_is_said_to_be_none(alice: User, alice_client: Client) -> None:
    with drawn("obama.jpg").open("rb") as photo:
        answer = alice_client.post("/swaps/clips/new/", {"clip": photo})
    assert answer.status_code == 400
    assert "no clip that can be used" in answer.content.decode()


def test_a_clip_is_nobody_elses(alice: User, bob_client: Client, tmp_path: Path, alice_client: Client) -> None:
    alice_client.post("/swaps/clips/new/", {"clip": sent(film(tmp_path / "a.mp4", 1))})
    page = SwapClip.objects.get().get_absolute_url()
    assert bob_client.get(page).status_code == 404
    assert bob_client.get(f"{page}poster").status_code == 404
    assert bob_client.post(f"{page}delete").status_code == 404
    assert alice_client.post(f"{page}delete").status_code == 302
    assert not SwapClip.objects.exists()
