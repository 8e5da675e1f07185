"""The page that tells whether a picture was made here, for everyone, with and without JavaScript."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from swaps.models import SwapJob
from tests.api.conftest import ApiClient, in_base64
from tests.drawn import drawn
from tests.services.test_made_here import done, nothing_held  # noqa: F401  # a fixture of that page's tests

pytestmark = pytest.mark.django_db


def ask(client: Client, content: bytes) -> Any:
    file = io.BytesIO(content)
    file.name = "picture.jpg"
    return client.post("/check/", {"photo": file})


def result_of(job: SwapJob) -> bytes:
    with job.result.open() as file:
        return bytes(file.read())


def test_a_stranger_is_told_the_day_and_nothing_else(client: Client, alice: User, own_files: Path) -> None:
    job = done(alice)
    page = ask(client, result_of(job)).content.decode()
    assert "Yes." in page and "It was made on this site on" in page
    assert str(job.pk) not in page and "alice" not in page


def test_the_owner_finds_the_way_to_it(alice_client: Client, alice: User, own_files: Path) -> None:
    job = done(alice)
    assert job.get_absolute_url() in ask(alice_client, result_of(job)).content.decode()


def test_a_picture_of_somebody_else_is_not_from_here(client: Client, alice: User, own_files: Path) -> None:
    done(alice)
    page = ask(client, drawn("obama.jpg").read_bytes()).content.decode()
    assert "No." in page and "may well be made elsewhere" in page


def test_what_is_no_picture_is_refused_beside_the_field(client: Client) -> None:
    answer = ask(client, b"not a picture")
    assert answer.status_code == 400 and b"text file" in answer.content


def test_asking_too_often_is_told_in_words(client: Client, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"check": (1, 3600)}
    assert ask(client, drawn("obama.jpg").read_bytes()).status_code == 200
    refused = ask(client, drawn("obama.jpg").read_bytes())
    assert refused.status_code == 429 and b"Was this picture made here?" in refused.content


def test_a_program_asks_with_its_key(alice: User, bob: User, own_files: Path) -> None:
    from accounts.keys import issue_api_key  # beside its only use

    job = done(alice)
    keys = [ApiClient(issue_api_key(owner=who, name="program")[1]) for who in (alice, bob)]
    file = io.BytesIO(result_of(job))
    file.name = "copy.jpg"
    answer = keys[1].form("/api/v1/checks", {"photo": file}).json()
    assert job.completed
    assert answer == {
        "verdict": "yes",
        "evidence": "picture",
        "made": job.completed.date().isoformat(),
        "swap": None,
    }
    file.seek(0)
    assert keys[0].form("/api/v1/checks", {"photo": file}).json()["swap"].endswith(f"/api/v1/swaps/{job.pk}")
    other = keys[1].post("/api/v1/checks", {"photo": in_base64("obama.jpg")}).json()
    assert other == {"verdict": "no", "evidence": None, "made": None, "swap": None}
