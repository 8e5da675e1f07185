"""What the site's scripts are told where a session is over or went on in another tab; people are sent to sign in."""

import pytest
from django.test import Client

from accounts.models import User
from swaps.models import SwapJob

STUDIO = "/swaps/new/"
BY_HTMX, BY_FETCH = {"HX-Request": "true"}, {"X-Requested-With": "fetch"}


@pytest.mark.parametrize("headers", [BY_HTMX, BY_FETCH])
def test_a_script_is_told_where_to_sign_in(client: Client, db: None, headers: dict[str, str]) -> None:
    answer = client.post(STUDIO, headers=headers)
    assert answer.status_code == 401
    told = answer.json()
    assert told["message"] == "You were signed out. What you chose here is still here."
    assert client.get(told["sign_in"]).status_code == 200
    assert answer["Cache-Control"] == "no-store"


def test_what_looks_for_news_is_told_too(client: Client, done_job: SwapJob) -> None:
    assert client.get(done_job.get_absolute_url(), headers=BY_HTMX).status_code == 401


def test_a_person_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.post(STUDIO).status_code == 302


def test_other_redirects_are_left_alone(alice_client: Client, done_job: SwapJob) -> None:
    assert alice_client.post(f"{done_job.get_absolute_url()}delete", headers=BY_HTMX).status_code == 302


def test_a_stale_token_is_answered_with_one_that_holds(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    refused = strict.post("/swaps/faces", {"csrfmiddlewaretoken": "x" * 64}, headers=BY_FETCH)
    assert refused.status_code == 403
    assert refused.json()["code"] == "stale_token"
    again = {"role": "target", "csrfmiddlewaretoken": refused.json()["token"]}
    answer = strict.post("/swaps/faces", again, headers=BY_FETCH)
    assert answer.json()["message"] == "Choose a photo."


def test_without_any_cookie_a_script_is_told_that_it_is_signed_out(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(STUDIO, headers=BY_HTMX)
    assert answer.status_code == 401
    assert answer.json()["token"]


def test_a_person_with_a_stale_token_gets_the_page(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    answer = strict.post(STUDIO)
    assert answer.status_code == 403
    assert "<html" in answer.content.decode()


def test_signing_in_leads_back_to_the_other_tab(alice_client: Client) -> None:
    assert "Close this tab" in alice_client.get("/signed-in/").content.decode()
