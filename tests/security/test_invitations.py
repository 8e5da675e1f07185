"""Where not everyone may sign up, a link lets one person in, once; and the pages say so."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.sign_in.invitations import invitation_link, invite

from .test_signing_in import SIGNUP, sign_up

pytestmark = pytest.mark.django_db
NEEDED = "You need an invitation to sign up"


@pytest.fixture
def by_invitation(settings: Any) -> None:
    settings.SIGN_UP = "invitation"


def link() -> str:
    return invitation_link(invite(), site_url="")


def made(username: str) -> bool:
    return User.objects.filter(username=username).exists()


@pytest.mark.usefixtures("by_invitation")
def test_without_an_invitation_nobody_signs_up_and_the_pages_say_so(client: Client) -> None:
    page = client.get(SIGNUP).content.decode()
    assert NEEDED in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    sign_up(client, "carol", "carol@example.org")
    assert not made("carol")
    for address in ("/", "/pricing/", "/accounts/login/"):
        assert SIGNUP not in client.get(address).content.decode()


@pytest.mark.usefixtures("by_invitation")
def test_an_invitation_lets_one_person_in_with_points(client: Client, settings: Any) -> None:
    settings.POINTS_AFTER_CONFIRMATION = True
    address = link()
    assert 'name="password1"' in client.get(address).content.decode()
    sign_up(client, "carol", "carol@example.org")
    carol = User.objects.get(username="carol")
    assert carol.balance == 100
    assert Invitation.objects.get().account == carol
    other = Client()
    assert NEEDED in other.get(address).content.decode()
    sign_up(other, "dave", "dave@example.org")
    assert not made("dave")


@pytest.mark.usefixtures("by_invitation")
def test_of_two_who_open_the_same_link_the_second_is_told(client: Client) -> None:
    address, other = link(), Client()
    for each in (client, other):
        each.get(address)
    sign_up(client, "carol", "carol@example.org")
    assert NEEDED in other.post(SIGNUP, {"username": "dave"}).content.decode()
    assert not made("dave")


def used_meanwhile(_adapter: object, email: str) -> str:
    """Somebody else signs up by the same invitation while the form is looked at."""
    Invitation.objects.update(used=timezone.now())
    return email


@pytest.mark.usefixtures("by_invitation")
def test_whoever_is_second_by_a_moment_has_no_account(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get(link())
    monkeypatch.setattr("accounts.sign_in.adapter.AccountAdapter.clean_email", used_meanwhile)
    answer = sign_up(client, "carol", "carol@example.org")
    assert (answer.status_code, answer["Location"]) == (302, SIGNUP)
    assert not made("carol")


@pytest.mark.usefixtures("by_invitation")
@pytest.mark.parametrize("bad", ["expired", "made up", "another's signature", "gone"])
def test_what_is_no_invitation_any_more_lets_nobody_in(client: Client, bad: str, settings: Any) -> None:
    address = link()
    if bad == "expired":
        Invitation.objects.update(expires=timezone.now())
    elif bad == "gone":
        Invitation.objects.all().delete()
    elif bad == "made up":
        address = f"{SIGNUP}?invitation={Invitation.objects.get().pk}"
    else:
        settings.SECRET_KEY = "another site's"
    assert NEEDED in client.get(address).content.decode()


def test_where_nobody_signs_up_an_invitation_helps_nobody(client: Client, settings: Any) -> None:
    settings.SIGN_UP = "closed"
    assert "Nobody can sign up here at the moment" in client.get(link()).content.decode()
    sign_up(client, "carol", "carol@example.org")
    assert not made("carol")


def test_where_everyone_may_sign_up_an_invitation_still_gives_the_points(client: Client, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"welcome": (0, 86400)}
    client.get(link())
    sign_up(client, "carol", "carol@example.org")
    assert User.objects.get(username="carol").balance == 100


def test_those_who_have_an_account_go_on(alice_client: Client, settings: Any) -> None:
    settings.SIGN_UP = "closed"
    assert alice_client.get("/swaps/new/").status_code == 200


@pytest.mark.usefixtures("by_invitation")
def test_an_administrator_makes_one_and_reads_its_link(client: Client, settings: Any) -> None:
    settings.SITE_URL = "http://testserver"
    client.force_login(User.objects.create_superuser("root", "root@example.org", "root-password"))
    form = {"note": "for Carol", "expires_0": "2099-01-01", "expires_1": "12:00"}
    page = client.post("/admin/accounts/invitation/add/", form, follow=True).content.decode()
    address = invitation_link(Invitation.objects.get(), site_url=settings.SITE_URL)
    assert address in page
    assert 'name="password1"' in Client().get(address).content.decode()


@pytest.mark.usefixtures("by_invitation")
def test_the_command_makes_one_too(client: Client, settings: Any) -> None:
    settings.SITE_URL = "http://testserver"
    out = StringIO()
    call_command("invite", "--note", "for Carol", "--days", "3", stdout=out)
    assert 'name="password1"' in client.get(out.getvalue().strip()).content.decode()
    invitation = Invitation.objects.get()
    assert invitation.note == "for Carol"
    assert (invitation.expires - invitation.created).days in (2, 3)
