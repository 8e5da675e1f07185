"""A site without a mail server promises no letters, and an administrator can help who has forgotten a password."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.privacy.deletion import close_account
from accounts.sign_in.guest import guest_account
from tests.security.test_signing_in import sign_in

from .conftest import make_job

NO_MAIL = "This site can't send e-mail"
NEW = "Zq7-Kx9-Wv4-Jd2-Yp8"


@pytest.fixture
def without_mail(settings: Any) -> None:
    settings.CAN_SEND_MAIL = False


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("&#x27;", "'")


@pytest.mark.parametrize("page", ["password/reset/", "password/reset/done/", "confirm-email/"])
def test_pages_about_letters_say_who_helps_instead(
    client: Client, without_mail: None, settings: Any, page: str
) -> None:
    text = text_of(client.get(f"/accounts/{page}"))
    assert NO_MAIL in text and "Ask its administrator." in text and 'name="email"' not in text
    settings.CONTACT_EMAIL = "help@example.org"
    assert "Ask its administrator: help@example.org" in text_of(client.get(f"/accounts/{page}"))


def test_a_forgotten_password_is_asked_for_in_vain_and_nothing_is_written(
    client: Client, without_mail: None, alice: User
) -> None:
    assert NO_MAIL in text_of(client.post("/accounts/password/reset/", {"email": alice.email}))
    assert mail.outbox == []


def test_the_account_promises_no_letters(alice_client: Client, alice: User, without_mail: None) -> None:
    job = make_job(alice, "queued")
    assert "E-mail me when it is ready" not in text_of(alice_client.get(job.get_absolute_url()))
    added = alice_client.post("/accounts/email/", {"action_add": "", "email": "other@example.org"}, follow=True)
    assert "the address stays unconfirmed" in text_of(added)
    assert "Send the e-mail that confirms it" not in text_of(alice_client.get("/accounts/email/"))
    alice_client.post("/account/", {"letters": "on"})
    alice.refresh_from_db()
    assert not alice.letters


def test_with_a_mail_server_they_do(alice_client: Client, alice: User) -> None:
    job = make_job(alice, "queued")
    assert "E-mail me when it is ready" in text_of(alice_client.get(job.get_absolute_url()))
    added = alice_client.post("/accounts/email/", {"action_add": "", "email": "other@example.org"}, follow=True)
    assert NO_MAIL not in text_of(added) and len(mail.outbox) == 1


def use(link: str) -> bool:
    """Whether a link let somebody choose a new password."""
    client = Client()
    page = client.get(link.removeprefix("http://testserver").removeprefix("http://127.0.0.1:8000"), follow=True)
    if "password1" not in page.content.decode():
        return False
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    return True


def test_an_administrator_makes_a_link_that_works_once(client: Client, alice: User, without_mail: None) -> None:
    client.force_login(User.objects.create_superuser("root"))
    address = f"/admin/accounts/user/{alice.pk}/reset-link/"
    assert address in text_of(client.get(f"/admin/accounts/user/{alice.pk}/change/"))
    assert "/accounts/password/reset/key/" not in text_of(client.get(address))
    answer = client.post(address)
    assert "no-store" in answer["Cache-Control"]
    link = text_of(answer).partition('readonly value="')[2].partition('"')[0]
    assert LogEntry.objects.get().change_message == "Made a link for a new password."
    assert use(link)
    assert sign_in(Client(), "alice", NEW).status_code == 302
    assert not use(link)


def test_only_superusers_lend_an_administrators_account(client: Client, alice: User) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    root = User.objects.create_superuser("root")
    client.force_login(clerk)
    for account in (alice, root):
        assert client.post(f"/admin/accounts/user/{account.pk}/reset-link/").status_code == 403
    clerk.user_permissions.add(*Permission.objects.filter(codename="change_user"))
    assert client.post(f"/admin/accounts/user/{alice.pk}/reset-link/").status_code == 200
    assert client.post(f"/admin/accounts/user/{root.pk}/reset-link/").status_code == 403


def made_by_command(name: str) -> str:
    out = StringIO()
    call_command("reset_link", name, stdout=out)
    return out.getvalue().strip()


def test_the_command_makes_one_too(alice: User, settings: Any) -> None:
    assert use(made_by_command("alice"))
    settings.SITE_URL = "https://faces.example.org"
    assert made_by_command("alice").startswith("https://faces.example.org/accounts/password/reset/key/")


def test_there_is_no_link_into_an_account_that_nobody_signs_in_to(alice: User) -> None:
    close_account(alice)
    for name in ("alice", guest_account().username):
        with pytest.raises(CommandError, match="Nobody may sign in"):
            made_by_command(name)
    with pytest.raises(CommandError, match="no account named"):
        made_by_command("nobody")
