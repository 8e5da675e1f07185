"""Results of this site as photos: read from storage with the rights of their address, never fetched."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.keys import issue_api_key
from accounts.models import ApiKey, User
from faceswap_site.lib import fetch
from recognition.photos.stored import load_photo
from swaps.models import SwapJob
from swaps.results import links, publishing
from swaps.results.links import result_link

from .conftest import ApiClient, do_the_work, in_base64, problem, swap_request
from .test_swaps import SWAPS

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("fetched over the network")

    monkeypatch.setattr(fetch, "_send", refuse)


@pytest.fixture
def job(api: ApiClient) -> SwapJob:
    """A finished swap of Alice."""
    assert api.post(SWAPS, swap_request()).status_code == 202
    do_the_work()
    job = SwapJob.objects.get()
    assert job.result
    return job


def native(api: ApiClient, url: str) -> Any:
    return api.post(SWAPS, {"face": in_base64("obama.jpg"), "target": {"url": url}})


def form(api: ApiClient, url: str) -> Any:
    return api.form(SWAPS, {"face_url": url, "target_url": url})


def compare(api: ApiClient, url: str) -> Any:
    return api.post("/api/v1/compare", {"one": {"url": url}, "other": in_base64("obama.jpg")})


def acedata(api: ApiClient, url: str) -> Any:
    return api.post("/face/swap", {"source_image_url": url, "target_image_url": url, "timeout": 0})


def aifaceswap(api: ApiClient, url: str) -> Any:
    return api.post("/api/aifaceswap/v1/faceswap", {"source_image": url, "face_image": url})


def extract(api: ApiClient, url: str) -> Any:
    return api.form("/api/aifaceswap/v1/extract_face", {"img": url})


ADDRESSES: dict[str, Callable[[SwapJob], str]] = {
    "signed": lambda job: result_link(job, SITE),
    "relative": lambda job: result_link(job, ""),
    "quoted": lambda job: result_link(job, SITE).replace(":", "%3A").replace("http%3A", "http:"),
    "result": lambda job: SITE + reverse("api:swap_result", args=[job.pk]),
    "self": lambda job: SITE + reverse("api:swap", args=[job.pk]),
    "page": lambda job: SITE + job.get_absolute_url(),
    "file": lambda job: reverse("swaps:download", args=[job.pk, "png"]),
    "shared": lambda job: SITE + links.share_path(job),
}


@pytest.mark.parametrize("surface", [native, form, compare, acedata, aifaceswap, extract])
@pytest.mark.parametrize("kind", ["signed", "relative"])
def test_a_result_goes_on_into_the_next_call(surface: Any, kind: str, api: ApiClient, job: SwapJob) -> None:
    answer = surface(api, ADDRESSES[kind](job))
    assert answer.status_code in (200, 202), answer.content
    do_the_work()
    assert set(SwapJob.objects.values_list("status", flat=True)) == {"done"}


@pytest.mark.parametrize("kind", ADDRESSES)
def test_every_address_that_a_swap_answers_with_stands_for_its_result(kind: str, api: ApiClient, job: SwapJob) -> None:
    assert native(api, ADDRESSES[kind](job)).status_code == 202
    new = SwapJob.objects.latest("created")
    target, result = (load_photo(file, label="photo").rgb.astype(int) for file in (new.target, job.result))
    assert target.shape == result.shape
    assert abs(target - result).mean() < 2  # of 255: it is stored anew, without its marks


def test_the_name_that_the_operator_gave_counts_too(api: ApiClient, job: SwapJob, settings: Any) -> None:
    settings.SITE_URL = "https://faces.example.org"
    assert native(api, result_link(job, "https://faces.example.org:443")).status_code == 202
    settings.SITE_URL = ""
    assert native(api, result_link(job, "https://faces.example.org")).status_code == 202
    assert SwapJob.objects.latest("created").target_url  # left to be fetched, as any other site's


def test_a_link_that_has_expired_says_so(api: ApiClient, job: SwapJob, settings: Any) -> None:
    link = result_link(job, SITE)
    settings.RESULT_LINK_TTL = -1
    answer = native(api, link)
    assert problem(answer) == (422, "url_refused")
    assert "has expired" in answer.json()["detail"] and "photo to change" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/", "/nothing/here.jpg", "/gallery/", "/api/v1/account", "/%ff", "/static/site.css"])
def test_an_address_of_the_site_that_is_no_result_says_so(path: str, api: ApiClient) -> None:
    for url in (f"{SITE}{path}", path)[: 1 if path == "/" else 2]:
        answer = native(api, url)
        assert problem(answer) == (422, "url_refused")
        assert "no result" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["result", "self", "page", "file"])
def test_anothers_own_addresses_give_nothing(kind: str, bobs_api: ApiClient, job: SwapJob) -> None:
    assert problem(native(bobs_api, ADDRESSES[kind](job))) == (422, "url_refused")


@pytest.mark.parametrize("kind", ["signed", "shared"])
def test_who_has_a_signed_link_may_use_it(kind: str, bobs_api: ApiClient, job: SwapJob) -> None:
    assert native(bobs_api, ADDRESSES[kind](job)).status_code == 202


def test_a_public_picture_is_anyones_while_it_is_public(bobs_api: ApiClient, job: SwapJob) -> None:
    url = reverse("swaps:public_picture", args=[job.pk])
    assert problem(native(bobs_api, url)) == (422, "url_refused")
    publishing.publish(job)
    assert native(bobs_api, url).status_code == 202


def test_a_key_that_may_not_read_swaps_reads_none_this_way(alice: User, job: SwapJob) -> None:
    blind = ApiClient(issue_api_key(owner=alice, name="blind", scopes=[ApiKey.Scope.SWAP])[1])
    assert problem(native(blind, ADDRESSES["result"](job))) == (422, "url_refused")
    assert native(blind, ADDRESSES["signed"](job)).status_code == 202


def test_a_picture_that_is_gone_says_so(api: ApiClient, job: SwapJob) -> None:
    job.result.storage.delete(str(job.result.name))
    assert problem(native(api, result_link(job, SITE))) == (422, "url_refused")
    assert SwapJob.objects.count() == 1


def test_dialects_refuse_in_their_own_words(api: ApiClient, job: SwapJob) -> None:
    url = ADDRESSES["relative"](job)
    job.delete()
    answer = aifaceswap(api, url)
    assert (answer.status_code, answer.json()["code"]) == (422, 422) and "has expired" in answer.json()["message"]
    answer = acedata(api, url)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "token_mismatched")


def test_the_studio_takes_them_where_it_takes_addresses(alice_client: Client, job: SwapJob) -> None:
    answer = alice_client.post("/swaps/fetched", {"url": result_link(job, SITE)})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")


CALLBACKS: dict[str, Callable[[ApiClient, str], Any]] = {
    "callback_url": lambda api, url: api.post(SWAPS, swap_request(callback_url=url)),
    "callback_url of a form": lambda api, url: api.form(
        SWAPS, {"face_url": URL, "target_url": URL, "callback_url": url}
    ),
    "webhook": lambda api, url: api.post(
        "/api/aifaceswap/v1/faceswap", {"source_image": URL, "face_image": URL, "webhook": url}
    ),
    "webhook of several": lambda api, url: api.post(
        "/api/aifaceswap/v1/multi_faceswap", {"source_image": URL, "face_image": [URL], "index": [0], "webhook": url}
    ),
    "callback_url of AceData": lambda api, url: api.post(
        "/face/swap", {"source_image_url": URL, "target_image_url": URL, "callback_url": url}
    ),
}
URL = "https://example.org/a.jpg"
NOT_CALLED = [
    "http://10.0.0.1/hook",
    "http://0x7f.1/",
    "https://[::1]/",
    "http://localhost/",
    "http://example.org:8080/",
]


@pytest.mark.parametrize("field", CALLBACKS)
@pytest.mark.parametrize("address", NOT_CALLED)
def test_a_callback_that_will_never_be_called_is_refused_at_once(field: str, address: str, api: ApiClient) -> None:
    answer = CALLBACKS[field](api, address)
    assert answer.status_code in (400, 422)
    told = json.dumps(answer.json())
    assert f"{field.partition(' ')[0]}: Only" in told and "FETCH_ALLOW_HOSTS" in told
    if answer.headers["Content-Type"] == "application/problem+json":
        assert answer.json()["errors"][0]["pointer"] == "/callback_url"
    assert not SwapJob.objects.exists()


@pytest.mark.parametrize("surface", [native, form, compare, acedata, aifaceswap, extract])
@pytest.mark.parametrize("address", NOT_CALLED)
def test_so_is_a_photos(surface: Any, address: str, api: ApiClient) -> None:
    answer = surface(api, address)
    assert answer.status_code in (400, 422)
    assert "photo" in (told := json.dumps(answer.json())) and "FETCH_ALLOW_HOSTS" in told
    assert not SwapJob.objects.exists()


def test_what_the_operator_lets_through_is_taken(api: ApiClient, settings: Any) -> None:
    settings.FETCH_ALLOW_HOSTS = ["10.0.0.1:8080", "localhost:80"]
    for url in ("http://10.0.0.1:8080/hook", "http://localhost/hook"):
        assert api.post(SWAPS, swap_request(callback_url=url)).status_code == 202
