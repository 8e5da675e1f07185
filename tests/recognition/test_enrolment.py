"""Keeping people: what is refused, what is told, and that deleting leaves nothing."""

import io
import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from accounts.models import User
from accounts.privacy.deletion import delete_account
from accounts.privacy.export import account_to_pack
from faceswap_site.lib.archives import Archive
from faceswap_site.lib.errors import DomainError
from recognition import recognise
from recognition.chosen_engine import describe_faces, find_faces
from recognition.engine import DecodedPhoto, Photo, decode_photo, distances
from recognition.models import AuditEntry, KnownFace, Person
from recognition.registry import enrolment
from recognition.search import loaded_registries

from .conftest import CONSENT, person_with, photo

pytestmark = pytest.mark.django_db


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def changed(one: Photo, pixels: np.ndarray) -> Photo:
    return DecodedPhoto(rgb=pixels, alpha=None, format=one.format)


def two_people() -> Photo:
    left, right = photo("obama.jpg").rgb[:500, :500], photo("biden.jpg").rgb[:500, :500]
    return DecodedPhoto(rgb=np.hstack([left, right]), alpha=None, format="JPEG")


def test_the_photo_is_kept_anew_and_only_around_the_face(alice: User, obama: Person, own_files: Path) -> None:
    known_face = obama.faces.all()[0]
    [path] = [path for path in stored_files(own_files) if path.name in str(known_face.photo.name)]
    assert path.parent.name == str(obama.uuid)
    kept = decode_photo(path.read_bytes()).rgb
    again = describe_faces(kept, find_faces(kept, mode="largest"))[0]
    stored = loaded_registries.from_bytes([known_face.descriptor])
    assert distances(again, stored)[0] < 0.2


def test_consent_is_recorded_with_who_and_when(alice: User, obama: Person) -> None:
    assert (obama.consent_basis, obama.consent_note, obama.consent_recorded_by) == (
        "consent",
        "signed form of 3 May",
        alice,
    )
    with pytest.raises(DomainError) as caught:
        enrolment.add_person(account=alice, name="Nobody", consent=enrolment.Consent(""))
    assert caught.value.code == "consent_missing"


def test_photos_that_would_mislead_are_refused(alice: User, obama: Person, own_files: Path) -> None:
    portrait = photo("obama.jpg")
    blank = changed(portrait, np.full((300, 300, 3), 128, np.uint8))
    small = changed(portrait, cv2.resize(portrait.rgb, None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA))
    blurred = changed(portrait, cv2.GaussianBlur(portrait.rgb, (0, 0), 12))
    before = len(stored_files(own_files))
    for bad, code in (
        (blank, "no_face"),
        (small, "face_too_small"),
        (blurred, "face_blurred"),
        (two_people(), "several_faces"),
    ):
        with pytest.raises(DomainError) as caught:
            enrolment.enrol_face(account=alice, person=obama, photo=bad)
        assert caught.value.code == code
    assert (obama.faces.count(), len(stored_files(own_files))) == (2, before)


def test_one_of_several_faces_can_be_chosen(alice: User) -> None:
    biden = enrolment.add_person(account=alice, name="Joe Biden", consent=CONSENT)
    enrolment.enrol_face(account=alice, person=biden, photo=two_people(), index=1)
    [found] = recognise.recognise(account=alice, photo=photo("biden.jpg"))
    assert found.verdict == "match"


def test_a_face_that_is_someone_elses_is_told(alice: User, obama: Person) -> None:
    biden = enrolment.add_person(account=alice, name="Joe Biden", consent=CONSENT)
    enrolled = enrolment.enrol_face(account=alice, person=biden, photo=photo("obama3.jpg"))
    assert enrolled.warnings == ("This face looks like Barack Obama, who is known already.",)


def test_forgetting_a_face_takes_it_out_of_the_answers(alice: User, own_files: Path) -> None:
    obama = person_with(alice, "Barack Obama", "obama.jpg")
    enrolment.forget_face(account=alice, face=obama.faces.get())
    [found] = recognise.recognise(account=alice, photo=photo("obama.jpg"))
    assert found.candidates == ()
    assert stored_files(own_files) == []


def test_deleting_a_person_leaves_nothing(alice: User, obama: Person, own_files: Path) -> None:
    other = person_with(alice, "B. Obama", "obama3.jpg")
    enrolment.merge_people(account=alice, into=obama, other=other)
    assert obama.faces.count() == 3
    registry = obama.registry
    assert len(loaded_registries.index_of(registry)) == 3
    enrolment.delete_person(account=alice, person=obama)
    assert not Person.objects.exists() and not KnownFace.objects.exists()
    assert list(own_files.rglob("*obama*")) == [] and stored_files(own_files) == []
    assert list((own_files / "recognition").iterdir()) == []
    assert len(loaded_registries.index_of(registry)) == 0
    assert "Obama" not in str(list(AuditEntry.objects.values()))


def test_nobody_changes_the_people_of_another_account(bob: User, obama: Person) -> None:
    face = obama.faces.all()[0]
    for attempt in (
        lambda: enrolment.enrol_face(account=bob, person=obama, photo=photo("obama3.jpg")),
        lambda: enrolment.forget_face(account=bob, face=face),
        lambda: enrolment.rename_person(account=bob, person=obama, name="Bob"),
        lambda: enrolment.delete_person(account=bob, person=obama),
    ):
        with pytest.raises(DomainError) as caught:
            attempt()
        assert caught.value.code == "not_found"
    assert obama.faces.count() == 2


def test_an_account_takes_its_people_along_and_leaves_none(alice: User, obama: Person, own_files: Path) -> None:
    archive = Archive("alice.zip", account_to_pack(alice))
    with zipfile.ZipFile(io.BytesIO(archive.getvalue())) as opened:
        [person] = json.loads(opened.read("people.json"))
        assert person["name"] == "Barack Obama"
        assert set(person["files"]) < set(opened.namelist()) and len(person["files"]) == 2
    delete_account(alice)
    assert not Person.objects.exists() and stored_files(own_files) == []
