"""Guessing is limited, nobody learns who has an account, and a session of before signing in is worth nothing after."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
LOGIN, SIGNUP, RESET = "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"


def sign_in(client: Client, login: str, password: str) -> Any:
    return client.post(LOGIN, {"login": login, "password": password})


def sign_up(client: Client, username: str, email: str) -> Any:
    password = "a-long-password-of-mine"
    return client.post(SIGNUP, {"username": username, "email": email, "password1": password, "password2": password})


def test_a_session_from_before_is_another_one_after_signing_in(alice: User, settings: Any) -> None:
    settings.OPEN_ACCESS = ["live"]
    client = Client()
    client.get("/live/")  # gives a guest a session
    before = client.cookies["sessionid"].value
    assert sign_in(client, "alice", "alice-password").status_code == 302
    assert client.cookies["sessionid"].value != before
    planted = Client()
    planted.cookies["sessionid"] = before
    assert planted.get("/account/").status_code == 302


def test_signing_out_ends_the_session(alice: User) -> None:
    client = Client()
    sign_in(client, "alice", "alice-password")
    kept = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    planted = Client()
    planted.cookies["sessionid"] = kept
    assert planted.get("/account/").status_code == 302


def test_after_five_wrong_passwords_the_right_one_has_to_wait_too(alice: User) -> None:
    for _ in range(5):
        assert sign_in(Client(), "alice", "wrong").status_code == 200
    answer = sign_in(Client(), "alice", "alice-password")
    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()


def test_one_address_guesses_at_few_accounts_a_minute(alice: User, bob: User) -> None:
    for number in range(10):
        sign_in(Client(), f"nobody-{number}", "wrong")
    assert "Too many failed login attempts" in sign_in(Client(), "alice", "alice-password").content.decode()


def test_administrators_are_guessed_at_no_faster(alice: User) -> None:
    User.objects.create_superuser("root", "root@example.org", "root-password")
    door = Client().get("/admin/login/?next=/admin/")
    assert door["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    past_it = Client()
    past_it.post("/admin/login/", {"username": "root", "password": "root-password"})
    assert past_it.get("/admin/").status_code == 302
    for _ in range(5):
        sign_in(past_it, "root", "wrong")
    assert sign_in(past_it, "root", "root-password").status_code == 200


def answered(answer: Any, *names: str) -> tuple[int, str, str]:
    """What an answer tells, without the names that were sent and what differs in every page."""
    text = re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    for name in names:
        text = text.replace(name, "")
    return answer.status_code, answer.headers.get("Location", ""), text


def test_a_wrong_password_and_an_unknown_name_are_told_alike(alice: User) -> None:
    one, other = sign_in(Client(), "alice", "wrong"), sign_in(Client(), "nobody", "wrong")
    assert answered(one, "alice") == answered(other, "nobody")


def test_a_forgotten_password_is_answered_alike_for_everyone(alice: User) -> None:
    one = Client().post(RESET, {"email": alice.email})
    other = Client().post(RESET, {"email": "nobody@example.org"})
    assert answered(one) == answered(other)
    assert [letter.to for letter in mail.outbox] == [[alice.email], ["nobody@example.org"]]


def test_where_letters_verify_addresses_a_taken_one_is_not_told(alice: User, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    one = sign_up(Client(), "carol", alice.email)
    other = sign_up(Client(), "dave", "dave@example.org")
    assert answered(one) == answered(other)
    assert not User.objects.filter(username="carol").exists()


def test_one_address_signs_up_so_many_a_minute() -> None:
    answers = [sign_up(Client(), f"person-{number}", f"person-{number}@example.org") for number in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert User.objects.count() == 20
