"""What holds for all pages: valid HTML, nothing inline that the content policy forbids, links that lead somewhere."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from accounts.keys import issue_api_key
from accounts.models import KeyUse, User
from faceswap_site.pages import navigation
from faceswap_site.pages.navigation import Link
from recognition.registry.enrolment import Consent, add_person
from swaps.models import SwapJob, WebhookAttempt, WebhookDelivery
from swaps.results import links, publishing

from .conftest import make_job
from .pages import GUARDED, NO_PAGES, PERSONAL, PUBLIC, WITH_CONTENT
from .soundness import check_page


def check(client: Client, path: str, status: int = 200) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.headers.get("Location")
    check_page(answer.content.decode())


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_sound(client: Client, db: None, path: str) -> None:
    check(client, path)


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_are_sound(alice_client: Client, path: str) -> None:
    check(alice_client, path)


@pytest.mark.parametrize("path", GUARDED)
def test_pages_of_two_factor_sign_in_are_sound(client: Client, alice: User, path: str) -> None:
    client.post("/accounts/login/", {"login": "alice", "password": "alice-password"})
    client.post("/accounts/reauthenticate/", {"password": "alice-password"})
    if "recovery" in path:
        path = "/accounts/2fa/webauthn/"  # there are no codes without a second factor
    check(client, path)


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_ask_for_signing_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/") or path == "/accounts/logout/"


@pytest.mark.parametrize("status", ["queued", "running", "done", "failed", "cancelled"])
def test_job_pages_are_sound(alice_client: Client, alice: User, status: str) -> None:
    check(alice_client, make_job(alice, status).get_absolute_url())


def test_what_others_see_of_a_result_is_sound(client: Client, done_job: SwapJob) -> None:
    check(client, links.share_path(done_job))
    publishing.publish(done_job)
    check(client, reverse("swaps:public", args=[done_job.pk]))
    check(client, "/explore/")


def test_filled_lists_are_sound(alice_client: Client, alice: User) -> None:
    for job in (make_job(alice), make_job(alice, "failed")):
        delivery = WebhookDelivery.objects.create(job=job, url="https://example.org/hook", next_try=timezone.now())
        for status in (500, None):
            WebhookAttempt.objects.create(delivery=delivery, status=status, outcome="status 500")
    publishing.publish(SwapJob.objects.filter(status="done").get())
    add_person(account=alice, name="Ann", consent=Consent("consent"))
    for path in ("/gallery/", "/history/?status=done", "/account/points/", "/account/webhooks/", "/people/"):
        check(alice_client, path)


def test_pages_of_keys_are_sound_in_every_state(alice_client: Client, alice: User) -> None:
    key, _text = issue_api_key(owner=alice, name="Script")
    expired, _text = issue_api_key(owner=alice, name="Old", expires=timezone.now() - timedelta(days=1))
    assert not expired.is_usable
    KeyUse.objects.create(key=key, day=timezone.localdate(), count=1200)
    check(alice_client, "/account/keys/")
    made = alice_client.post("/account/keys/", {"name": "New", "scopes": ["read"], "days": "0"})
    check_page(made.content.decode())
    check_page(alice_client.post("/developers/").content.decode())
    check_page(alice_client.post("/account/keys/", {"name": ""}).content.decode())


def test_a_refused_studio_is_sound(alice_client: Client) -> None:
    answer = alice_client.post("/swaps/new/", {"face_url": "nonsense", "use_1": "other"})
    assert answer.status_code == 400
    check_page(answer.content.decode())


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace not in {"admin", "api"}:
                yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)
        elif pattern.name:
            yield prefix + pattern.name


def test_no_page_is_left_out() -> None:
    looked_at = {resolve(path.partition("?")[0]).view_name for path in PUBLIC + PERSONAL + GUARDED}
    assert set(names(get_resolver().url_patterns)) - looked_at == WITH_CONTENT | NO_PAGES


def test_a_page_that_is_not_there_says_so(client: Client, db: None) -> None:
    check(client, "/nothing-here/", status=404)
    assert "There is nothing here" in client.get("/nothing-here/").content.decode()


def test_a_refused_form_is_explained(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/accounts/login/", {"login": "alice", "password": "x"})
    assert answer.status_code == 403
    assert "You may not do that" in answer.content.decode()


def test_the_content_policy_is_strict(client: Client, db: None) -> None:
    for path in ("/", "/api/docs"):
        policy = client.get(path)["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy


def test_a_link_whose_page_is_missing_is_left_out(rf: RequestFactory) -> None:
    links = (Link("home", "Start"), Link("no:such-page", "Nowhere"))
    assert [item["url"] for item in navigation.items(links, rf.get("/"))] == [reverse("home")]


def test_the_style_guide_is_for_developers_only(client: Client, db: None) -> None:
    assert client.get("/styleguide/").status_code == 404


def test_pages_ask_the_database_as_often_for_many_as_for_few(
    alice_client: Client, alice: User, django_assert_num_queries: Callable[..., object]
) -> None:
    expected = {"/account/": 3, "/account/keys/": 6, "/account/webhooks/": 8, "/explore/": 4}
    for count in (1, 5):
        for _ in range(count):
            job = make_job(alice)
            publishing.publish(job)
            issue_api_key(owner=alice, name="Script")
            WebhookDelivery.objects.create(job=job, url="https://example.org/hook", next_try=timezone.now())
        alice_client.get("/account/webhooks/")  # makes the first secret
        for path, queries in expected.items():
            with django_assert_num_queries(queries):  # type: ignore[attr-defined]
                alice_client.get(path)
