"""The pages: an account's own people, answers for points, and nothing for anyone else."""

import re
from pathlib import Path
from typing import Any

import html5lib
import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import PointEntry, User
from recognition.engine import encode_photo
from recognition.models import Person
from tests.drawn import drawn

INLINE = re.compile(r"""<[^>]+\s(style|on[a-z]+)=["']""")


def upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, drawn(name).read_bytes(), "image/jpeg")


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    text = str(answer.content.decode())
    html5lib.HTMLParser(strict=True).parse(text)
    assert not INLINE.search(text)
    return text


def balance(account: User) -> int:
    account.refresh_from_db()
    return account.balance


def test_a_person_is_added_with_photos_and_recognised(alice: User, alice_client: Client, own_files: Path) -> None:
    assert "You know nobody yet" in text_of(alice_client.get("/people/"))
    text_of(alice_client.get("/people/new/"))
    photos = [upload("obama.jpg"), upload("obama2.jpg"), SimpleUploadedFile("text.jpg", b"no photo")]
    form = {"name": "Barack Obama", "basis": "consent", "photos": photos}
    page = text_of(alice_client.post("/people/new/", form, follow=True))
    assert "2 photos added." in page and "text.jpg: " in page and "Quality" in page
    assert "Barack Obama" in text_of(alice_client.get("/people/?q=barack"))
    stored = len(list(own_files.rglob("*.jpg")))
    answer = text_of(alice_client.post("/recognise/", {"photo": upload("obama3.jpg")}))
    assert "Face 1: Barack Obama" in answer and "<rect" in answer and 'class="landmarks"' in answer
    assert len(list(own_files.rglob("*.jpg"))) == stored
    assert balance(alice) == 99


def test_photos_that_cannot_be_kept_add_nobody(alice_client: Client) -> None:
    form = {"name": "Nobody", "basis": "consent", "photos": SimpleUploadedFile("text.jpg", b"no photo")}
    assert "text.jpg: " in text_of(alice_client.post("/people/new/", form), 400)
    form = {"name": "Nobody", "photos": upload("obama.jpg")}
    assert "required" in text_of(alice_client.post("/people/new/", form), 400)
    assert not Person.objects.exists()


def test_two_photos_are_compared_for_a_point(alice: User, alice_client: Client) -> None:
    text_of(alice_client.get("/compare/"))
    page = text_of(alice_client.post("/compare/", {"one": upload("obama.jpg"), "other": upload("obama2.jpg")}))
    assert ">Same person, very sure<" in page and page.count("<rect") == 2
    numbers = page.index("<summary>Details</summary>")
    assert page.index("Similarity") > numbers and page.index("Logistic curve") > numbers
    strict = {"one": upload("obama.jpg"), "other": upload("obama2.jpg"), "threshold": "0.3"}
    assert ">Not the same person, by the distance that you chose<" in text_of(alice_client.post("/compare/", strict))
    assert balance(alice) == 98


def test_what_can_not_be_answered_costs_nothing(alice: User, alice_client: Client) -> None:
    blank = SimpleUploadedFile("blank.bmp", blank_photo())
    assert "No face was found in the photo." in text_of(alice_client.post("/recognise/", {"photo": blank}), 400)
    User.objects.filter(pk=alice.pk).update(balance=0)
    page = text_of(alice_client.post("/recognise/", {"photo": upload("obama.jpg")}), 400)
    assert "This costs 1 points and you have 0." in page
    kinds = list(PointEntry.objects.filter(account=alice).order_by("id").values_list("kind", flat=True))
    assert kinds == ["grant", "hold", "release"]


def test_the_pages_of_a_person_change_it(alice_client: Client, obama: Person) -> None:
    address = obama.get_absolute_url()
    face = obama.faces.all()[0]
    assert text_of(alice_client.get(address)).count("Delete this photo?") == 2
    picture = alice_client.get(f"{address}photos/{face.pk}")
    assert (picture["Content-Type"], b"".join(picture)[:2]) == ("image/jpeg", b"\xff\xd8")
    page = text_of(alice_client.post(f"{address}photos", {"photos": upload("biden.jpg")}, follow=True))
    assert "This face does not look like the other photos of Barack Obama." in page
    assert "<h1>B. Obama</h1>" in text_of(alice_client.post(f"{address}rename", {"name": " B.  Obama "}, follow=True))
    text_of(alice_client.post(f"{address}photos/{face.pk}/delete", follow=True))
    assert obama.faces.count() == 2
    text_of(alice_client.post(f"{address}reserve", {"reserved": "yes"}, follow=True))
    obama.refresh_from_db()
    assert not obama.reserved
    text_of(alice_client.post(f"{address}delete", follow=True))
    assert not Person.objects.exists()


def test_nobody_else_sees_any_of_it(bob_client: Client, obama: Person) -> None:
    address, face = obama.get_absolute_url(), obama.faces.all()[0]
    posts = [f"{address}{part}" for part in ("photos", "rename", "reserve", "delete", f"photos/{face.pk}/delete")]
    for path in (address, f"{address}photos/{face.pk}"):
        assert bob_client.get(path).status_code == 404
        assert Client().get(path).status_code == 302
    for path in posts:
        assert bob_client.post(path).status_code == 404
        assert Client().post(path)["Location"].startswith("/accounts/login/")
    assert "Barack" not in text_of(bob_client.get("/people/"))
    for path in ("/people/", "/people/new/", "/compare/", "/recognise/"):
        assert Client().get(path).status_code == 302
    assert obama.faces.count() == 2


def blank_photo() -> bytes:
    return encode_photo(np.full((300, 300, 3), 128, np.uint8), "PNG")
