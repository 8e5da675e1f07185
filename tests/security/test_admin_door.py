"""Who comes in on the admin site, and what the others are told."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User

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
    Authenticator.objects.create(user=root, type=Authenticator.Type.TOTP, data={"secret": "not used here"})
    assert client.get(page).status_code == 200


def test_the_way_in_leads_nowhere_else(client: Client, root: User) -> None:
    assert client.get("/admin/login/?next=/admin/dashboard/")["Location"] == "/admin/dashboard/"
    assert client.get("/admin/login/?next=https://evil.example/")["Location"] == "/admin/"
    assert client.get("/admin/login/?next=//evil.example/")["Location"] == "/admin/"
