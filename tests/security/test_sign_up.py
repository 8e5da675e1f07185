"""First points: once an account, after its address is confirmed where letters can be sent, and so many a day."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from accounts import points
from accounts.authentication import network_of
from accounts.models import PointEntry, RateWindow, User
from faceswap_site.lib.errors import DomainError

from .test_signing_in import SIGNUP, sign_in, sign_up

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-of-mine"
CONFIRMED = {"POINTS_AFTER_CONFIRMATION": True, "ACCOUNT_EMAIL_VERIFICATION": "optional"}


@pytest.fixture
def after_confirmation() -> Any:
    with override_settings(**CONFIRMED):
        yield


@pytest.fixture
def few(settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"welcome_network": (2, 86400), "welcome": (3, 86400)}


def points_of(username: str) -> int:
    return User.objects.get(username=username).balance


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def confirm(client: Client, letter: int = -1) -> Any:
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[letter].body))
    assert link
    return client.post(link.group(1), follow=True)


def test_without_letters_the_points_are_there_at_once(client: Client) -> None:
    sign_up(client, "carol", "carol@example.org")
    assert points_of("carol") == 100
    assert not mail.outbox
    sign_in(Client(), "carol", PASSWORD)
    assert points_of("carol") == 100
    assert not points.accounts_out_of_balance().exists()


@pytest.mark.usefixtures("after_confirmation")
def test_where_letters_can_be_sent_the_points_come_when_the_address_is_confirmed(client: Client) -> None:
    assert "They come when you confirm your e-mail address." in client.get(SIGNUP).content.decode()
    page = client.get(sign_up(client, "carol", "carol@example.org")["Location"]).content.decode()
    words = "You get 100 points as soon as you open the link in the e-mail that confirms your address."
    assert page.count(words) == 1
    assert points_of("carol") == 0
    assert words in client.get("/account/points/").content.decode()
    with pytest.raises(DomainError, match="Your first points are still to come"):
        points.hold(User.objects.get(username="carol"), 2, reference="swap:1")

    assert "Your first 100 points are there." in confirm(client).content.decode()
    assert points_of("carol") == 100
    confirm(Client())
    sign_in(Client(), "carol", PASSWORD)
    assert points_of("carol") == 100
    assert "still to come" not in client.get("/account/points/").content.decode()


@pytest.mark.usefixtures("after_confirmation")
def test_a_mailbox_is_good_for_the_points_of_one_account() -> None:
    for number, address in enumerate(["carol@example.org", "carol+2@example.org", "Carol+3@Example.org"]):
        client = Client()
        sign_up(client, f"carol{number}", address)
        confirm(client)
    assert [points_of(f"carol{number}") for number in range(3)] == [100, 0, 0]
    row = RateWindow.objects.get(subject__startswith="welcome_address:")
    assert "carol" not in row.subject


@pytest.mark.usefixtures("few")
def test_a_network_has_the_points_of_so_many_accounts_a_day() -> None:
    for number in range(3):
        sign_up(at(f"192.0.2.{number}"), f"near{number}", f"near{number}@example.org")
    sign_up(at("198.51.100.1"), "far", "far@example.org")
    assert [points_of(name) for name in ("near0", "near1", "near2", "far")] == [100, 100, 0, 100]


@pytest.mark.usefixtures("few")
def test_the_site_gives_so_many_points_a_day_and_the_others_get_them_another_day(client: Client) -> None:
    for number in range(3):
        sign_up(at(f"192.0.{number}.1"), f"early{number}", f"early{number}@example.org")
    page = client.get(sign_up(client, "late", "late@example.org")["Location"]).content.decode()
    assert "So many people signed up today that your first 100 points have to wait." in page
    assert points_of("late") == 0
    assert RateWindow.objects.get(subject="welcome_network:127.0.0").count == 0, "a turn that was not had is given back"

    RateWindow.objects.filter(subject__startswith="welcome").update(ends=0)  # a day later
    sign_in(Client(), "late", PASSWORD)
    assert points_of("late") == 100


def test_where_points_are_given_by_hand_nobody_has_them_before(client: Client, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"welcome": (0, 86400)}
    page = client.get(sign_up(client, "carol", "carol@example.org")["Location"]).content.decode()
    assert "An administrator of this site gives you your first 100 points." in page
    assert points_of("carol") == 0

    root = User.objects.create_superuser("root", "root@example.org", "root-password")
    client.force_login(root)
    form = {"action": "give_first_points", "_selected_action": [account.pk for account in User.objects.all()]}
    for _twice in range(2):
        client.post("/admin/accounts/user/", form)
    assert points_of("carol") == 100
    assert points_of("root") == 0
    assert PointEntry.objects.count() == 1


def test_who_did_not_sign_up_awaits_nothing(alice: User) -> None:
    before = alice.balance
    sign_in(Client(), "alice", "alice-password")
    assert points_of("alice") == before


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2"),
        ("::ffff:192.0.2.7", "192.0.2"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("somewhere", "somewhere"),
    ],
)
def test_a_network_is_what_one_person_may_have_whole(rf: RequestFactory, address: str, network: str) -> None:
    assert network_of(rf.get("/", REMOTE_ADDR=address)) == network
