"""A photo that shows several people: the face is chosen by clicking it, and nothing else of the photo is kept."""

import re
from pathlib import Path

import cv2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from recognition import recognise
from recognition.engine import encode_photo
from recognition.models import FoundPhoto, Person
from recognition.registry import enrolment
from recognition.search.loaded_registries import site_registry

from .conftest import person_with, photo
from .test_enrolment import two_people
from .test_pages import text_of, upload

pytestmark = pytest.mark.django_db


def group(name: str = "party.jpg") -> SimpleUploadedFile:
    """A photo of Obama, on the left, and Biden."""
    return SimpleUploadedFile(name, encode_photo(two_people().rgb, "JPEG"), "image/jpeg")


def field_of(page: str) -> str:
    return str(re.findall(r'name="(face-[0-9a-f]{32})"', page)[0])


def waiting_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "recognition/" not in str(path)]


@pytest.fixture
def biden(alice: User) -> Person:
    return enrolment.add_person(account=alice, name="Joe Biden", consent=enrolment.Consent("consent"))


def test_the_face_is_chosen_and_the_photo_forgotten(alice: User, alice_client: Client, own_files: Path) -> None:
    form = {"name": "Joe Biden", "basis": "consent", "photos": [upload("biden.jpg"), group()]}
    answer = alice_client.post("/people/new/", form)
    address = answer["Location"]
    page = text_of(alice_client.get(address))
    assert "1 photo added." in page and "Which face is Joe Biden?" in page
    assert page.count('class="face-to-choose') == 2 and page.count("place-1-2 { left:") == 1
    [picture] = re.findall(r'src="(/people/choose/[^"]+)"', page)
    assert b"".join(alice_client.get(picture))[:2] == b"\xff\xd8"
    done = text_of(alice_client.post(address, {field_of(page): "2"}, follow=True))
    assert "1 photo added." in done and "does not look like" not in done
    assert Person.objects.get().faces.count() == 2
    assert not FoundPhoto.objects.exists() and waiting_files(own_files) == []
    [found] = recognise.recognise(account=alice, photo=photo("biden.jpg"))
    assert found.verdict == "match"


def test_an_abandoned_choice_leaves_nobody(alice_client: Client) -> None:
    address = alice_client.post("/people/new/", {"name": "Joe Biden", "basis": "consent", "photos": group()})[
        "Location"
    ]
    assert "Which face is Joe Biden?" in text_of(alice_client.get(address))
    assert not Person.objects.exists()
    assert "You know nobody yet" in text_of(alice_client.get("/people/"))


def test_somebody_is_added_with_the_first_chosen_face(alice_client: Client) -> None:
    form = {"name": "Joe Biden", "basis": "consent", "note": "by word", "photos": group()}
    address = alice_client.post("/people/new/", form)["Location"]
    page = text_of(alice_client.get(address))
    assert " checked" not in page  # nothing is chosen for the person
    assert "1 photo added." in text_of(alice_client.post(address, {field_of(page): "2"}, follow=True))
    person = Person.objects.get()
    assert (person.name, person.consent_note, person.faces.count()) == ("Joe Biden", "by word", 1)
    assert "These photos are gone" in text_of(alice_client.get(address, follow=True))


def test_where_no_face_is_chosen_nobody_is_added(alice_client: Client, bob_client: Client, own_files: Path) -> None:
    address = alice_client.post("/people/new/", {"name": "Joe Biden", "basis": "consent", "photos": group()})[
        "Location"
    ]
    page = text_of(alice_client.get(address))
    assert "These photos are gone" in text_of(bob_client.post(address, {field_of(page): "2"}, follow=True))
    answer = text_of(alice_client.post(address, {field_of(page): ""}, follow=True))
    assert "Nobody was added, for no face was chosen." in answer
    assert not Person.objects.exists() and waiting_files(own_files) == []


