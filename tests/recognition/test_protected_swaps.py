"""A swap with a protected person is refused before a pixel is made, and nothing of it is kept."""

from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from accounts.models import User
from recognition.engine import DecodedPhoto, Photo
from recognition.models import AuditEntry
from recognition.photos.intake import PhotoInput
from recognition.registry.protection import ProtectedPerson
from recognition.search.loaded_registries import site_registry
from swaps import tasks
from swaps.batches import services as batches
from swaps.jobs.submission import FaceInput
from swaps.models import SwapBatch

from .conftest import person_with, photo, run

pytestmark = pytest.mark.django_db


def two_people() -> Photo:
    rgb = np.hstack([photo("obama.jpg").rgb[:500, :500], photo("biden.jpg").rgb[:500, :500]])
    return DecodedPhoto(rgb=rgb, alpha=None, format="JPEG")


@pytest.fixture(autouse=True)
def protected(administrator: User) -> None:
    person_with(administrator, "Barack Obama", "obama.jpg", registry=site_registry(), protected=True)


@pytest.mark.parametrize(("face", "target"), [("obama2.jpg", "biden.jpg"), ("biden.jpg", "obama3.jpg")])
def test_as_face_or_as_target_it_is_refused(alice: User, own_files: Path, face: str, target: str) -> None:
    job = run(alice, photo(target), FaceInput(PhotoInput(photo(face))))
    alice.refresh_from_db()
    assert (job.status, job.error_code, alice.balance) == ("failed", "protected_person", 100)
    assert "may not be used" in job.error_message
    assert not job.target and not job.faces.get().photo and not job.result
    assert [path for path in (own_files / "swaps").rglob("*") if path.is_file()] == []
    entry = AuditEntry.objects.get(event="refused")
    assert entry.account == alice
    assert entry.details["where"] == f"site: {'face photo' if face.startswith('obama') else 'photo to change'}"
    call_command("check_ledger")


def test_only_the_face_that_is_chosen_counts(alice: User) -> None:
    astronaut = photo("astronaut.png")
    assert run(alice, two_people(), FaceInput(PhotoInput(astronaut), index=1)).status == "done"
    assert run(alice, two_people(), FaceInput(PhotoInput(astronaut), index=0)).error_code == "protected_person"


def test_others_are_swapped_as_ever(alice: User) -> None:
    assert run(alice, photo("biden.jpg"), FaceInput(PhotoInput(photo("astronaut.png")))).status == "done"


def test_a_batch_with_their_face_does_not_begin(alice: User, own_files: Path) -> None:
    with pytest.raises(ProtectedPerson):
        batches.collect([FaceInput(PhotoInput(photo("obama2.jpg")))], owner=alice)
    assert not SwapBatch.objects.exists()
    assert [path for path in (own_files / "swaps").rglob("*") if path.is_file()] == []


def test_a_batch_ends_whose_face_became_theirs(alice: User, administrator: User, own_files: Path) -> None:
    batch = batches.collect([FaceInput(PhotoInput(photo("astronaut.png")))], owner=alice)
    for _ in range(3):
        batches.add_photo(batch, lambda: PhotoInput(photo("biden.jpg")))
    batches.start(batch)
    person_with(administrator, "Eileen Collins", "astronaut.png", registry=site_registry(), protected=True)
    tasks.run_swap(str(batch.items.all()[0].job_id))
    batch.refresh_from_db()
    alice.refresh_from_db()
    assert {item.job.error_code for item in batch.items.select_related("job") if item.job} == {"protected_person"}
    assert (batch.status, batch.stored_bytes, alice.balance) == ("done", 0, 100)
    assert not batch.faces.get().photo
    assert [path for path in (own_files / "swaps" / str(batch.pk)).rglob("*") if path.is_file()] == []
    call_command("check_ledger")
