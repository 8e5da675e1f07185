"""The studio's free question: which faces are on this photo."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from recognition.engine import encode_photo
from swaps.models import SwapJob
from tests.drawn import drawn

from .conftest import small_photo

ADDRESS = "/swaps/faces"


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", encode_photo(small_photo().rgb, "JPEG"), "image/jpeg")


def test_a_face_is_outlined_where_it_is(alice_client: Client) -> None:
    drawn("obama.jpg")
    (face,) = alice_client.post(ADDRESS, {"role": "face", "sample": "obama.jpg"}).json()["faces"]
    left, top, right, bottom = face["box"]
    assert 0.3 < left < right < 0.7
    assert 0 <= top < bottom < 0.4


def test_a_photo_without_a_face_has_none(alice_client: Client) -> None:
    answer = alice_client.post(ADDRESS, {"role": "target", "photo": upload()}).json()
    assert answer["faces"] == []
    assert answer["problem"].startswith("No face was found on this photo.")


def test_looking_is_free_and_stores_nothing(alice_client: Client, alice: User) -> None:
    alice_client.post(ADDRESS, {"role": "target", "photo": upload()})
    alice.refresh_from_db()
    assert alice.balance == 100
    assert not SwapJob.objects.exists()


def test_a_file_that_is_no_photo_is_told_in_words(alice_client: Client) -> None:
    answer = alice_client.post(ADDRESS, {"role": "face", "photo": SimpleUploadedFile("a.jpg", b"text")})
    assert answer.status_code == 400
    assert "photo" in answer.json()["message"]


def test_an_earlier_job_of_someone_else_is_not_looked_at(bob_client: Client, done_job: SwapJob) -> None:
    answer = bob_client.post(ADDRESS, {"role": "target", "target_from": str(done_job.pk)})
    assert answer.status_code == 400


def test_looking_needs_an_account(client: Client, db: None) -> None:
    assert client.post(ADDRESS, {"role": "face"}).status_code == 401


def test_looking_is_rationed_and_says_how_long(alice_client: Client, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"look": (1, 60)}
    first, refused = (alice_client.post(ADDRESS, {"role": "target", "photo": upload()}) for _ in range(2))
    assert (first.status_code, refused.status_code) == (200, 429)
    seconds = int(refused.headers["Retry-After"])
    assert 0 < seconds <= 60
    assert refused.json() == {
        "message": f"Too many requests. Try again in {seconds} second{'s' if seconds != 1 else ''}.",
        "code": "too_many_requests",
    }


def test_each_face_of_a_group_gets_what_was_planned(alice_client: Client) -> None:
    plan = {"use_0": "face", "use_1": "", "use_2": "other", "face_2": upload()}
    alice_client.post("/swaps/new/", {"face": upload(), "target": upload(), **plan})
    job = SwapJob.objects.get()
    assert [face.index for face in job.faces.all()] == [0, 2]
    assert job.price == 5


def test_a_planned_photo_that_is_missing_is_asked_for(alice_client: Client) -> None:
    answer = alice_client.post("/swaps/new/", {"face": upload(), "target": upload(), "use_1": "other"})
    assert answer.status_code == 400
    assert "Choose a photo for face 2." in answer.content.decode()
