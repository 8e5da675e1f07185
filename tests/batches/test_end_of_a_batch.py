"""What is told of a batch's end: one letter for all of its photos, to whoever wants one."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts.models import User
from accounts.privacy.preferences import set_preferences
from swaps import tasks
from swaps.batches import services
from swaps.jobs import email
from swaps.jobs.submission import Callback
from swaps.models import SwapBatch

from .conftest import started, work

pytestmark = pytest.mark.django_db
SITE = Callback(site_url="http://testserver")


@pytest.fixture
def letters(mailoutbox: list[EmailMultiAlternatives]) -> Callable[[], list[EmailMultiAlternatives]]:
    """Does what the process for letters does, and gives all that were sent."""

    def sent() -> list[EmailMultiAlternatives]:
        while (ended := email.claim_next_letter()) is not None:
            tasks.send_letter(ended)
        return mailoutbox

    return sent


Letters = Callable[[], list[EmailMultiAlternatives]]


def test_one_letter_tells_of_all_photos(alice: User, letters: Letters) -> None:
    set_preferences(alice, retention_days=None, letters=True)
    batch = started(alice, ["biden.jpg", "notes.txt", "astronaut.png"], callback=SITE)
    work(1)
    assert letters() == []  # not before its end
    work()
    (letter,) = letters()
    assert letter.to == [alice.email]
    assert letter.subject == "Your batch has ended: 2 of 3 photos are ready"
    html = str(letter.alternatives[0][0])
    for told in (f"http://testserver{batch.get_absolute_url()}", "One photo has no result", "deleted after 30 days"):
        assert told in letter.body and told in html
    assert letters() == [letter]  # and no second one


def test_none_is_sent_to_who_wants_none_or_asked_by_a_program(alice: User, letters: Letters) -> None:
    started(alice)
    work()
    set_preferences(alice, retention_days=None, letters=True)
    started(alice, origin="api")
    work()
    assert letters() == []


def test_none_is_sent_of_what_was_cancelled(alice: User, letters: Letters) -> None:
    set_preferences(alice, retention_days=None, letters=True)
    batch = started(alice)
    services.cancel(batch)
    assert letters() == []
    services.try_again(batch)
    work()
    assert len(letters()) == 1


def test_one_letter_is_asked_for_on_the_page(alice: User, alice_client: Client, settings: object) -> None:
    settings.CAN_SEND_MAIL = True  # type: ignore[attr-defined]
    batch = started(alice, callback=SITE)
    page = batch.get_absolute_url()
    assert "E-mail me when it has ended" in alice_client.get(page).content.decode()
    assert alice_client.post(f"{page}letter").status_code == 302
    assert "An e-mail goes to alice@example.org" in alice_client.get(page).content.decode()
    assert SwapBatch.objects.get().letter_wanted
    work()
    assert not services.want_letter(batch, site_url="")


def test_two_that_write_letters_send_one(alice: User) -> None:
    set_preferences(alice, retention_days=None, letters=True)
    started(alice)
    work()
    assert isinstance(email.claim_next_letter(), SwapBatch)
    assert email.claim_next_letter() is None
