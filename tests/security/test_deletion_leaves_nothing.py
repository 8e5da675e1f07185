"""What is deleted is gone: from the rows, the database's files, the stored files, the indexes, caches and the queue."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client

from accounts.keys import issue_api_key
from accounts.models import User
from faceswap_site.ops.sweep import sweep
from recognition.engine import DecodedPhoto, Photo, encode_photo
from recognition.models import FoundPhoto, KnownFace
from recognition.photos.found_faces import keep_found
from recognition.photos.intake import PhotoInput
from recognition.search import index_files
from recognition.search.loaded_registries import index_of
from swaps.jobs import services
from swaps.jobs.services import SwapResult
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from swaps.results import publishing

from .conftest import known_face

pytestmark = pytest.mark.django_db(transaction=True)
NAME, NOTE = "Zebulon Markername", "a note that only markers have"


def noise() -> Photo:
    """A photo like no other, so that its bytes can be looked for."""
    return DecodedPhoto(rgb=np.random.default_rng().integers(0, 255, (48, 64, 3), np.uint8), alpha=None, format="JPEG")


def done_job(owner: User) -> SwapJob:
    job = services.submit_swap(Submit(PhotoInput(noise()), [FaceInput(PhotoInput(noise()))]), owner=owner)
    claim = services.start_swap(job.pk)
    assert claim is not None
    file, thumbnail = (ContentFile(encode_photo(noise().rgb, "JPEG"), name="photo.jpg") for _ in range(2))
    services.complete_swap(claim, SwapResult(file=file, thumbnail=thumbnail, width=64, height=48, report={}))
    job.refresh_from_db()
    return job


def database_files() -> Iterator[bytes]:
    """All that the database holds: its files, or where they are another process's, every row of every table."""
    if connection.vendor == "sqlite":
        file = Path(settings.DATABASES["default"]["NAME"])
        yield from (path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                yield b"".join(rows)


def everything(media: Path) -> bytes:
    """The bytes of all that is stored."""
    folders = (media, Path(settings.DATA_DIR) / "index", Path(settings.FILE_UPLOAD_TEMP_DIR))
    files = (path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())
    return b"\n".join([*database_files(), *files])


def marks_of(account: User, media: Path) -> dict[str, bytes]:
    """Bytes that only this account's things hold, by what they are of."""
    marks = {path.name: path.read_bytes()[-200:-100] for path in media.rglob("*") if path.is_file()}
    marks |= {f"bytes of {path.name}": path.name.encode() for path in media.rglob("*") if path.is_file()}
    for face in KnownFace.objects.filter(person__registry__owner=account):
        descriptor = bytes(face.descriptor)
        marks["descriptor"] = descriptor if connection.vendor == "sqlite" else descriptor.hex().encode()
    return marks | {"name": account.email.encode(), "person": NAME.encode(), "note": NOTE.encode()}


def found(marks: dict[str, bytes], media: Path) -> list[str]:
    stored = everything(media)
    return sorted(what for what, mark in marks.items() if mark in stored)


@pytest.fixture
def account(own_files: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """An account with one of everything, a public result that somebody reported included."""
    monkeypatch.setattr(index_files, "LEAST_FACES", 1)  # so that even one face is written to a file
    account = User.objects.create_user("marked", "zebulon@markers.example.org", "a-long-password")
    User.objects.filter(pk=account.pk).update(balance=100)
    job = done_job(account)
    publishing.publish(job)
    publishing.report(job, reason="other", words=NOTE, reporter=None)
    services.submit_swap(Submit(PhotoInput(noise()), [FaceInput(PhotoInput(noise()))]), owner=account)
    keep_found(owner=account, photo=noise())
    issue_api_key(owner=account, name=NOTE)
    face = known_face(account, NAME)
    index_of(face.person.registry)
    return account


def test_deleting_an_account_leaves_nothing_of_it(account: User, own_files: Path) -> None:
    marks = marks_of(account, own_files)
    assert found(marks, own_files) == sorted(marks), "the search must find what is there"
    client = Client()
    client.force_login(account)
    assert client.get("/swaps/new/").status_code == 200
    assert client.post("/account/delete/", {"password": "a-long-password"}).status_code == 302
    sweep()
    assert found(marks, own_files) == []


def test_deleting_a_job_leaves_nothing_of_it(account: User, own_files: Path) -> None:
    job = SwapJob.objects.get(status="done")
    folder = own_files / "swaps" / str(job.pk)
    marks = {path.name: path.read_bytes()[-200:-100] for path in folder.iterdir()} | {"note": NOTE.encode()}
    account.api_keys.all().delete()
    assert found(marks, own_files) == sorted(marks)
    services.delete_swap(job)
    sweep()
    assert found(marks, own_files) == []


def test_a_photo_whose_day_is_over_leaves_nothing(account: User, own_files: Path) -> None:
    row = FoundPhoto.objects.get()
    marks = {"photo": (own_files / str(row.photo.name)).read_bytes()[-200:-100], "name": str(row.photo.name).encode()}
    assert found(marks, own_files) == sorted(marks)
    FoundPhoto.objects.update(expires="2000-01-01T00:00Z")
    sweep()
    assert found(marks, own_files) == []
