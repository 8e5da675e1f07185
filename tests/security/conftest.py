"""Alice with one of everything, and four people who try every address."""

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
from swaps.models import SwapJob, WebhookDelivery
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
    keys: dict[str, str]
    clients: dict[str, Client]
    parts: dict[str, Any] = field(default_factory=dict)

    def ask(self, person: str, method: str, path: str, *, by_key: bool) -> Any:
        headers = {"Origin": "http://testserver", "Host": "testserver"}
        if by_key and person in self.keys:
            headers["Authorization"] = f"Bearer {self.keys[person]}"
        client = Client() if by_key else self.clients[person]
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


@pytest.fixture
def world(alice: User, bob: User) -> World:
    dora = User.objects.create_superuser("dora", "dora@example.org", "dora-password")
    job, face = make_job(alice), known_face(alice)
    key_row, key = issue_api_key(owner=alice, name="program")
    delivery = WebhookDelivery.objects.create(
        job=job, url="https://example.org/", next_try=job.created, enqueue_at=job.created
    )
    kinds = Authenticator.Type
    second_factors = {
        kinds.WEBAUTHN: {"name": "Key", "credential": {}},
        kinds.TOTP: {"secret": "JBSWY3DPEHPK3PXP"},
        kinds.RECOVERY_CODES: {"seed": "0" * 40, "used_mask": 0},
    }
    for kind, data in second_factors.items():
        Authenticator.objects.create(user=alice, type=kind, data=data)
    keys = {"alice": key} | {
        account.username: issue_api_key(owner=account, name="program")[1] for account in (bob, dora)
    }
    clients = {account.username: signed_in(account) for account in (alice, bob, dora)} | {"charlie": Client()}
    world = World(job, face, keys, clients)
    world.parts = {
        "job_id": job.pk,
        "uuid": face.person.uuid,
        "number": face.pk,
        "person_id": face.person.uuid,
        "photo_id": face.pk,
        "found": keep_boxes(owner=alice, photo=small_photo(), boxes=[[0, 0, 9, 9]]).pk,
        "delivery_id": delivery.pk,
        "extension": "png",
        "name": "obama.jpg",
        "choice": f"face-{job.faces.all()[0].pk}",
        "token": share_path(job).strip("/").split("/")[-1],
        "key": "abc",
        "uidb36": "1",
        "pk": key_row.pk,
    }
    world.parts["authenticator"] = Authenticator.objects.get(type=kinds.WEBAUTHN).pk
    world.parts["result"] = result_link(job, "").rsplit("/", 1)[-1]
    return world
