"""The do-not-use list: refused with a sentence, written down for administrators."""

import pytest

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import describe_faces, find_faces
from recognition.engine.types import FloatImage
from recognition.models import AuditEntry, Person
from recognition.photos.intake import PhotoInput
from recognition.registry import enrolment, protection
from recognition.registry.enrolment import Consent
from recognition.search.loaded_registries import site_registry
from swaps.jobs.submission import FaceInput

from .conftest import person_with, photo, run

pytestmark = pytest.mark.django_db


def descriptors(name: str) -> FloatImage:
    rgb = photo(name).rgb
    return describe_faces(rgb, find_faces(rgb, mode="largest"))


@pytest.fixture
def protected(administrator: User) -> Person:
    return person_with(administrator, "Barack Obama", "obama.jpg", registry=site_registry(), protected=True)


def test_a_protected_person_is_refused_and_audited(alice: User, protected: Person) -> None:
    with pytest.raises(DomainError) as caught:
        protection.refuse_protected(account=alice, descriptors=descriptors("obama2.jpg"), where="face photo")
    assert caught.value.code == "protected_person"
    entry = AuditEntry.objects.get(event="refused")
    assert (entry.account, entry.person, entry.details["where"]) == (alice, protected, "face photo")
    assert entry.details["distance"] < entry.details["threshold"]


def test_others_are_not_refused(alice: User, protected: Person) -> None:
    protection.refuse_protected(account=alice, descriptors=descriptors("biden.jpg"))
    protection.refuse_protected(account=None, descriptors=descriptors("astronaut.png"))
    assert not AuditEntry.objects.filter(event="refused").exists()


def test_protection_can_be_lifted_and_put_back(alice: User, administrator: User, protected: Person) -> None:
    enrolment.set_protected(account=administrator, person=protected, protected=False)
    protection.refuse_protected(account=alice, descriptors=descriptors("obama2.jpg"))
    enrolment.set_protected(account=administrator, person=protected, protected=True)
    with pytest.raises(DomainError):
        protection.refuse_protected(account=None, descriptors=descriptors("obama2.jpg"))


def test_ones_own_face_is_for_its_account_alone_once_confirmed(alice: User, bob: User, administrator: User) -> None:
    me = enrolment.add_person(account=alice, name="Me", consent=Consent("myself"))
    enrolment.enrol_face(account=alice, person=me, photo=photo("biden.jpg"))
    enrolment.reserve_face(account=alice, person=me, reserved=True)
    protection.refuse_protected(account=bob, descriptors=descriptors("biden.jpg"))  # not confirmed yet
    assert enrolment.confirm_reservation(account=administrator, person=me)
    with pytest.raises(DomainError) as caught:
        protection.refuse_protected(account=bob, descriptors=descriptors("biden.jpg"))
    assert caught.value.code == "protected_person"
    protection.refuse_protected(account=alice, descriptors=descriptors("biden.jpg"))


def test_photos_added_after_the_confirmation_lock_nobodys_face(alice: User, bob: User, administrator: User) -> None:
    me = enrolment.add_person(account=alice, name="Me", consent=Consent("myself"))
    enrolment.enrol_face(account=alice, person=me, photo=photo("biden.jpg"))
    enrolment.reserve_face(account=alice, person=me, reserved=True)
    enrolment.confirm_reservation(account=administrator, person=me)
    enrolment.enrol_face(account=alice, person=me, photo=photo("obama.jpg"))
    protection.refuse_protected(account=bob, descriptors=descriptors("obama2.jpg"))
    with pytest.raises(DomainError):
        protection.refuse_protected(account=bob, descriptors=descriptors("biden.jpg"))
    enrolment.confirm_reservation(account=administrator, person=me)
    with pytest.raises(DomainError):
        protection.refuse_protected(account=bob, descriptors=descriptors("obama2.jpg"))
    other = enrolment.add_person(account=alice, name="Other", consent=Consent("myself"))
    enrolment.enrol_face(account=alice, person=other, photo=photo("astronaut.png"))
    enrolment.merge_people(account=alice, into=me, other=other)
    protection.refuse_protected(account=bob, descriptors=descriptors("astronaut.png"))


def test_ones_reserved_face_is_refused_to_others_in_swaps_until_it_is_withdrawn(
    alice: User, bob: User, administrator: User
) -> None:
    me = enrolment.add_person(account=alice, name="Me", consent=Consent("myself"))
    enrolment.enrol_face(account=alice, person=me, photo=photo("obama.jpg"))
    enrolment.reserve_face(account=alice, person=me, reserved=True)
    enrolment.confirm_reservation(account=administrator, person=me)
    face = FaceInput(PhotoInput(photo("obama2.jpg")))
    assert run(bob, photo("biden.jpg"), face).error_code == "protected_person"
    assert run(alice, photo("biden.jpg"), face).status == "done"
    enrolment.reserve_face(account=alice, person=me, reserved=False)
    assert run(bob, photo("biden.jpg"), face).status == "done"


def test_only_ones_own_face_can_be_reserved(alice: User, obama: Person) -> None:
    with pytest.raises(DomainError) as caught:
        enrolment.reserve_face(account=alice, person=obama, reserved=True)
    assert caught.value.code == "not_own_face"
