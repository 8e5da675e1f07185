"""A result in another format than it is kept in costs a core some seconds: it is rationed, and has its bounds."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from recognition.engine import decode_photo
from swaps.models import SwapJob
from swaps.results import downloads

from .conftest import make_job


@pytest.fixture
def job(alice: User) -> SwapJob:
    return make_job(alice)


def kinds(job: SwapJob) -> tuple[str, list[str]]:
    """The extension that a job's result has, and all others."""
    kept = str(job.result.name).rsplit(".", 1)[-1]
    return kept, [kind for kind in downloads.DOWNLOADS if kind != kept]


def test_a_result_is_written_in_every_format(alice_client: Client, job: SwapJob) -> None:
    for kind, (name, content_type) in downloads.DOWNLOADS.items():
        answer = alice_client.get(f"/swaps/{job.pk}/result.{kind}")
        assert answer["Content-Type"] == content_type
        content = b"".join(answer) if answer.streaming else answer.content
        assert decode_photo(content).format == name.upper()


def test_other_formats_are_rationed_and_the_file_itself_is_not(
    alice_client: Client, job: SwapJob, settings: Any
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"convert": (2, 3600)}
    kept, others = kinds(job)
    asked = [alice_client.get(f"/swaps/{job.pk}/result.{kind}").status_code for kind in (*others, others[0])]
    assert asked == [200, 200, 429, 429]
    assert alice_client.get(f"/swaps/{job.pk}/result.{kept}").status_code == 200
    assert alice_client.get(f"/swaps/{job.pk}/result.gif").status_code == 404


def test_what_is_too_large_for_avif_is_refused_with_what_to_do(
    alice_client: Client, job: SwapJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_PIXELS_OF_AVIF", 10)
    answer = alice_client.get(f"/swaps/{job.pk}/result.avif")
    assert answer.status_code == 400
    assert "megapixels are written as AVIF. Choose JPEG or PNG instead." in answer.content.decode()
    assert alice_client.get(f"/swaps/{job.pk}/result.webp").status_code == 200
