"""Face photos for the live page are limited in pixels and rationed, before any process spends time on them."""

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from tests.running_site import RunningSite

from .conftest import Camera

OURS = {"host": "testserver"}


@pytest.mark.django_db(transaction=True)
def test_each_address_of_guests_and_each_account_has_its_ration(settings: Any, alice_client: Client) -> None:
    settings.OPEN_ACCESS = ["live"]
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"live_face": (2, 60)}

    def answers(client: Client, address: str) -> list[int]:
        return [client.post("/upload_source", REMOTE_ADDR=address, headers=OURS).status_code for _ in range(3)]

    # A new cookie makes no new guest as far as this goes.
    assert [Client().post("/upload_source", headers=OURS).status_code for _ in range(3)] == [400, 400, 429]
    assert answers(Client(), "10.0.0.1") == [400, 400, 429]
    assert answers(alice_client, "10.0.0.1") == [400, 400, 429]
    assert "Try again" in alice_client.post("/upload_source", headers=OURS).json()["message"]


@pytest.mark.process
@pytest.mark.xdist_group("live")
def test_a_photo_of_many_pixels_is_refused(live_site: RunningSite) -> None:
    large = io.BytesIO()
    Image.new("RGB", (4200, 3100), "grey").save(large, "JPEG")
    camera = Camera(live_site)
    answer = camera.post(f"{live_site.url}/upload_source", files={"image": ("large.jpg", large.getvalue())}, timeout=60)
    assert answer.status_code == 400
    assert "12.5 megapixels" in answer.json()["message"]
    camera.close()
