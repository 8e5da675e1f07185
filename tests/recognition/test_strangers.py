"""Strangers to a registry are not taken for the people in it."""

import csv

import pytest

from accounts.models import User
from recognition import recognise
from recognition.engine import decode_photo
from recognition.registry import enrolment
from recognition.registry.enrolment import Consent
from tests.photos import photo_set

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.real_engine]


def test_faces_of_group_photos_match_none_of_the_portraits(alice: User) -> None:
    portraits, groups = photo_set("portraits"), photo_set("groups")
    people = {}
    with (portraits / "identities.csv").open() as file:
        for row in csv.DictReader(file):
            if row["identity"] not in people:
                consent = Consent("law")
                people[row["identity"]] = enrolment.add_person(account=alice, name=row["identity"], consent=consent)
            photo = decode_photo((portraits / row["file"]).read_bytes())
            enrolment.enrol_face(account=alice, person=people[row["identity"]], photo=photo)
    found = [
        answer
        for path in sorted(groups.glob("*.jpg"))[:3]
        for answer in recognise.recognise(account=alice, photo=decode_photo(path.read_bytes()))
    ]
    assert len(found) > 10
    assert [answer.candidates[0] for answer in found if answer.verdict == "match"] == []
