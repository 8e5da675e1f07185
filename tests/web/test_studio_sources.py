"""Where the studio takes photos from besides uploads and samples: people, recent faces, the web, several files."""

from collections.abc import Callable

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from recognition.engine import encode_photo
from recognition.models import KnownFace, Person
from recognition.photos.fields import AddressField
from recognition.photos.intake import PhotoInput
from recognition.registry.enrolment import Consent, add_person
from swaps.jobs import services
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from swaps.studio import sources

from .conftest import make_job, small_photo

STUDIO = "/swaps/new/"


def upload(shade: int = 120) -> SimpleUploadedFile:
    return SimpleUploadedFile("holiday.jpg", encode_photo(small_photo(shade=shade).rgb, "JPEG"), "image/jpeg")


@pytest.fixture
def known(alice: User) -> Callable[..., Person]:
    """Someone in a registry with two photos, without an engine."""

    def add(basis: str = "consent", owner: User = alice) -> Person:
        person = add_person(account=owner, name="Ann", consent=Consent(basis))
        for quality in (0.4, 0.9):
            face = KnownFace(person=person, descriptor=np.zeros(128, np.float32).tobytes(), quality=quality)
            face.photo.save("face.jpg", ContentFile(encode_photo(small_photo().rgb, "JPEG")))
        return person

    return add


def test_several_photos_are_of_one_person(alice_client: Client) -> None:
    alice_client.post(STUDIO, {"face": [upload(90), upload(150)], "target": upload()})
    job = SwapJob.objects.get()
    assert [face.index for face in job.faces.all()] == [None, None]
    assert job.price == 2


def test_too_many_photos_of_one_person_are_refused(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face": [upload(shade) for shade in range(6)], "target": upload()})
    assert "At most 5 photos of one person." in answer.content.decode()


def test_a_person_of_the_registry_gives_their_photos(alice_client: Client, known: Callable[..., Person]) -> None:
    person = known()
    assert f'value="person-{person.uuid}"' in alice_client.get(STUDIO).content.decode()
    alice_client.post(STUDIO, {"face_known": f"person-{person.uuid}", "target": upload()})
    assert [face.person for face in SwapJob.objects.get().faces.all()] == [person, person]


def test_who_may_only_be_recognised_is_not_offered(alice_client: Client, known: Callable[..., Person]) -> None:
    person = known("law")
    assert str(person.uuid) not in alice_client.get(STUDIO).content.decode()
    answer = alice_client.post(STUDIO, {"face_known": f"person-{person.uuid}", "target": upload()})
    assert "Choose a face photo." in answer.content.decode()


def test_another_accounts_people_are_not_there(alice_client: Client, bob: User, known: Callable[..., Person]) -> None:
    person = known(owner=bob)
    assert alice_client.get(f"/swaps/known-faces/person-{person.uuid}").status_code == 404
    answer = alice_client.post(STUDIO, {"face_known": f"person-{person.uuid}", "target": upload()})
    assert answer.status_code == 400


def test_each_recent_face_is_offered_once(alice_client: Client, alice: User) -> None:
    for _ in range(2):
        alice_client.post(STUDIO, {"face": upload(90), "target": upload()})
    alice_client.post(STUDIO, {"face": upload(200), "target": upload()})
    first, second = sources.recent_faces(alice)
    alice_client.post(STUDIO, {"face_known": second.name, "target": upload()})
    assert len(sources.recent_faces(alice)) == 2
    picture = alice_client.get(f"/swaps/known-faces/{first.name}?size=small")
    assert picture["Content-Type"] == "image/jpeg"


def test_a_recent_face_is_called_as_its_own_photo_was(alice_client: Client, alice: User) -> None:
    face, target = upload(90), upload()
    face.name, target.name = "grandmother.jpg", "beach.jpg"
    alice_client.post(STUDIO, {"face": face, "target": target})
    (first,) = sources.recent_faces(alice)
    alice_client.post(STUDIO, {"face_known": first.name, "target": upload()})
    (again,) = sources.recent_faces(alice)
    assert (first.title, again.title) == ("grandmother", "grandmother")


def test_a_recent_face_of_someone_else_is_not_there(bob_client: Client, done_job: SwapJob) -> None:
    name = f"face-{done_job.faces.get().pk}"
    assert bob_client.get(f"/swaps/known-faces/{name}").status_code == 404


def test_a_face_of_a_group_gets_a_known_face(alice_client: Client, known: Callable[..., Person]) -> None:
    person = known()
    alice_client.post(STUDIO, {"face": upload(), "target": upload(), "use_0": "face", "use_2": f"person-{person.uuid}"})
    assert [(face.index, face.person) for face in SwapJob.objects.get().faces.all()] == [
        (0, None),
        (2, person),
        (2, person),
    ]


def test_a_known_face_that_is_gone_is_asked_for_again(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face": upload(), "target": upload(), "use_1": "face-12345"})
    assert "The photo for face 2 is gone. Choose another." in answer.content.decode()


def test_an_address_is_left_to_be_fetched(alice_client: Client) -> None:
    alice_client.post(STUDIO, {"face_url": "https://example.org/me.jpg", "target": upload()})
    assert SwapJob.objects.get().faces.get().url == "https://example.org/me.jpg"


def test_an_address_inside_this_network_is_refused(alice_client: Client) -> None:
    answer = alice_client.post(STUDIO, {"face_url": "ftp://example.org/me.jpg", "target": upload()})
    assert answer.status_code == 400
    assert AddressField(required=False).clean("") == ""
    answer = alice_client.post("/swaps/fetched", {"url": "http://127.0.0.1/photo.jpg"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "url_refused"


def test_a_swap_is_called_like_its_file(alice_client: Client) -> None:
    alice_client.post(STUDIO, {"face": upload(), "target": upload()})
    assert SwapJob.objects.get().title == "holiday"


def test_deleting_a_person_leaves_the_swap(alice: User, known: Callable[..., Person]) -> None:
    person = known()
    face = FaceInput(PhotoInput(small_photo()), person=person)
    services.submit_swap(Submit(PhotoInput(photo=small_photo()), [face]), owner=alice)
    person.delete()
    assert SwapJob.objects.get().faces.get().person is None


def test_the_studio_asks_the_database_as_often_for_many_as_for_few(
    alice_client: Client, alice: User, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for count in (1, 6):
        for _ in range(count):
            make_job(alice)
        with django_assert_num_queries(5):  # type: ignore[operator]  # session, account, people, recent faces, engines
            alice_client.get(STUDIO)
