"""Letters: each comes as text and as HTML, and says the same in both."""

from typing import Any

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts.models import User


def html_of(letter: object) -> str:
    assert isinstance(letter, EmailMultiAlternatives)
    (alternative,) = letter.alternatives
    return str(alternative[0])


def test_a_new_password_is_chosen_by_letter(client: Client, alice: User) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    (letter,) = mail.outbox
    assert "Choose a new password" in letter.subject
    link = next(line for line in str(letter.body).splitlines() if line.startswith("http"))
    assert link in html_of(letter)
    assert client.get(link, follow=True).status_code == 200


def test_an_unknown_address_learns_nothing(client: Client, db: None) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert answer.status_code == 302


def test_an_address_is_confirmed_by_letter(client: Client, db: None, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    password = "a-long-password-of-mine"
    fields = {"username": "carol", "email": "carol@example.org", "password1": password, "password2": password}
    client.post("/accounts/signup/", fields)
    (letter,) = mail.outbox
    assert "Confirm your e-mail address" in letter.subject
    link = next(line for line in str(letter.body).splitlines() if line.startswith("http"))
    assert link in html_of(letter)