def test_none_of_them_may_be_meant(alice_client: Client, biden: Person, own_files: Path) -> None:
    address = alice_client.post(f"{biden.get_absolute_url()}photos", {"photos": group()})["Location"]
    page = text_of(alice_client.get(address))
    for answer in ({field_of(page): ""}, {}, {field_of(page): "3"}):
        text_of(alice_client.post(address, answer, follow=True))
    assert biden.faces.count() == 0 and waiting_files(own_files) == []
    assert "These photos are gone" in text_of(alice_client.get(address, follow=True))


def test_a_face_too_small_is_refused_with_the_reason(alice_client: Client, biden: Person) -> None:
    small = cv2.resize(two_people().rgb, None, fx=0.12, fy=0.12, interpolation=cv2.INTER_AREA)
    file = SimpleUploadedFile("small.png", encode_photo(small, "PNG"), "image/png")
    address = alice_client.post(f"{biden.get_absolute_url()}photos", {"photos": file})["Location"]
    page = text_of(alice_client.get(address))
    assert "Photo 1: The face is too small" in text_of(alice_client.post(address, {field_of(page): "2"}, follow=True))


def test_several_photos_are_asked_about_on_one_page(alice_client: Client, biden: Person) -> None:
    photos = [group("one.jpg"), group("two.jpg")]
    address = alice_client.post(f"{biden.get_absolute_url()}photos", {"photos": photos})["Location"]
    page = text_of(alice_client.get(address))
    assert "Photo 2 shows several people" in page
    chosen = dict.fromkeys(re.findall(r'name="(face-[0-9a-f]{32})"', page), "2")
    assert len(chosen) == 2
    assert "2 photos added." in text_of(alice_client.post(address, chosen, follow=True))


def test_nobody_else_sees_the_photo_or_chooses(alice_client: Client, bob_client: Client, biden: Person) -> None:
    address = alice_client.post(f"{biden.get_absolute_url()}photos", {"photos": group()})["Location"]
    row = FoundPhoto.objects.get()
    assert bob_client.get(address).status_code == 404
    assert bob_client.post(address, {f"face-{row.pk.hex}": "1"}).status_code == 404
    assert bob_client.get(f"/people/choose/{row.pk}").status_code == 404
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    own = enrolment.add_person(account=User.objects.get(username="bob"), name="B", consent=enrolment.Consent("law"))
    stolen = bob_client.get(f"{own.get_absolute_url()}choose?photo={row.pk.hex}", follow=True)
    assert "These photos are gone" in text_of(stolen)
    FoundPhoto.objects.update(expires=timezone.now())
    assert alice_client.get(f"/people/choose/{row.pk}").status_code == 404


def test_administrators_add_somebody_who_is_protected_by_a_choice(administrator: User) -> None:
    admin = Client()
    admin.force_login(administrator)
    form = {"name": "Joe Biden", "basis": "law", "photos": group(), "protected": "on"}
    address = admin.post("/admin/recognition/person/add/", form)["Location"]
    assert not Person.objects.exists()
    page = text_of(admin.get(address))
    admin.post(address, {field_of(page): "2"})
    person = Person.objects.get()
    assert person.protected and person.registry == site_registry() and person.faces.count() == 1


def test_administrators_choose_for_the_site(administrator: User, alice_client: Client) -> None:
    known = person_with(administrator, "Joe Biden", "biden.jpg", registry=site_registry())
    admin = Client()
    admin.force_login(administrator)
    form = {
        "name": "Joe Biden",
        "consent_basis": "consent",
        "more_photos": group(),
        "faces-TOTAL_FORMS": "0",
        "faces-INITIAL_FORMS": "0",
    }
    address = admin.post(f"/admin/recognition/person/{known.pk}/change/", form)["Location"]
    assert "choose?photo=" in address
    assert alice_client.get(address).status_code == 404
    page = text_of(admin.get(address))
    answer = admin.post(address, {field_of(page): "2"})
    assert answer["Location"] == f"/admin/recognition/person/{known.pk}/change/"
    assert known.faces.count() == 2
