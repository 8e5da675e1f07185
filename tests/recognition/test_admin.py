"""The site's registry on the admin site."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_q.models import OrmQ

from accounts.models import User
from accounts.privacy.deletion import delete_account
from recognition import recognise, tasks
from recognition.engine.compare import ENCODER
from recognition.models import AuditEntry, BulkPhoto, BulkUpload, KnownFace, Person
from recognition.registry import enrolment, protection
from recognition.registry.bulk_uploads import person_name
from recognition.registry.enrolment import Consent
from recognition.search.loaded_registries import index_of, site_registry
from tests.drawn import drawn

from .conftest import person_with, photo
from .test_index import some_descriptors

PEOPLE = "/admin/recognition/person/"


def upload(name: str, as_name: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(as_name or name, drawn(name).read_bytes(), "image/jpeg")


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


@pytest.fixture
def admin(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def known(administrator: User) -> Person:
    return person_with(administrator, "Barack Obama", "obama.jpg", registry=site_registry())


def test_a_person_is_added_found_changed_and_deleted(admin: Client) -> None:
    text_of(admin.get(f"{PEOPLE}add/"))
    form = {"name": "Barack Obama", "basis": "law", "photos": [upload("obama.jpg")], "protected": "on"}
    text_of(admin.post(f"{PEOPLE}add/", form, follow=True))
    person = Person.objects.get()
    assert person.protected and protection.anyone_protected()
    listed = text_of(admin.get(f"{PEOPLE}?q=obama"))
    [address] = re.findall(r'<img src="([^"]+photo[^"]+)"', listed)
    assert b"".join(admin.get(address))[:2] == b"\xff\xd8"
    face = person.faces.get()
    change = {
        "name": "B. Obama",
        "consent_basis": "consent",
        "consent_note": "",
        "more_photos": [upload("obama2.jpg")],
        "faces-TOTAL_FORMS": "1",
        "faces-INITIAL_FORMS": "1",
        "faces-0-id": str(face.pk),
        "faces-0-DELETE": "on",
        "faces-0-person": str(person.pk),
    }
    text_of(admin.post(f"{PEOPLE}{person.pk}/change/", change, follow=True))
    person.refresh_from_db()
    assert (person.name, person.protected, person.faces.count()) == ("B. Obama", False, 1)
    noted = AuditEntry.objects.filter(person=person, event=AuditEntry.Event.PERSON_CHANGED)
    assert person.consent_basis == "consent" and {"consent": "consent"} in noted.values_list("details", flat=True)
    assert person.faces.get().pk != face.pk
    text_of(admin.post(f"{PEOPLE}{person.pk}/delete/", {"post": "yes"}, follow=True))
    assert not KnownFace.objects.exists()
    assert not LogEntry.objects.exists()


def test_photos_are_shown_to_those_who_may_see_them(admin: Client, alice: User, bob_client: Client) -> None:
    private = person_with(alice, "Joe Biden", "biden.jpg")
    address = f"{PEOPLE}photo/{private.faces.get().pk}/"
    assert admin.get(address).status_code == 404
    assert bob_client.get(address).status_code == 302
    assert "Biden" not in text_of(admin.get(PEOPLE))
    assert admin.get(f"{PEOPLE}{private.pk}/change/").status_code == 302
    staff = Client()
    staff.force_login(User.objects.create_user("clerk", is_staff=True))
    for page in ("bulk/", "encode/", "add/", "merge/1/2/"):
        assert staff.get(f"{PEOPLE}{page}").status_code == 403
    assert staff.get(address).status_code == 404


def test_two_entries_of_one_person_are_merged(admin: Client, administrator: User, known: Person) -> None:
    other = person_with(administrator, "Mr President", "obama2.jpg", registry=site_registry(), protected=True)
    action = {"action": "merge", "_selected_action": [known.pk, other.pk]}
    page = admin.post(PEOPLE, action)
    text_of(admin.post(page["Location"], {"keep": known.pk}, follow=True))
    known.refresh_from_db()
    assert known.protected and known.faces.count() == 2
    assert list(Person.objects.all()) == [known]
    [query] = some_descriptors(1)
    index = index_of(known.registry)
    assert len(index.distances_to(known.pk, query)) == len(index) == 2


def test_many_photos_are_looked_at_by_the_worker(admin: Client, known: Person) -> None:
    files = [
        upload("obama2.jpg", "Barack_Obama_0002.jpg"),
        upload("biden.jpg", "Joe Biden.jpg"),
        SimpleUploadedFile("Nobody 1.jpg", b"no photo"),
    ]
    answer = admin.post(f"{PEOPLE}bulk/", {"photos": files, "basis": "law"})
    assert "0 of 3" in text_of(admin.get(answer["Location"]))
    assert OrmQ.objects.count() == 1
    upload_id = str(BulkUpload.objects.get().pk)
    tasks.enrol_bulk(upload_id)
    tasks.enrol_bulk(upload_id)
    page = text_of(admin.get(answer["Location"]))
    assert "3 of 3 looked at, 2 added" in page and "Nobody 1.jpg: " in page
    assert sorted(person.name for person in Person.objects.all()) == ["Barack Obama", "Joe Biden"]
    assert known.faces.count() == 2
    assert not BulkPhoto.objects.exclude(file="").exists()


@pytest.mark.parametrize(
    ("file", "name"),
    [("Ada Lovelace.jpg", "Ada Lovelace"), ("Ada_Lovelace_0002.png", "Ada Lovelace"), ("Ada (3).jpg", "Ada")],
)
def test_the_file_name_says_who_it_is(file: str, name: str) -> None:
    assert person_name(file) == name


def test_faces_are_encoded_anew_after_a_change_of_the_model(admin: Client, alice: User, known: Person) -> None:
    KnownFace.objects.update(encoder="older", descriptor=bytes(512))
    assert len(index_of(known.registry)) == 0  # descriptors of two models can't be compared
    text_of(admin.post(f"{PEOPLE}encode/", follow=True))
    tasks.encode_registry(str(known.registry.pk), 0)
    assert known.faces.get().encoder == ENCODER
    [found] = recognise.recognise(account=alice, photo=photo("obama2.jpg"))
    assert found.verdict == "match"


def test_own_faces_are_confirmed(admin: Client, alice: User) -> None:
    me = enrolment.add_person(account=alice, name="Me", consent=Consent("myself"))
    enrolment.enrol_face(account=alice, person=me, photo=photo("biden.jpg"))
    enrolment.reserve_face(account=alice, person=me, reserved=True)
    page = text_of(admin.get("/admin/recognition/reservation/"))
    assert "alice" in page and "photo/" in page
    action = {"action": "confirm", "_selected_action": [me.pk]}
    assert "1 confirmed." in text_of(admin.post("/admin/recognition/reservation/", action, follow=True))
    assert protection.anyone_protected()


def test_the_audit_log_can_be_read_and_not_written(admin: Client, known: Person) -> None:
    assert "person added" in text_of(admin.get("/admin/recognition/auditentry/"))
    entry = AuditEntry.objects.all()[0]
    assert admin.post(f"/admin/recognition/auditentry/{entry.pk}/delete/").status_code == 403


def test_an_administrators_waiting_photos_go_with_the_account(
    admin: Client, administrator: User, own_files: Path
) -> None:
    admin.post(f"{PEOPLE}bulk/", {"photos": [upload("obama2.jpg", "Somebody.jpg")], "basis": "law"})
    assert [path for path in own_files.rglob("*") if path.is_file()]
    delete_account(administrator)
    assert not BulkUpload.objects.exists()
    assert list((own_files / "recognition" / "uploads").iterdir()) == []
    tasks.enrol_bulk("00000000-0000-0000-0000-000000000000")  # what is still in the queue finds nothing


def test_deleting_an_account_on_the_admin_site_leaves_no_files(admin: Client, own_files: Path) -> None:
    other = User.objects.create_user("clerk")
    person_with(other, "Joe Biden", "biden.jpg")
    text_of(admin.post(f"/admin/accounts/user/{other.pk}/delete/", {"post": "yes"}, follow=True))
    assert not User.objects.filter(username="clerk").exists()
    assert [path for path in own_files.rglob("*") if path.is_file()] == []
