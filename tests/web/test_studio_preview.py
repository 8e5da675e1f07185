"""The preview before paying: free, small, marked, not stored, and refused where the swap would be."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from accounts.models import User
from recognition.chosen_engine import find_faces
from recognition.engine import decode_photo
from recognition.registry.enrolment import Consent, add_person, enrol_face, set_protected
from recognition.search.loaded_registries import site_registry
from swaps.models import SwapJob
from swaps.studio.preview import SHOWN
from tests.drawn import drawn

ADDRESS = "/swaps/preview"
SAMPLES = {"face_sample": "obama.jpg", "target_sample": "biden.jpg"}
TARGET = {"target_sample": "biden.jpg"}


def picture_of(answer: Any) -> bytes:
    return base64.b64decode(answer.json()["picture"])


def test_the_preview_is_a_small_picture_that_says_it_is_synthetic(alice_client: Client) -> None:
    drawn("obama.jpg")
    answer = alice_client.post(ADDRESS, SAMPLES)
    assert answer["Cache-Control"] == "no-store"
    with Image.open(io.BytesIO(picture_of(answer))) as picture:
        assert max(picture.size) <= SHOWN == 256
        assert b"compositeSynthetic" in picture.info["xmp"]


def test_the_preview_follows_the_options(alice_client: Client) -> None:
    full = picture_of(alice_client.post(ADDRESS, SAMPLES))
    weak = picture_of(alice_client.post(ADDRESS, SAMPLES | {"adjusted": "True", "strength": "0"}))
    rgb = [decode_photo(content).rgb.astype(int) for content in (full, weak)]
    assert np.abs(rgb[0] - rgb[1]).max() > 60


def test_the_preview_says_how_real_it_will_look(alice_client: Client) -> None:
    answer = alice_client.post(ADDRESS, SAMPLES).json()
    assert answer["fit"] == {"realism": 4.0, "good": True, "reasons": []}
    assert answer["verdict"] == "This should look real."


def test_the_preview_warns_of_what_will_look_edited_and_says_what_to_do(alice_client: Client) -> None:
    with drawn("obama_partial_face.jpg").open("rb") as face:
        answer = alice_client.post(ADDRESS, {"face": face, "target_sample": "biden.jpg"}).json()
    assert answer["fit"] == {"realism": 2.5, "good": False, "reasons": ["face_photo_coarse"]}
    assert answer["verdict"] == (
        "This will probably look edited.\n"
        "• The face photo is much smaller than the face that it goes on. Choose a larger photo of that face."
    )


def test_a_preview_costs_nothing_and_stores_nothing(alice_client: Client, alice: User, own_files: Path) -> None:
    alice_client.post(ADDRESS, SAMPLES)
    alice.refresh_from_db()
    assert alice.balance == 100
    assert not SwapJob.objects.exists()
    assert not [path for path in own_files.rglob("*") if path.is_file()]


def test_a_missing_photo_is_told(alice_client: Client) -> None:
    answer = alice_client.post(ADDRESS, {"face_sample": "obama.jpg"})
    assert answer.status_code == 400
    assert answer.json()["message"] == "Choose a photo to change."


@pytest.mark.parametrize("role", ["face", "target"])
def test_a_photo_that_is_still_on_the_web_has_no_preview(role: str, alice_client: Client) -> None:
    given = {name: value for name, value in SAMPLES.items() if not name.startswith(role)}
    answer = alice_client.post(ADDRESS, given | {f"{role}_url": "https://example.org/a.jpg"})
    assert answer.status_code == 400
    assert answer.json()["message"] == "Photos from the web have no preview until they are fetched."


def test_previews_are_rationed(alice_client: Client, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"look": (1, 60)}
    codes = [alice_client.post(ADDRESS, {"face_sample": "obama.jpg"}).status_code for _ in range(2)]
    assert codes == [400, 429]


def test_previews_of_the_same_photos_are_rationed_also_as_copies_of_them(alice_client: Client, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"preview": (2, 3600)}
    with drawn("obama.jpg").open("rb") as face:
        sent = [alice_client.post(ADDRESS, SAMPLES), alice_client.post(ADDRESS, {"face": face} | TARGET)]
    again = io.BytesIO()
    with Image.open(drawn("obama.jpg")) as photo:
        photo.save(again, "PNG")
    again.name, _start = "again.png", again.seek(0)
    refused = alice_client.post(ADDRESS, {"face": again} | TARGET)
    assert [answer.status_code for answer in sent] == [200, 200]
    assert refused.status_code == 429
    assert refused.json()["message"].startswith("You have had many previews of these photos. Swap them, or try again")
    other = alice_client.post(ADDRESS, {"face_sample": "biden.jpg", "target_sample": "obama.jpg"})
    assert other.status_code == 200


def test_a_preview_needs_an_account(client: Client, db: None) -> None:
    assert client.post(ADDRESS, SAMPLES).status_code == 401


def test_whoever_may_not_be_swapped_is_not_previewed_either(alice_client: Client, alice: User) -> None:
    photo = decode_photo(drawn("biden.jpg").read_bytes())
    root = User.objects.create_superuser("root", "root@example.org", "x")
    person = add_person(account=root, name="Joe", consent=Consent("law"), registry=site_registry())
    enrol_face(account=root, person=person, photo=photo)
    set_protected(account=root, person=person, protected=True)
    answer = alice_client.post(ADDRESS, SAMPLES)
    assert answer.status_code == 400
    assert answer.json()["code"] == "protected_person"


def test_a_planned_face_is_found_by_where_it_is(alice_client: Client) -> None:
    rgb = decode_photo(drawn("biden.jpg").read_bytes()).rgb
    height, width = rgb.shape[:2]
    left, top, right, bottom = find_faces(rgb, mode="largest")[0].box
    box = f"{left / width},{top / height},{right / width},{bottom / height}"
    answer = alice_client.post(ADDRESS, SAMPLES | {"use_3": "face", "box_3": box})
    assert answer.status_code == 200
    elsewhere = alice_client.post(ADDRESS, SAMPLES | {"use_3": "face", "box_3": "0,0.9,0.1,1"})
    assert elsewhere.json()["code"] == "too_small"
