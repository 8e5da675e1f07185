"""Batches as tests make them, and a way to let the queue's work be done in this process."""

import io
import zipfile
from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.keys import issue_api_key
from accounts.models import User
from recognition.engine import decode_photo
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.batches import services
from swaps.batches.sent_photos import add_photos, photos_of_files
from swaps.jobs.submission import FaceInput
from swaps.models import BatchItem, SwapBatch
from tests.api.conftest import ApiClient
from tests.drawn import drawn


@pytest.fixture
def api(alice: User) -> ApiClient:
    """Alice's program."""
    return ApiClient(issue_api_key(owner=alice, name="program")[1])


def face_input(name: str = "obama.jpg") -> FaceInput:
    return FaceInput(PhotoInput(decode_photo(drawn(name).read_bytes()), title=name))


def upload(name: str) -> SimpleUploadedFile:
    """A drawn portrait as an upload; any other name is a file of that name that is none."""
    path = drawn(name)
    return SimpleUploadedFile(name, path.read_bytes() if path.exists() else b"no photo at all")


def zipped(files: dict[str, bytes]) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return SimpleUploadedFile("photos.zip", buffer.getvalue())


def collected(owner: User, names: Sequence[str] = ("biden.jpg", "astronaut.png"), **more: object) -> SwapBatch:
    batch = services.collect([face_input()], owner=owner, **more)  # type: ignore[arg-type]
    add_photos(batch, photos_of_files([upload(name) for name in names]))
    return batch


def started(owner: User, names: Sequence[str] = ("biden.jpg", "astronaut.png"), **more: object) -> SwapBatch:
    batch = collected(owner, names, **more)
    services.start(batch)
    return batch


def work(rounds: int = 1000) -> int:
    """Run what was handed to the queue, as workers would, until nothing is left; how many jobs that were."""
    count = 0
    while count < rounds:
        item = BatchItem.objects.filter(handed=True, job__status="queued").order_by("position").first()
        if item is None:
            break
        tasks.run_swap(str(item.job_id))
        count += 1
    return count


def statuses(batch: SwapBatch) -> list[str]:
    return [item.status for item in batch.items.select_related("job")]
