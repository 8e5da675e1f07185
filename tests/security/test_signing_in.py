"""Guessing is limited, nobody learns who has an account, and a session of before signing in is worth nothing after."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail, signing
from django.test import Client, RequestFactory

from accounts.authentication import address_of
from accounts.models import RateWindow, User
from accounts.sign_in.guess_limits import COOKIE, MOST_ACCOUNTS

pytestmark = pytest.mark.django_db
LOCKED = r"Too many failed attempts\. Try again in \d+ (second|minute)"
LOGIN, SIGNUP, RESET = "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"


def sign_in(client: Client, login: str, password: str) -> Any:
    return client.post(LOGIN, {"login": login, "password": password})


def locked(answer: Any) -> bool:
    return bool(re.search(LOCKED, answer.content.decode()))


def sign_up(client: Client, username: str, email: str) -> Any:
    password = "a-long-password-of-mine"
    return client.post(SIGNUP, {"username": username, "email": email, "password1": password, "password2": password})


def test_a_session_from_before_is_another_one_after_signing_in(alice: User) -> None:
    client = Client()
    session = client.session
    session["note"] = "of a stranger"
    session.save()
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
    assert re.search(LOCKED, answer.content.decode())


def test_however_an_account_is_named_its_guesses_are_one_count(alice: User) -> None:
    for name in ("alice", "ALICE", " alice ", "alice@example.org", "Alice@Example.org"):
        sign_in(Client(), name, "wrong")
    for name in ("alice", "alice@example.org"):
        assert locked(sign_in(Client(), name, "alice-password"))


def test_a_guess_that_is_refused_does_not_count(alice: User, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sign_in_address": (1000, 60)}
    for number in range(7):
        assert locked(sign_in(Client(), "alice", f"wrong-{number}")) == (number >= 5)
    row = RateWindow.objects.get(subject=f"sign_in:{alice.pk}")
    assert row.count == 5
    RateWindow.objects.filter(pk=row.pk).update(ends=0)  # five minutes later
    assert sign_in(Client(), "alice", "alice-password").status_code == 302


def test_a_lock_that_strangers_made_lets_a_known_device_through(alice: User, bob: User) -> None:
    known = Client()
    sign_in(known, "alice", "alice-password")
    known.post("/accounts/logout/")
    assert known.cookies[COOKIE]["httponly"]
    for number in range(12):  # one address: this uses up what that may guess too
        sign_in(Client(), "alice" if number < 6 else f"nobody-{number}", "wrong")
    assert locked(sign_in(Client(), "alice", "alice-password"))
    assert locked(sign_in(known, "bob", "bob-password")), "it is known to alice's account only"
    assert sign_in(known, "alice@example.org", "alice-password").status_code == 302


def test_a_known_device_guesses_no_faster(alice: User) -> None:
    known = Client()
    sign_in(known, "alice", "alice-password")
    known.post("/accounts/logout/")
    assert [locked(sign_in(known, "alice", "wrong")) for _ in range(6)] == [False] * 5 + [True]
    assert locked(sign_in(known, "alice", "alice-password"))
    assert sign_in(Client(), "alice", "alice-password").status_code == 302


def test_a_device_can_not_say_of_itself_that_it_is_known(alice: User) -> None:
    for number in range(6):
        made_up = Client()
        made_up.cookies[COOKIE] = signing.dumps([[alice.pk, f"{number}"]], key="guessed", salt=COOKIE)
        answer = sign_in(made_up, "alice", "wrong")
    assert locked(answer)


def test_a_device_remembers_the_last_few_accounts() -> None:
    device = Client()
    for number in range(MOST_ACCOUNTS + 1):
        account = User.objects.create_user(f"person-{number}", f"{number}@example.org", "a-long-password")
        sign_in(device, account.username, "a-long-password")
        device.post("/accounts/logout/")
    kept = dict(signing.loads(device.cookies[COOKIE].value, salt=COOKIE))
    assert list(kept) == list(User.objects.order_by("-pk").values_list("pk", flat=True))[:MOST_ACCOUNTS]


def test_who_reads_the_accounts_letters_need_not_wait(alice: User) -> None:
    for _ in range(5):
        sign_in(Client(), "alice", "wrong")
    client = Client()
    client.post(RESET, {"email": alice.email})
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link.group(1), follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "another-long-password", "password2": "another-long-password"})
    assert sign_in(Client(), "alice", "another-long-password").status_code == 302


def test_codes_of_the_second_factor_are_guessed_as_slowly(alice: User) -> None:
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    client = Client()
    sign_in(client, "alice", "alice-password")
    answers = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _ in range(6)]
    assert [locked(answer) for answer in answers] == [False] * 5 + [True]


def test_the_password_of_an_open_session_is_guessed_as_slowly(alice_client: Client, alice: User) -> None:
    answers = [alice_client.post("/account/delete/", {"password": "wrong"}) for _ in range(6)]
    assert [locked(answer) for answer in answers] == [False] * 5 + [True]
    assert alice_client.post("/account/delete/", {"password": "alice-password"}).status_code == 400


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_an_address_is_counted_as_what_one_person_can_have(rf: RequestFactory, address: str, counted: str) -> None:
    assert address_of(rf.get("/", REMOTE_ADDR=address)) == counted


def test_one_address_guesses_at_few_accounts_a_minute(alice: User, bob: User) -> None:
    for number in range(10):
        sign_in(Client(), f"nobody-{number}", "wrong")
    assert locked(sign_in(Client(), "alice", "alice-password"))


def test_administrators_are_guessed_at_no_faster(alice: User) -> None:
    User.objects.create_superuser("root", "root@example.org", "root-password")
    door = Client().get("/admin/login/?next=/admin/")
    assert door["Location"] == "/accounts/login/?next=/admin/"
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
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_letters_lead_to_the_sites_own_address_whoever_asks(alice: User, settings: Any) -> None:
    settings.SITE_URL = "https://faces.example.org"
    for email in (alice.email, "nobody@example.org"):
        Client().post(RESET, {"email": email}, headers={"Host": "127.0.0.1:6666"})
    for letter in mail.outbox:
        assert "https://faces.example.org/accounts/" in letter.body
        assert ":6666" not in letter.body
