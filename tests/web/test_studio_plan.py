"""A group in the studio: the faces that are shown and chosen are those that change, that are previewed and paid for."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from recognition.chosen_engine import find_faces
from recognition.engine import DecodedPhoto, decode_photo, encode_photo
from recognition.engine.types import ByteImage
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.jobs import services
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from swaps.studio.shown_faces import read_box, shown_faces
from tests.drawn import drawn

STUDIO, FACES, PREVIEW = "/swaps/new/", "/swaps/faces", "/swaps/preview"
NAMES = ("obama.jpg", "biden.jpg", "astronaut.png")
WIDTH, HEIGHT = 360, 440

pytestmark = pytest.mark.xdist_group("group photo")


@pytest.fixture(scope="module")
def group() -> ByteImage:
    """Three people side by side, their faces equally large."""
    people = []
    for name in NAMES:
        rgb = decode_photo(drawn(name).read_bytes()).rgb
        face = find_faces(rgb, mode="largest")[0]
        times = 150 / (face.box[2] - face.box[0])
        corner = np.array(face.centre) * times - (WIDTH / 2, HEIGHT / 2)
        move = np.array([[times, 0, -corner[0]], [0, times, -corner[1]]])
        people.append(cv2.warpAffine(rgb, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE))
    return np.concatenate(people, axis=1)


def upload(rgb: ByteImage) -> SimpleUploadedFile:
    return SimpleUploadedFile("group.png", encode_photo(rgb, "PNG", alpha=None), "image/png")


@pytest.fixture
def plan(alice_client: Client, group: ByteImage) -> Callable[..., dict[str, str]]:
    """What the page sends for a plan, given what happens to each of the three faces."""
    shown = alice_client.post(FACES, {"role": "target", "photo": upload(group)}).json()["faces"]
    assert len(shown) == 3

    def fields(*uses: str) -> dict[str, str]:
        boxes = {f"box_{index}": ",".join(map(str, face["box"])) for index, face in enumerate(shown)}
        return boxes | {f"use_{index}": use for index, use in enumerate(uses)}

    return fields


def changes(before: ByteImage, after: ByteImage) -> list[bool]:
    """Of which of the three people the face is another one now."""
    apart = np.abs(before.astype(int) - after.astype(int)).max(2) > 20
    return [bool(part.mean() > 0.02) for part in np.split(apart, 3, axis=1)]


@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_the_chosen_of_equal_faces_changes_and_no_other(
    alice_client: Client, alice: User, group: ByteImage, plan: Callable[..., dict[str, str]], chosen: int
) -> None:
    uses = ["face" if index == chosen else "" for index in range(3)]
    alice_client.post(STUDIO, {"face_sample": "obama2.jpg", "target": upload(group)} | plan(*uses))
    job = SwapJob.objects.get()
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    with job.result.open() as file:
        after = decode_photo(file.read()).rgb
    assert changes(group, after) == [index == chosen for index in range(3)]
    assert job.report["changed"] == [chosen + 1]
    alice.refresh_from_db()
    assert alice.balance == 98  # one face, whichever it is, has the price of one


def test_the_preview_changes_the_same_face(
    alice_client: Client, group: ByteImage, plan: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[ByteImage] = []

    def whole(rgb: ByteImage, faces: object) -> tuple[int, int, int, int]:
        seen.append(rgb)
        return (0, 0, rgb.shape[1], rgb.shape[0])

    monkeypatch.setattr("swaps.studio.preview.around", whole)
    answer = alice_client.post(PREVIEW, {"face_sample": "obama2.jpg", "target": upload(group)} | plan("", "", "face"))
    assert answer.status_code == 200
    assert changes(group, seen[0]) == [False, False, True]


def test_a_plan_in_which_nobody_changes_is_refused_and_not_charged(
    alice_client: Client, alice: User, group: ByteImage, plan: Callable[..., dict[str, str]]
) -> None:
    sent = {"face_sample": "obama.jpg", "target": upload(group)} | plan("", "", "")
    answer = alice_client.post(STUDIO, sent)
    assert answer.status_code == 400
    assert "Everybody stays as they are." in answer.content.decode()
    assert not SwapJob.objects.exists()
    alice.refresh_from_db()
    assert alice.balance == 100


def test_without_a_plan_the_largest_face_changes(alice_client: Client, group: ByteImage) -> None:
    alice_client.post(STUDIO, {"face_sample": "obama.jpg", "target": upload(group)})
    (face,) = SwapJob.objects.get().faces.all()
    assert (face.index, face.box) == (None, None)


def test_all_three_cost_what_a_group_costs(
    alice_client: Client, group: ByteImage, plan: Callable[..., dict[str, str]]
) -> None:
    sent = {"face_sample": "obama.jpg", "target": upload(group)} | plan("face", "face", "face")
    alice_client.post(STUDIO, sent)
    assert SwapJob.objects.get().price == 7


def test_a_face_that_is_not_where_it_was_shown_gives_the_points_back(
    alice_client: Client, alice: User, group: ByteImage
) -> None:
    photo = decode_photo(drawn("obama2.jpg").read_bytes())
    face = FaceInput(PhotoInput(photo), index=1, box=(0.4, 0.85, 0.45, 0.95))
    target = PhotoInput(photo=DecodedPhoto(group, None, "PNG"))
    job = services.submit_swap(Submit(target, [face]), owner=alice)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "face_not_there")
    assert "Face 2 was not found again" in alice_client.get(job.get_absolute_url()).content.decode()
    alice.refresh_from_db()
    assert alice.balance == 100


def test_a_face_upside_down_is_found_again() -> None:
    turned = np.ascontiguousarray(decode_photo(drawn("biden.jpg").read_bytes()).rgb[::-1, ::-1])
    (face,) = find_faces(turned)
    height, width = turned.shape[:2]
    left, top, right, bottom = face.box
    found = shown_faces(turned, {0: (left / width, top / height, right / width, bottom / height)})
    assert found[0].centre == pytest.approx(face.centre, abs=0.1 * (right - left))


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "0,0,nan,1", "0.5,0,0.4,1", "0,0,1e9,1"])
def test_what_is_no_box_is_none(text: str) -> None:
    assert read_box(text) is None


def test_a_plan_whose_boxes_are_garbled_is_refused_in_words(alice_client: Client, group: ByteImage) -> None:
    sent = {"face_sample": "obama.jpg", "target": upload(group), "use_1": "face", "box_1": "here"}
    answer = alice_client.post(STUDIO, sent)
    assert answer.status_code == 400
    assert "The chosen faces did not arrive." in answer.content.decode()
    assert not SwapJob.objects.exists()
