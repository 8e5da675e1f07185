"""What is refused when a clip is looked at, at whatever moment of it: nothing is delivered, kept or charged."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from accounts.models import User
from recognition.search.loaded_registries import site_registry
from tests.clips import made
from tests.recognition.conftest import person_with

from .made import KEYS, RATE, film, pictures, submit, upload, work_off

pytestmark = pytest.mark.django_db


def stored_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "swaps").rglob("*") if path.is_file()]


@pytest.fixture
def protected(db: None) -> None:
    root = User.objects.create_superuser("root")
    person_with(root, "Astronaut", "astronaut.png", registry=site_registry(), protected=True)


def with_one_frame(of: str, at: int, seconds: float = 6) -> Iterator[Any]:
    """A clip of one person; on one frame alone, somebody else."""
    other = next(iter(pictures(1, (of,))))
    for number, picture in enumerate(pictures(seconds)):
        yield other if number == at else picture


def test_one_protected_frame_refuses_the_clip(protected: None, alice: User, own_files: Path, tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.mp4", with_one_frame("astronaut.png", 47), rate=RATE, options=KEYS)
    job = submit(alice, path)
    assert alice.balance == 94
    work_off()
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.error_code, alice.balance) == ("failed", "protected_person", 100)
    assert stored_files(own_files) == []


def test_a_clip_whose_people_are_to_be_chosen_too(
    protected: None, alice: User, own_files: Path, tmp_path: Path
) -> None:
    clip = upload(alice, film(tmp_path / "a.mp4", 2, ("astronaut.png",)))
    work_off()
    clip.refresh_from_db()
    assert (clip.error_code, clip.people) == ("protected_person", None)
    assert stored_files(own_files) == []


def test_others_are_swapped_as_ever(protected: None, alice: User, tmp_path: Path) -> None:
    job = submit(alice, film(tmp_path / "a.mp4", 2))
    work_off()
    job.refresh_from_db()
    assert job.status == "done"


def explicit(from_second: int, seconds: int = 6) -> Iterator[Any]:
    for number, picture in enumerate(pictures(seconds)):
        yield (
            np.full_like(picture, (255, 0, 255)) if from_second * RATE <= number < from_second * RATE + 15 else picture
        )


def test_an_explicit_second_is_refused_when_it_is_looked_at(alice: User, own_files: Path, tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.mp4", explicit(3), rate=RATE, options=KEYS | {"g": "600"})
    job = submit(alice, path)
    work_off()
    job.refresh_from_db()
    alice.refresh_from_db()
    assert (job.status, job.error_code, alice.balance) == ("failed", "explicit_photo", 100)
