"""Consent by link: whoever is in a picture answers on their own phone, and what they take back is deleted."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from recognition.models import AuditEntry, Person
from swaps.jobs.services import delete_swap
from swaps.models import ConsentRequest, SwapFace, SwapJob, TakenDownPhotos
from swaps.results import consent
from swaps.results.consent import ask, consent_path, finish_refusals
from tests.security.conftest import known_face

from .conftest import make_job
from .test_every_page import check

pytestmark = pytest.mark.django_db
LIST = "/account/consent/"


@pytest.fixture
def asked(alice: User, done_job: SwapJob) -> ConsentRequest:
    return ask(owner=alice, job=done_job, words="For our club's page")


def events() -> list[str]:
    return list(AuditEntry.objects.values_list("event", flat=True))


def test_the_owner_asks_about_a_result_and_gets_a_link_with_a_code(alice_client: Client, done_job: SwapJob) -> None:
    assert f"{LIST}?swap={done_job.pk}" in alice_client.get(done_job.get_absolute_url()).content.decode()
    address = f"{LIST}?swap={done_job.pk}"
    assert "is deleted with its photos" in alice_client.get(address).content.decode()
    page = alice_client.post(address, {"words": "Hello"}, follow=True).content.decode()
    request = ConsentRequest.objects.get()
    assert consent_path(request) in page and "<svg" in page and "not answered" in page
    assert (request.job, request.words) == (done_job, "Hello")


def test_nobody_asks_about_what_is_another_accounts(bob_client: Client, done_job: SwapJob, alice: User) -> None:
    person = known_face(alice).person
    for about in (f"swap={done_job.pk}", f"person={person.uuid}", "swap=x", "person=x"):
        assert bob_client.post(f"{LIST}?{about}", {}).status_code == 404
    assert not ConsentRequest.objects.exists()


def test_the_person_sees_the_picture_and_what_is_asked(client: Client, asked: ConsentRequest) -> None:
    path = consent_path(asked)
    check(client, path)
    page = client.get(path).content.decode()
    assert "alice made this picture" in page and "For our club&#x27;s page" in page and "noindex" in page
    assert str(asked.job_id) not in page
    assert client.get(f"{path}picture").getvalue()[:3] == b"\xff\xd8\xff"


def test_the_person_agrees_and_withdraws_later(
    client: Client, alice_client: Client, asked: ConsentRequest, own_files: Path
) -> None:
    path = consent_path(asked)
    assert "You agreed" in client.post(path, {"answer": "agree"}, follow=True).content.decode()
    assert "agreed" in alice_client.get(LIST).content.decode()
    ConsentRequest.objects.update(expires=timezone.now() - timedelta(days=99))  # of no matter once it is answered
    assert "Deleted" in client.post(path, {"answer": "refuse"}, follow=True).content.decode()
    assert not SwapJob.objects.exists() and TakenDownPhotos.objects.count() == 1
    assert not [file for file in own_files.rglob("*") if file.is_file()]
    assert events() == ["withdrawn", "agreed"]
    assert client.get(f"{path}picture").status_code == 404
    assert "withdrawn" in alice_client.get(LIST).content.decode()


def test_who_declines_once_has_declined(client: Client, asked: ConsentRequest) -> None:
    path = consent_path(asked)
    client.post(path, {"answer": "refuse"})
    client.post(path, {"answer": "refuse"})
    client.post(path, {"answer": "agree"})
    asked.refresh_from_db()
    assert (asked.state, events()) == ("declined", ["declined"])
    assert not SwapJob.objects.exists()


def test_an_answer_that_is_none_changes_nothing(client: Client, asked: ConsentRequest) -> None:
    client.post(consent_path(asked), {"answer": "perhaps"})
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_a_person_who_withdraws_goes_with_every_result_of_their_face(
    client: Client, alice: User, own_files: Path
) -> None:
    person, other = known_face(alice, "Ann").person, known_face(alice, "Ben").person
    with_ann, with_ben = make_job(alice), make_job(alice)
    for job, whose in ((with_ann, person), (with_ben, other)):
        SwapFace.objects.filter(job=job).update(person=whose)
    path = consent_path(ask(owner=alice, person=person))
    assert "wants to keep your face" in client.get(path).content.decode()
    client.post(path, {"answer": "agree"})
    person.refresh_from_db()
    assert person.consent_basis == "consent" and person.consent_note.startswith("By a link")
    client.post(path, {"answer": "refuse"})
    assert list(Person.objects.all()) == [other] and list(SwapJob.objects.all()) == [with_ben]


def test_a_link_ends_unless_it_is_answered(client: Client, asked: ConsentRequest) -> None:
    ConsentRequest.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert client.get(consent_path(asked)).status_code == 404
    assert client.post(consent_path(asked), {"answer": "refuse"}).status_code == 404
    assert SwapJob.objects.exists()


def test_a_forged_link_is_none(client: Client, asked: ConsentRequest) -> None:
    assert client.get(consent_path(asked)[:-2] + "x/").status_code == 404


def test_the_owner_calls_a_link_back_but_no_answer(
    alice_client: Client, bob_client: Client, client: Client, asked: ConsentRequest
) -> None:
    back = f"{LIST}{asked.pk}/call-back"
    assert bob_client.post(back).status_code == 404
    consent.agree(asked)
    assert "It was answered already." in alice_client.post(back, follow=True).content.decode()
    again = ask(owner=asked.owner, job=asked.job)
    alice_client.post(f"{LIST}{again.pk}/call-back")
    assert client.get(consent_path(again)).status_code == 404
    assert client.get(consent_path(asked)).status_code == 200


def test_what_its_owner_deleted_leaves_nothing_to_decide(client: Client, asked: ConsentRequest) -> None:
    assert asked.job
    delete_swap(asked.job)
    assert "nothing left to decide" in client.get(consent_path(asked)).content.decode()
    client.post(consent_path(asked), {"answer": "agree"})
    assert events() == []


def test_a_refusal_that_broke_off_is_finished(asked: ConsentRequest) -> None:
    ConsentRequest.objects.update(state="declined")
    finish_refusals()
    finish_refusals()
    assert not SwapJob.objects.exists()
    ConsentRequest.objects.update(created=timezone.now() - timedelta(days=31))
    finish_refusals()
    assert not ConsentRequest.objects.exists()


def test_answers_are_rationed(client: Client, asked: ConsentRequest, settings: pytest.FixtureRequest) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"consent": (1, 3600)}  # type: ignore[attr-defined]
    assert client.post(consent_path(asked), {"answer": ""}).status_code == 302
    assert client.post(consent_path(asked), {"answer": "refuse"}).status_code == 429
    assert SwapJob.objects.exists()
