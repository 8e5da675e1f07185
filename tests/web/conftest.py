"""Jobs in every state, without an engine: what pages show does not depend on how a picture was made."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.utils import translation

from accounts.models import User
from recognition.engine import DecodedPhoto, NoFaceFound, Photo, encode_photo
from recognition.photos.intake import PhotoInput
from swaps.jobs import services
from swaps.jobs.services import SwapResult
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A request in another language leaves it on for the thread; the next test starts in English all the same."""
    with translation.override("en"):
        yield


MakeJob = Callable[..., SwapJob]


def small_photo(width: int = 64, height: int = 48, shade: int = 120) -> Photo:
    return DecodedPhoto(rgb=np.full((height, width, 3), shade, np.uint8), alpha=None, format="JPEG")


def make_job(owner: User, status: str = "done", *, error: str = "") -> SwapJob:
    """A job of `owner` that went through the services to `status`; `error` is how an older release wrote its reason."""
    photo = small_photo()
    job = services.submit_swap(Submit(PhotoInput(photo=photo), [FaceInput(PhotoInput(photo))]), owner=owner)
    if status == "cancelled":
        services.cancel_swap(job)
    elif status != "queued":
        claim = services.start_swap(job.pk)
        assert claim is not None
        if status == "done":
            services.complete_swap(claim, small_result())
        elif status == "failed":
            services.fail_swap(claim, NoFaceFound(photo="face photo"))
    if error:
        SwapJob.objects.filter(pk=job.pk).update(error_message=error)
    job.refresh_from_db()
    return job


def small_result() -> SwapResult:
    content = encode_photo(small_photo(shade=200).rgb, "JPEG")
    return SwapResult(
        file=ContentFile(content, name="photo.jpg"),
        thumbnail=ContentFile(content, name="thumbnail.jpg"),
        width=64,
        height=48,
        report={"seconds": 0.5, "faces": 1},
    )


@pytest.fixture
def done_job(alice: User) -> SwapJob:
    return make_job(alice)
