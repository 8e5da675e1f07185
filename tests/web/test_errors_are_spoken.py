"""What went wrong is told in the language of whoever reads it, on every surface, and not in that of whoever asked."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.keys import issue_api_key
from accounts.models import User
from faceswap_site.errors import DomainError
from faceswap_site.spoken import spoken
from recognition.engine import NoFaceFound
from swaps import services, tasks
from swaps.engine.many import FACE_PHOTO
from swaps.fetch import FetchError, fetch_photo
from swaps.inputs import NotBase64
from swaps.models import SwapJob
from tests.photos import ROOT
from tests.web.conftest import make_job
from tests.web.test_engine_in_chinese import LEFT_OVER
from tests.web.test_languages import IN_CHINESE, english_on

# Where the English of an error is meant: terminals, logs, and the live protocol, whose words are fixed.
IN_ENGLISH = re.compile(
    r"/management/|faceswap_site/(errors|schema)\.py|swaps/(webhooks|live/session)\.py|recognition/bulk\.py"
)
APPS = ("accounts", "faceswap_site", "recognition", "swaps")


def failed(owner: User, error: DomainError) -> SwapJob:
    job = make_job(owner, "queued")
    claim = services.start_swap(job.pk)
    assert claim is not None
    services.fail_swap(claim, error)
    job.refresh_from_db()
    return job


@pytest.fixture
def key(alice: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_api_key(owner=alice, name='program')[1]}"}


def test_a_job_that_failed_in_english_is_told_in_chinese(
    alice: User, alice_client: Client, key: dict[str, str]
) -> None:
    job = failed(alice, NoFaceFound.on(FACE_PHOTO))
    assert job.error_message.startswith("No face was found in the face photo.")
    for path in (job.get_absolute_url(), "/history/"):
        assert "在人脸照片中没有找到脸" in alice_client.get(path, headers=IN_CHINESE).content.decode(), path
        assert "No face was found in the face photo." in alice_client.get(path).content.decode(), path
    table = alice_client.get("/history.csv", headers=IN_CHINESE).content.decode()
    assert "在人脸照片中没有找到脸" in table
    address = f"/api/v1/swaps/{job.pk}"
    assert "没有找到脸" in Client().get(address, headers=key | IN_CHINESE).json()["error"]["detail"]
    assert "No face was found" in Client().get(address, headers=key).json()["error"]["detail"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_worker_writes_the_sentence_with_its_places_open(alice: User, language: str) -> None:
    job = make_job(alice, "queued")
    SwapJob.objects.filter(pk=job.pk).update(language=language, target="", target_url="http://nowhere.invalid/a.jpg")
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert job.error_message == "The %(label)s could not be fetched. %(why)s"
    assert "photo to change could not be fetched. The host nowhere.invalid" in job.error_text
    with translation.override("zh-hans"):
        assert "nowhere.invalid" in job.error_text and not re.search(r"[a-z]+ [a-z]+", job.error_text)


def test_what_was_written_down_before_stays_readable(alice: User, alice_client: Client) -> None:
    job = make_job(alice, "failed", error="没有找到脸：100 %(不行)")
    SwapJob.objects.filter(pk=job.pk).update(error_details={})
    assert "没有找到脸：100 %(不行)" in alice_client.get("/history/").content.decode()


def test_errors_of_errors_are_translated_whole() -> None:
    with pytest.raises(FetchError) as raised:
        fetch_photo("http://me:secret@example.org/a.jpg", label="face photo")
    with translation.override("zh-hans"):
        assert not LEFT_OVER.search(spoken(raised.value)) and "人脸照片" in spoken(raised.value)
        assert "人脸照片" in spoken(NotBase64("The %(label)s is not base64.", label="face photo"))


BAD_PHOTO = {"base64": "AAAA"}
CALLS: dict[str, Any] = {
    "/api/v1/swaps": {"face": BAD_PHOTO, "target": BAD_PHOTO},
    "/api/v1/faces": {"photo": BAD_PHOTO},
    "/api/v1/compare": {"one": BAD_PHOTO, "other": BAD_PHOTO},
    "/api/v1/recognise": {"photo": BAD_PHOTO},
    "/api/face_swap": {"face": "AAAA", "body": "AAAA"},
    "/face_match": {"image_data1": "AAAA", "image_data2": "AAAA"},
    "/face_rec": {"image_data": "AAAA"},
}


@pytest.mark.parametrize("path", CALLS)
def test_every_api_refuses_in_one_language(key: dict[str, str], path: str) -> None:
    answer = Client().post(path, CALLS[path], content_type="application/json", headers=key | IN_CHINESE)
    told = json.loads(answer.content)
    said = told.get("detail") or told["error"]
    assert answer.status_code >= 400 and "照片" in said
    assert not english_on(f"<p>{said}</p>") and not LEFT_OVER.search(said)


def test_there_is_one_way_to_tell_an_error() -> None:
    """`message` is English; an edge that shows it would leave people with half a sentence of their language."""
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    wrong = [
        str(path.relative_to(ROOT))
        for path in files
        if re.search(r"\berror\.message\b", path.read_text()) and not IN_ENGLISH.search(str(path))
    ]
    assert not wrong
