"""Photos decoded once, and people to recognise."""

from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import User
from recognition.engine import Photo, decode_photo
from recognition.models import Person
from recognition.photos.intake import PhotoInput
from recognition.registry import enrolment
from recognition.registry.enrolment import Consent
from swaps import tasks
from swaps.jobs import services as swaps
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob

CONSENT = Consent("consent", "signed form of 3 May")


def photo(name: str) -> Photo:
    """A decoded sample: drawn, or a photo where the test runs on the engine itself."""
    return decoded(settings.SAMPLES_DIR / name)


@cache
def decoded(path: Path) -> Photo:
    return decode_photo(path.read_bytes())


def person_with(account: User, name: str, *photos: str, **kwargs: object) -> Person:
    """A person of the account with those samples as face photos."""
    person = enrolment.add_person(account=account, name=name, consent=CONSENT, **kwargs)  # type: ignore[arg-type]
    for one in photos:
        enrolment.enrol_face(account=account, person=person, photo=photo(one))
    return person


def run(owner: User, target: Photo, *faces: FaceInput) -> SwapJob:
    """A swap, run at once as the worker would."""
    job = swaps.submit_swap(Submit(PhotoInput(photo=target), faces), owner=owner)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    return job


@pytest.fixture
def obama(alice: User) -> Person:
    """A person of Alice's with two photos."""
    return person_with(alice, "Barack Obama", "obama.jpg", "obama2.jpg")


@pytest.fixture
def administrator(db: None) -> User:
    return User.objects.create_superuser("root", "root@example.org", "root-password")
