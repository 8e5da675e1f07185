"""Who comes in on the admin site, and what the others are told."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from accounts.models import User
from faceswap_site.ops.models import AdminAct

pytestmark = pytest.mark.django_db
PAGES = ("/admin/", "/admin/dashboard/", "/admin/accounts/user/")


@pytest.fixture
def root(client: Client) -> User:
    account = User.objects.create_superuser("root", "root@example.org", "root-password")
    client.force_login(account)
    return account


@pytest.mark.parametrize("page", PAGES)
def test_who_is_no_administrator_is_told_that(alice_client: Client, page: str) -> None:
    answer = alice_client.get(page, follow=True)
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "Only administrators come in here, and “alice” is none." in text
    assert "open for too long" not in text


def test_an_administrator_without_a_right_is_told_who_gives_it(client: Client) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    answer = client.get("/admin/accounts/user/")
    assert answer.status_code == 403
    assert "An administrator can give it one." in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_where_a_second_factor_is_asked_for_nobody_comes_in_without(
    client: Client, root: User, settings: Any, page: str
) -> None:
    assert client.get(page).status_code == 200
    settings.ADMIN_REQUIRES_MFA = True
    answer = client.get(page, follow=True)
    assert answer.redirect_chain[-1] == ("/accounts/2fa/", 302)
    assert "need a second factor" in answer.content.decode()


def with_code(client: Client, root: User, page: str) -> Any:
    """Give the code of a new second factor wherever the way to a page asks for it."""
    secret = generate_totp_secret()
    TOTP.activate(root, secret)
    asked = client.get(page, follow=True)
    where = asked.request["PATH_INFO"] + "?" + asked.request["QUERY_STRING"]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    return asked, client.post(where, {"code": code}, follow=True)


@pytest.mark.parametrize("page", PAGES)
def test_a_session_from_before_gives_the_second_factor_once(
    client: Client, root: User, settings: Any, page: str
) -> None:
    settings.ADMIN_REQUIRES_MFA = True
    asked, answer = with_code(client, root, page)
    assert asked.request["PATH_INFO"] == "/accounts/2fa/reauthenticate/"
    assert "Give your second factor once more" in asked.content.decode()
    assert answer.redirect_chain[-1] == (page, 302)
    assert answer.status_code == 200
    assert client.get(page).status_code == 200

    other = Client()
    other.force_login(root)
    assert other.get(page).status_code == 302


def test_a_second_factor_that_is_gone_opens_nothing_any_more(client: Client, root: User, settings: Any) -> None:
    settings.ADMIN_REQUIRES_MFA = True
    with_code(client, root, "/admin/")
    Authenticator.objects.all().delete()
    assert client.get("/admin/", follow=True).redirect_chain[-1] == ("/accounts/2fa/", 302)


def test_what_administrators_send_is_listed_with_its_address(client: Client, root: User, alice: User) -> None:
    client.get("/admin/accounts/user/")
    client.post(f"/admin/accounts/user/{alice.pk}/grant/", {"points": 5, "reason": "thanks"}, REMOTE_ADDR="192.0.2.7")
    form = {"action": "delete_selected", "_selected_action": [alice.pk], "post": "yes"}
    client.post("/admin/accounts/user/", form, REMOTE_ADDR="2001:db8:1:2:3::4")
    acts = list(AdminAct.objects.values_list("account", "address", "path", "act", "status"))
    assert acts == [
        (root.pk, "2001:db8:1:2::/64", "/admin/accounts/user/", "delete_selected", 302),
        (root.pk, "192.0.2.7", f"/admin/accounts/user/{alice.pk}/grant/", "", 302),
    ]
    listed = client.get("/admin/faceswap_site/adminact/").content.decode()
    assert "192.0.2.7" in listed
    number = AdminAct.objects.all()[0].pk
    assert client.post(f"/admin/faceswap_site/adminact/{number}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/faceswap_site/adminact/{number}/change/", {"path": "/"}).status_code == 403
    assert AdminAct.objects.filter(pk=number).exists()


def test_an_administrator_who_deletes_the_own_account_leaves_no_act(client: Client, root: User) -> None:
    assert client.post(f"/admin/accounts/user/{root.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.exists()
    assert not AdminAct.objects.exists()


def test_the_way_in_leads_nowhere_else(client: Client, root: User) -> None:
    assert client.get("/admin/login/?next=/admin/dashboard/")["Location"] == "/admin/dashboard/"
    assert client.get("/admin/login/?next=https://evil.example/")["Location"] == "/admin/"
    assert client.get("/admin/login/?next=//evil.example/")["Location"] == "/admin/"
