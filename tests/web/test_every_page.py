"""What holds for all pages: valid HTML, nothing inline that the content policy forbids, links that lead somewhere."""

import re

import html5lib
import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from faceswap_site import navigation
from faceswap_site.navigation import Link
from tests.web.conftest import make_job

PUBLIC = (
    "/",
    "/explore/",
    "/pricing/",
    "/privacy/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
)
PERSONAL = (
    *("/swaps/new/", "/gallery/", "/history/", "/account/", "/account/points/", "/account/delete/"),
    *("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"),
)
INLINE = re.compile(r"""<[^>]+\s(style|on[a-z]+)=["']""")


def check(text: str) -> None:
    html5lib.HTMLParser(strict=True).parse(text)
    assert not INLINE.search(text), INLINE.search(text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script, script
    assert len(re.findall(r"<h1[ >]", text)) == 1


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_sound(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    check(answer.content.decode())


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_are_sound(alice_client: Client, path: str) -> None:
    answer = alice_client.get(path)
    assert answer.status_code == 200
    check(answer.content.decode())


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_ask_for_signing_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("status", ["queued", "running", "done", "failed", "cancelled"])
def test_job_pages_are_sound(alice_client: Client, alice: User, status: str) -> None:
    check(alice_client.get(make_job(alice, status).get_absolute_url()).content.decode())


def test_filled_lists_are_sound(alice_client: Client, alice: User) -> None:
    make_job(alice)
    make_job(alice, "failed")
    for path in ("/gallery/", "/history/?status=done", "/account/points/"):
        check(alice_client.get(path).content.decode())


def test_a_page_that_is_not_there_says_so(client: Client, db: None) -> None:
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    check(answer.content.decode())
    assert "There is nothing here" in answer.content.decode()


def test_a_refused_form_is_explained(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/accounts/login/", {"login": "alice", "password": "x"})
    assert answer.status_code == 403
    assert "You may not do that" in answer.content.decode()


def test_the_content_policy_is_strict(client: Client, db: None) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


def test_a_link_whose_page_is_missing_is_left_out(rf: RequestFactory) -> None:
    links = (Link("home", "Start"), Link("no:such-page", "Nowhere"))
    assert [item.url for item in navigation.items(links, rf.get("/"))] == [reverse("home")]


def test_the_style_guide_is_for_developers_only(client: Client, db: None) -> None:
    assert client.get("/styleguide/").status_code == 404
