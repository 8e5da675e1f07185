"""The guest, on whose account strangers' requests run, is told by a column: no name makes anybody the guest."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import IntegrityError, connection
from django.test import Client

from accounts import points
from accounts.keys import issue_api_key
from accounts.models import User
from accounts.sign_in.guest import guest_account
from faceswap_site.lib.errors import DomainError
from recognition.registry.enrolment import Consent, add_person, enrol_face
from swaps.models import SwapJob
from tests.api.conftest import ApiClient, in_base64
from tests.recognition.conftest import photo

from .test_signing_in import sign_up

pytestmark = pytest.mark.django_db

take_over = import_module("accounts.migrations.0005_guest_by_column").take_over
PAIR = {"face": in_base64("obama.jpg")["base64"], "body": in_base64("biden.jpg")["base64"]}


@pytest.mark.parametrize("name", ["guest", "Guest", "admin", "(guest)", "( guest )"])
def test_nobody_signs_up_under_a_name_of_the_sites_own(name: str) -> None:
    assert sign_up(Client(), name, "someone@example.org").status_code == 200
    assert not User.objects.exists()


def test_an_account_that_is_called_guest_is_no_guest(settings: Any) -> None:
    settings.OPEN_ACCESS = ["face_swap"]
    human = User.objects.create_user("guest", "me@example.org", "a-password-of-mine")
    points.grant(human, 1, reason="Welcome")
    _key, text = issue_api_key(owner=human, name="mine")
    answer = ApiClient(text).post("/api/face_swap", PAIR)
    assert (answer.status_code, answer.json()["code"]) == (402, "not_enough_points")
    assert guest_account() != human


def test_what_strangers_send_is_not_in_the_account_of_that_name(settings: Any) -> None:
    settings.OPEN_ACCESS = ["face_swap"]
    human = User.objects.create_user("guest", "me@example.org", "a-password-of-mine")
    ApiClient("").post("/api/face_swap", PAIR)
    assert SwapJob.objects.get().owner == guest_account() != human


def test_there_is_one_guest_who_gets_no_key_and_no_password() -> None:
    guest = guest_account()
    assert guest == guest_account() and not guest.has_usable_password()
    with pytest.raises(DomainError, match="OPEN_ACCESS_ACCOUNT"):
        issue_api_key(owner=guest, name="mine")
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    page = f"/admin/accounts/user/{guest.pk}/"
    assert root.post(f"{page}password/", {"password1": "Zq7-Kx9-Wv4", "password2": "Zq7-Kx9-Wv4"}).status_code == 403
    assert root.post(f"{page}change/", {"username": "mine", "email": "me@example.org"}).status_code == 403
    with pytest.raises(IntegrityError):
        User.objects.create(username="another", is_guest=True)


def test_the_guest_of_an_earlier_version_is_taken_over_with_all_it_has() -> None:
    earlier = User.objects.create_user("guest")
    earlier.set_unusable_password()
    earlier.save()
    add_person(account=earlier, name="Ada", consent=Consent("consent"))
    take_over(apps, connection.schema_editor())
    guest = guest_account()
    assert (guest.pk, guest.username) == (earlier.pk, "(guest)")
    assert guest.registry.people.get().name == "Ada"


@pytest.mark.parametrize(
    ("fields", "sign"),
    [
        ({"password": "a-password-of-mine"}, "it has a password"),
        ({"email": "me@example.org"}, "it has an e-mail address"),
        ({"last_login": "2026-01-01T00:00Z"}, "it has signed in"),
        ({"is_staff": True}, "it is an administrator's"),
    ],
)
def test_an_upgrade_that_finds_a_person_called_guest_says_what_to_do(fields: dict[str, Any], sign: str) -> None:
    person = User.objects.create_user("guest", **fields)
    with pytest.raises(CommandError, match=f"{sign}.*/admin/accounts/user/{person.pk}/change/"):
        take_over(apps, connection.schema_editor())
    person.refresh_from_db()
    assert (person.username, person.is_guest) == ("guest", False)


def test_an_upgrade_without_anybody_called_guest_does_nothing() -> None:
    take_over(apps, connection.schema_editor())
    assert not User.objects.exists()


def test_open_access_answers_with_the_known_faces_of_the_account_that_is_named(settings: Any, alice: User) -> None:
    ada = add_person(account=alice, name="Ada", consent=Consent("consent"))
    enrol_face(account=alice, person=ada, photo=photo("obama.jpg"))
    settings.OPEN_ACCESS, settings.OPEN_ACCESS_ACCOUNT = ["face_rec"], "alice"
    asked = {"file_format": "jpg", "image_data": in_base64("obama2.jpg")["base64"]}
    assert ApiClient("").post("/face_rec", asked).json()["name"] == "Ada"
    alice.refresh_from_db()
    assert alice.balance == 100  # strangers cost nobody anything
    settings.OPEN_ACCESS_ACCOUNT = ""
    assert ApiClient("").post("/face_rec", asked).json()["name"] == "Unknown"


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": True}, {"username": "renamed"}])
def test_open_access_is_closed_where_the_account_may_not_be_used(
    settings: Any, alice: User, fields: dict[str, Any]
) -> None:
    User.objects.filter(pk=alice.pk).update(**fields)
    settings.OPEN_ACCESS, settings.OPEN_ACCESS_ACCOUNT = ["face_rec"], "alice"
    asked = {"file_format": "jpg", "image_data": in_base64("obama2.jpg")["base64"]}
    answer = ApiClient("").post("/face_rec", asked)
    assert answer.status_code == 401 and "tell the operator" in answer.json()["error"]
