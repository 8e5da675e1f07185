"""What went wrong is told in the language of whoever reads it, on every surface, and not in that of whoever asked."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.keys import issue_api_key
from accounts.models import User
from faceswap_site.lib.error_catalogue import PHOTOS
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.fetch import FetchError
from recognition.engine import NoFaceFound
from recognition.photos.reading import fetch_photo
from swaps.engine.whole_photo import FACE_PHOTO
from swaps.jobs import services
from swaps.models import SwapJob, WebhookAttempt
from tests.api.conftest import fetch_all
from tests.api.test_webhooks import ended, try_now
from tests.photos import ROOT

from .conftest import make_job
from .test_engine_in_chinese import LEFT_OVER
from .test_languages import IN_CHINESE, english_on

# Where the English of an error is meant: the processes and tasks that know no reader, and the live protocol's frames.
IN_ENGLISH = {"swaps/live/frame_swap.py", "recognition/registry/bulk_uploads.py"}
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
    job = failed(alice, NoFaceFound(photo=FACE_PHOTO))
    assert job.error_message.startswith("No face was found in the %(photo)s.")
    for path in (job.get_absolute_url(), "/history/"):
        assert "在人脸照片中没有找到脸" in alice_client.get(path, headers=IN_CHINESE).content.decode(), path
        assert "No face was found in the face photo." in alice_client.get(path).content.decode(), path
    table = alice_client.get("/history.csv", headers=IN_CHINESE).content.decode()
    assert "在人脸照片中没有找到脸" in table
    address = f"/api/v1/swaps/{job.pk}"
    assert "没有找到脸" in Client().get(address, headers=key | IN_CHINESE).json()["error"]["detail"]
    assert "No face was found" in Client().get(address, headers=key).json()["error"]["detail"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_sentence_is_written_with_its_places_open(alice: User, language: str) -> None:
    job = make_job(alice, "queued")
    address = "http://nowhere.invalid/a.jpg"
    SwapJob.objects.filter(pk=job.pk).update(language=language, target="", target_url=address, fetching=True)
    fetch_all()
    job.refresh_from_db()
    assert job.error_message == "The %(label)s could not be fetched. %(why)s"
    assert "photo to change could not be fetched. The host nowhere.invalid" in job.error_text
    with translation.override("zh-hans"):
        assert "nowhere.invalid" in job.error_text and not re.search(r"[a-z]+ [a-z]+", job.error_text)


def test_what_came_of_a_callback_is_told_in_the_language_of_its_reader(alice: User, alice_client: Client) -> None:
    try_now(ended(alice))
    text = alice_client.get("/account/webhooks/", headers=IN_CHINESE).content.decode()
    assert "只访问 80 和 443 端口，不访问 1。" in text and not english_on(text)
    assert "Only the ports 80 and 443 are called, not 1." in alice_client.get("/account/webhooks/").content.decode()
    WebhookAttempt.objects.update(outcome="fetch_failed: 100 %(gone)", outcome_details={})
    assert "fetch_failed: 100 %(gone)" in alice_client.get("/account/webhooks/").content.decode()


def test_what_was_written_down_before_stays_readable(alice: User, alice_client: Client) -> None:
    job = make_job(alice, "failed", error="没有找到脸：100 %(不行)")
    SwapJob.objects.filter(pk=job.pk).update(error_details={})
    assert "没有找到脸：100 %(不行)" in alice_client.get("/history/").content.decode()
    SwapJob.objects.filter(pk=job.pk).update(error_code="of_another_time", error_details={"photo": "face photo"})
    assert "没有找到脸：100 %(不行)" in alice_client.get("/history/").content.decode()


@pytest.mark.parametrize(
    ("code", "message", "details", "told"),
    [
        ("photo_empty", "The face photo is an empty file. Choose a JPEG photo.", {"photo": "face photo"}, "人脸照片"),
        ("photo_too_large", "The result is 9 × 9 pixels.", {"photo": "result", "megapixels": 50.0}, "50"),
        ("face_unusable", "The landmarks of this face don't make a face.", {}, "脸"),
        ("url_refused", "This is not a web address.", {}, "网址"),
    ],
)
def test_what_an_older_release_wrote_in_english_is_told_in_the_language_of_its_reader(
    alice: User, code: str, message: str, details: dict[str, object], told: str
) -> None:
    job = make_job(alice, "failed")
    SwapJob.objects.filter(pk=job.pk).update(error_code=code, error_message=message, error_details=details)
    job.refresh_from_db()
    assert job.error_text.isascii()
    with translation.override("zh-hans"):
        assert told in job.error_text and not LEFT_OVER.search(job.error_text)


def test_errors_of_errors_are_translated_whole() -> None:
    with pytest.raises(FetchError) as raised:
        fetch_photo("http://me:secret@example.org/a.jpg", label="face photo")
    with translation.override("zh-hans"):
        assert not LEFT_OVER.search(spoken(raised.value)) and "人脸照片" in spoken(raised.value)
        assert "人脸照片" in spoken(DomainError("not_base64", label="face photo"))


def test_what_led_to_an_error_is_told_in_the_same_language() -> None:
    led_to = "The certificate of %(host)s is not trusted: %(reason)s."
    details = {"label": "face photo", "host": "example.org", "reason": "certificate has expired", "why": led_to}
    with translation.override("zh-hans"):
        said = spoken(FetchError(case="photo", **details))
    assert said == "无法获取人脸照片。example.org 的证书不受信任：证书已过期。"


def test_every_name_of_a_photo_has_its_translation() -> None:
    """Sentences take these names in, where no catalogue would miss them."""
    named = re.compile(r"\b(?:label|name_in_sentences)=\"([a-z ]+)\"")
    names = {name for app in APPS for path in (ROOT / app).rglob("*.py") for name in named.findall(path.read_text())}
    assert len(names) > 5 and names <= set(PHOTOS)


BAD_PHOTO = {"base64": "AAAA"}
CALLS: dict[str, Any] = {
    "/api/v1/swaps": {"face": BAD_PHOTO, "target": BAD_PHOTO},
    "/api/v1/faces": {"photo": BAD_PHOTO},
    "/api/v1/checks": {"photo": BAD_PHOTO},
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
    """`str` is English; an edge that shows it would leave people with half a sentence of their language."""
    errors = "(DomainError|FetchError|AddressRefused|BadFrame|PhotoError|FaceError|NoFaceFound|TooManyRequests)"
    shown = re.compile(rf"except [^\n]*\b{errors}\b[^\n]* as error:(?:(?!\bexcept\b).)*?(str\(error\)|{{error}})", re.S)
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    assert {str(path.relative_to(ROOT)) for path in files if shown.search(path.read_text())} == IN_ENGLISH
