"""Alice with one of everything, and four people who try every address."""

import base64
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from allauth.account.internal.flows import login
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.test import Client

from accounts.keys import issue_api_key
from accounts.models import User
from recognition.engine import encode_photo
from recognition.engine.compare import ENCODER
from recognition.models import KnownFace, Person, Registry
from recognition.photos.found_faces import keep_boxes
from swaps.models import BatchFace, BatchItem, SwapBatch, SwapClip, SwapJob, WebhookDelivery
from swaps.results.consent import ask, consent_path
from swaps.results.links import result_link, share_path
from tests.web.conftest import make_job, small_photo

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def small_jpeg(shade: int) -> bytes:
    return encode_photo(small_photo(shade=shade).rgb, "JPEG")


def known_face(owner: User, name: str = "Someone") -> KnownFace:
    """A person of an account with one photo, as enrolment leaves them."""
    registry, _made = Registry.objects.get_or_create(owner=owner)
    person = Person.objects.create(registry=registry, name=name, consent_basis=Person.Basis.CONSENT)
    descriptor = np.random.default_rng().normal(size=128).astype("<f4")
    face = KnownFace(person=person, descriptor=descriptor.tobytes(), encoder=ENCODER, version=1)
    face.photo.save("face.jpg", ContentFile(small_jpeg(77)), save=True)
    return face


@dataclass
class World:
    """Who there is, and what the addresses' parts mean: all of it Alice's."""

    job: SwapJob
    face: KnownFace
    accounts: dict[str, User]
    keys: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)

    def key(self, person: str) -> str:
        """The key of somebody's program, made when it is first asked for: most tests need but one or none."""
        if person not in self.keys:
            self.keys[person] = issue_api_key(owner=self.accounts[person], name="program")[1]
        return self.keys[person]

    def client(self, person: str) -> Client:
        """Somebody's browser, signed in when it is first asked for."""
        if person not in self.clients:
            self.clients[person] = signed_in(self.accounts[person]) if person in self.accounts else Client()
        return self.clients[person]

    def ask(self, person: str, method: str, path: str, *, by_key: bool) -> Any:
        headers = {"Origin": "http://testserver", "Host": "testserver"}
        if by_key and person in self.accounts:
            headers["Authorization"] = f"Bearer {self.key(person)}"
        client = Client() if by_key else self.client(person)
        response = client.generic(method, path, headers=headers)
        if response.streaming:
            b"".join(response)  # to its end, where the client closes it
        return response


def signed_in(account: User, **options: Any) -> Client:
    """A client that has just signed in, so that pages for the recently signed in let it pass."""
    client = Client(raise_request_exception=False, **options)
    client.force_login(account)
    session = client.session
    # As allauth writes it down; it has no function for tests.
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(account.pk)
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "username": account.username, "reauthenticated": True}
    ]
    session.save()
    return client


def looked_at_clip(owner: User) -> SwapClip:
    """A clip whose people can be chosen; nobody has looked at it."""
    people = [{"picture": base64.b64encode(small_jpeg(77)).decode(), "spans": [[0, 1]], "share": 1}]
    facts = {"format": "mp4", "width": 64, "height": 64, "duration": 1, "frames": 10, "time_base": "1/10", "rate": "10"}
    clip = SwapClip(owner=owner, people=people, **facts)
    clip.file.save("clip.mp4", ContentFile(small_jpeg(77)), save=False)
    clip.poster.save("poster.jpg", ContentFile(small_jpeg(77)))
    return clip


def collected_batch(owner: User) -> tuple[SwapBatch, BatchItem]:
    """A batch with a face and a photo, not started; no engine looks at them."""
    batch = SwapBatch.objects.create(owner=owner, price=2)
    face = BatchFace(batch=batch, title="face")
    face.photo.save("face.jpg", ContentFile(small_jpeg(88)), save=True)
    item = BatchItem(batch=batch, position=0)
    item.target.save("photo.jpg", ContentFile(small_jpeg(99)), save=True)
    return batch, item


@pytest.fixture
def world(alice: User, bob: User) -> World:
    dora = User.objects.create_superuser("dora", "dora@example.org", "dora-password")
    job, face = make_job(alice), known_face(alice)
    asked = ask(owner=alice, job=job)
    key_row, key = issue_api_key(owner=alice, name="program")
    delivery = WebhookDelivery.objects.create(job=job, url="https://example.org/", next_try=job.created)
    kinds = Authenticator.Type
    second_factors = {
        kinds.WEBAUTHN: {"name": "Key", "credential": {}},
        kinds.TOTP: {"secret": "JBSWY3DPEHPK3PXP"},
        kinds.RECOVERY_CODES: {"seed": "0" * 40, "used_mask": 0},
    }
    for kind, data in second_factors.items():
        Authenticator.objects.create(user=alice, type=kind, data=data)
    world = World(job, face, {"alice": alice, "bob": bob, "dora": dora}, {"alice": key})
    batch, item = collected_batch(alice)
    world.parts = {
        "batch_id": batch.pk,
        "item_id": item.pk,
        "clip_id": looked_at_clip(alice).pk,
        "index": 0,
        "kind": "poster",
        "job_id": job.pk,
        "uuid": face.person.uuid,
        "number": face.pk,
        "person_id": face.person.uuid,
        "photo_id": face.pk,
        "found": keep_boxes(owner=alice, photo=small_photo(), boxes=[[0, 0, 9, 9]]).pk,
        "delivery_id": delivery.pk,
        "extension": "png",
        "name": "obama.jpg",
        "provider_id": "none",
        "choice": f"face-{job.faces.all()[0].pk}",
        "consent_token": consent_path(asked).strip("/").split("/")[-1],
        "request_id": asked.pk,
        "token": share_path(job).strip("/").split("/")[-1],
        "key": "abc",
        "uidb36": "1",
        "pk": key_row.pk,
    }
    world.parts["authenticator"] = Authenticator.objects.get(type=kinds.WEBAUTHN).pk
    world.parts["result"] = result_link(job, "").rsplit("/", 1)[-1]
    return world
