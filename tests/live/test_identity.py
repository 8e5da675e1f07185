"""Who may go live, and from which pages."""

from typing import Any

import pytest
from django.test import Client

from accounts.authentication import ScopeMissing
from accounts.keys import KeyRefused, issue_api_key
from accounts.models import User
from swaps.live.identity import Who, is_own_page, who_is


def cookie_of(client: Client) -> dict[str, str]:
    return {"cookie": f"sessionid={client.cookies['sessionid'].value}"}


def test_a_session_and_a_key_of_one_person_are_one_identity(alice: User, alice_client: Client) -> None:
    _, text = issue_api_key(owner=alice, name="camera")
    by_key = who_is({"authorization": f"Bearer {text}"}, address="1.2.3.4")
    assert by_key == who_is({"x-api-key": text}, address="1.2.3.4")
    assert by_key == who_is(cookie_of(alice_client), address="5.6.7.8") == Who(f"account:{alice.pk}", alice)


def test_a_key_that_does_not_open_this_is_refused(alice: User) -> None:
    _, reading = issue_api_key(owner=alice, name="reader", scopes=["read"])
    with pytest.raises(ScopeMissing):
        who_is({"authorization": f"Token {reading}"}, address="")
    with pytest.raises(KeyRefused):
        who_is({"authorization": f"Bearer {reading[:-1]}"}, address="")


def test_guests_come_in_only_where_the_operator_says_so(db: None, settings: Any, client: Client) -> None:
    assert who_is({}, address="1.2.3.4") is None
    assert client.get("/live/").status_code == 302
    settings.OPEN_ACCESS = ["live"]
    assert who_is({}, address="1.2.3.4") == Who("address:1.2.3.4", None)
    assert client.get("/live/").status_code == 200
    cookie = {"cookie": f"live_guest={client.cookies['live_guest'].value}"}
    guest = who_is(cookie, address="1.2.3.4")
    assert guest is not None and guest.identity.startswith("guest:") and guest.account is None
    assert who_is(cookie, address="5.6.7.8") == guest
    assert "live_guest" not in client.get("/live/").cookies  # it has one
    # A cookie that we never gave out makes nobody anyone.
    for invented in ("sessionid=invented", "live_guest=invented", "live_guest=in:vented"):
        assert who_is({"cookie": invented}, address="1.2.3.4") == Who("address:1.2.3.4", None)


def test_a_blocked_account_stays_outside(alice: User, alice_client: Client) -> None:
    alice.is_active = False
    alice.save()
    assert who_is(cookie_of(alice_client), address="") is None


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"origin": "https://site.example"}, True),
        ({"origin": "https://site.example:8443"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://trusted.example"}, True),
        ({"origin": "http://trusted.example"}, False),
        ({"origin": "https://any.wild.example"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"host": "evil.example", "origin": "https://evil.example"}, False),
    ],
)
def test_only_pages_of_ours_and_trusted_ones_may_talk_to_us(
    settings: Any, headers: dict[str, str], allowed: bool
) -> None:
    settings.ALLOWED_HOSTS = ["site.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example", "https://*.wild.example"]
    assert is_own_page({"host": "site.example"} | headers) is allowed
