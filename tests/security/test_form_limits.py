"""Forms of signing in, passwords and addresses are counted in the database, and so are the letters they send."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User

RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def few(settings: pytest.FixtureRequest) -> None:
    settings.CAN_SEND_MAIL = True  # type: ignore[attr-defined]
    limits = {"sign_in_form": (3, 60), "password_form": (3, 60), "account_form": (3, 60), "letter": (2, 600)}
    settings.RATE_LIMITS = settings.RATE_LIMITS | limits  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", RESET])
def test_an_address_sends_so_many_forms_whatever_the_cache_forgets(client: Client, address: str) -> None:
    answers = []
    for number in range(5):
        cache.clear()
        form = {"login": f"somebody{number}", "password": "wrong", "email": f"somebody{number}@example.org"}
        answers.append(client.post(address, form).status_code)

    assert answers[3:] == [429, 429]
    assert 429 not in answers[:3]
    assert client.get(address).status_code == 200


def test_an_account_changes_its_addresses_so_many_times(alice_client: Client, bob_client: Client) -> None:
    forms = [{"action_add": "", "email": f"new{number}@example.org"} for number in range(4)]
    answers = [alice_client.post("/accounts/email/", form) for form in forms]

    assert [answer.status_code == 429 for answer in answers] == [False, False, False, True]
    assert "Retry-After" in answers[-1].headers
    assert bob_client.post("/accounts/email/", forms[0]).status_code != 429


def test_a_mailbox_gets_so_many_letters_whoever_asks(alice: User) -> None:
    for number in range(4):
        stranger = Client(REMOTE_ADDR=f"127.0.3.{number + 1}")
        answer = stranger.post(RESET, {"email": alice.email.upper() if number % 2 else alice.email})
        assert answer.status_code == 302  # the same for everybody, or it would tell which addresses there are

    assert len(mail.outbox) == 2
