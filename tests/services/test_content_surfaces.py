"""Every surface that makes swaps refuses an explicit picture: before a point is held, a file stored or a pixel made.

By the network itself, on its own reference pattern; faces are the fake engine's.
"""

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image

from accounts.keys import issue_api_key
from accounts.models import User
from accounts.points import accounts_out_of_balance
from recognition.engine import content
from recognition.models import ContentCount, ReviewedPhoto
from swaps.batches import services as batches
from swaps.jobs import services
from swaps.models import BatchItem, SwapBatch, SwapJob
from tests import fake_engine
from tests.api.conftest import ApiClient, fetch_all
from tests.api.test_fetch import reply, server
from tests.clip_jobs import made as clip_jobs
from tests.clips import made
from tests.drawn import drawn
from tests.explicit import pattern
from tests.security.budgets import BUDGETS
from tests.services.test_swap_lifecycle import stored_files

SENTENCE = "looks sexually explicit"
GOOD = drawn("obama.jpg").read_bytes()


def in_png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(pattern()).save(file, "PNG")
    return file.getvalue()


BAD = in_png()


@pytest.fixture(autouse=True)
def the_network_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake_engine, "explicit_score", content.explicit_score)


@dataclass
class World:
    """Alice in a browser and with a program, and a host that serves the picture."""

    page: Client
    program: ApiClient
    host: str
    folder: Path

    def upload(self, path: str, **photos: bytes) -> str:
        return str(self.page.post(path, {name: file(data) for name, data in photos.items()}).content.decode())

    def form(self, path: str, **photos: bytes) -> str:
        return str(self.program.form(path, {name: file(data) for name, data in photos.items()}).content.decode())

    def post(self, path: str, **body: Any) -> str:
        return str(self.program.post(path, body).content.decode())

    def failed(self) -> str:
        """Of a job whose photos had to be fetched first: it has ended in words, and its points are back."""
        fetch_all()
        job = SwapJob.objects.get()
        assert job.status == "failed" and not job.result
        told = job.error_text
        services.delete_swap(job)
        return told

    def command(self, face: bytes, target: Path) -> str:
        photo, out, said = self.folder / "face.png", self.folder / f"out{target.suffix}", StringIO()
        photo.write_bytes(face)
        with pytest.raises(SystemExit):
            call_command("swap", str(photo), str(target), "-o", str(out), stdout=said, stderr=said)
        assert not out.exists()
        return said.getvalue()


def file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png" if data is BAD else "photo.jpg", data)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def url(data: bytes) -> str:
    return f"data:image/{'png' if data is BAD else 'jpeg'};base64,{b64(data)}"


def batch_item(world: World) -> str:
    """A batch tells of each photo by itself; of the good ones none is held up."""
    body = {"face": {"base64": b64(GOOD)}, "targets": [{"base64": b64(BAD)}, {"base64": b64(GOOD)}]}
    answer = world.program.post("/api/v1/batches", body)
    assert answer.status_code == 202, answer.content
    refused = BatchItem.objects.get(error_code="explicit_photo")
    assert not refused.target and not SwapJob.objects.filter(batch_item=refused).exists()
    batches.delete(SwapBatch.objects.get())
    return refused.error_message


def batch_photo(world: World) -> str:
    places = world.page.post("/swaps/batches/new/", {"face_sample": "obama.jpg", "collect": "1"}).json()
    script = {"X-Requested-With": "fetch", "Accept": "*/*"}
    answer = world.page.post(places["batch_photos"], {"photos": file(BAD)}, headers=script)
    assert not BatchItem.objects.get().target
    batches.delete(SwapBatch.objects.get())
    return str(answer.json()["items"][0]["problem"])


def collected_by_program(world: World) -> str:
    made_batch = world.program.post("/api/v1/batches", {"face": {"base64": b64(GOOD)}, "start": False})
    place = made_batch.headers["Location"]
    answer = world.program.form(f"{place}/photos", {"target": file(BAD)})
    item = BatchItem.objects.get()
    assert not item.target
    batches.delete(SwapBatch.objects.get())
    return f"{answer.content.decode()} {item.error_message}"


def film(world: World) -> Path:
    path = world.folder / "film.mp4"
    frame = np.asarray(Image.fromarray(pattern()).resize((256, 256)))
    return made.write(path, [frame] * 12, tracks=0)


def face_for_a_clip(world: World) -> str:
    made_clip = clip_jobs.film(world.folder / "good.mp4", 1)
    place = world.page.post("/swaps/clips/new/", {"clip": clip_jobs.sent(made_clip)})["Location"]
    clip_jobs.work_off()
    told = world.upload(place, face_0=BAD)
    world.page.post(f"{place}delete")
    return told


def by_address(world: World, path: str, **body: Any) -> str:
    answer = world.program.post(path, body)
    assert answer.status_code < 300, answer.content
    return world.failed()


# What each surface says to the picture, by its address; of those with several ways in each.
SURFACES: dict[str, list[Callable[[World], str]]] = {
    "swaps/new/": [
        lambda world: world.upload("/swaps/new/", face=BAD, target=GOOD),
        lambda world: world.upload("/swaps/new/", face=GOOD, target=BAD),
    ],
    "swaps/faces": [
        lambda world: world.page.post("/swaps/faces", {"photo": file(BAD), "role": "face"}).content.decode(),
        lambda world: world.page.post("/swaps/faces", {"photo": file(BAD), "role": "target"}).content.decode(),
    ],
    "swaps/preview": [
        lambda world: world.upload("/swaps/preview", face=BAD, target=GOOD),
        lambda world: world.upload("/swaps/preview", face=GOOD, target=BAD),
    ],
    "swaps/batches/new/": [lambda world: world.upload("/swaps/batches/new/", face=BAD, photos=GOOD)],
    "swaps/batches/<uuid:batch_id>/photos": [batch_photo],
    "swaps/clips/new/": [
        lambda world: world.page.post("/swaps/clips/new/", {"clip": clip_jobs.sent(film(world))}).content.decode()
    ],
    "swaps/clips/<uuid:clip_id>/": [face_for_a_clip],
    "upload_source": [lambda world: world.upload("/upload_source", image=BAD)],
    "api/v1/faces": [lambda world: world.form("/api/v1/faces", photo=BAD)],
    "api/v1/swaps": [
        lambda world: world.form("/api/v1/swaps", face=GOOD, target=BAD),
        lambda world: world.program.form(
            "/api/v1/swaps", {"face": file(GOOD), "target": clip_jobs.sent(film(world))}
        ).content.decode(),
        lambda world: world.post("/api/v1/swaps", face={"base64": b64(BAD)}, target={"base64": b64(GOOD)}),
        lambda world: by_address(
            world, "/api/v1/swaps", face={"base64": b64(GOOD)}, target={"url": f"http://{world.host}/photo"}
        ),
    ],
    "api/v1/batches": [lambda world: world.form("/api/v1/batches", face=BAD, target=GOOD), batch_item],
    "api/v1/batches/<str:batch_id>/photos": [collected_by_program],
    "api/face_swap": [lambda world: world.post("/api/face_swap", face=b64(BAD), body=b64(GOOD))],
    "face/swap": [
        lambda world: world.post("/face/swap", source_image_url=url(BAD), target_image_url=url(GOOD)),
        lambda world: by_address(
            world,
            "/face/swap",
            source_image_url=f"http://{world.host}/a",
            target_image_url=url(GOOD),
            **{"async": True},
        ),
    ],
    "api/aifaceswap/v1/faceswap": [
        lambda world: world.form("/api/aifaceswap/v1/faceswap", source_image=BAD, face_image=GOOD)
    ],
    "api/aifaceswap/v1/multi_faceswap": [
        lambda world: str(
            world.program.form(
                "/api/aifaceswap/v1/multi_faceswap",
                {"source_image": file(BAD), "face_image": [file(GOOD)], "index": ["0"]},
            ).content.decode()
        )
    ],
    "manage.py swap": [
        lambda world: world.command(BAD, drawn("biden.jpg")),
        lambda world: world.command(GOOD, film(world)),
    ],
}
# Addresses that take photos and make no swap of them.
NO_SWAPS = {
    "swaps/fetched": "gives the photo back to who asked, whose script then sends it to swaps/faces",
    "check/": "says whether a picture was made with AI",
    "api/v1/checks": "says whether a picture was made with AI",
    "recognise/": "recognition",
    "compare/": "recognition",
    "people/new/": "recognition",
    "people/<uuid:uuid>/photos": "recognition",
    "people/<uuid:uuid>/choose": "recognition",
    "people/new/choose": "recognition",
    "api/v1/compare": "recognition",
    "api/v1/recognise": "recognition",
    "api/v1/people/<str:person_id>/photos": "recognition",
    "api/aifaceswap/v1/extract_face": "tells where faces are and keeps nothing",
    "face_match": "recognition",
    "face_rec": "recognition",
}


def test_every_address_that_takes_photos_has_its_row() -> None:
    taking = {
        address
        for address, methods in BUDGETS.items()
        for method, budget in methods.items()
        if method != "GET" and budget.photos
    }
    assert taking == (SURFACES.keys() - {"manage.py swap"}) | NO_SWAPS.keys()
    assert not SURFACES.keys() & NO_SWAPS.keys()


@pytest.fixture
def world(alice: User, alice_client: Client, settings: Any, tmp_path: Path) -> Iterator[World]:
    program = ApiClient(issue_api_key(owner=alice, name="program")[1])
    alice_client.defaults["HTTP_HOST"] = "testserver"
    with server(reply(f"HTTP/1.1 200 OK\nContent-Length: {len(BAD)}", BAD)) as host:
        settings.FETCH_ALLOW_HOSTS = [host]
        yield World(alice_client, program, host, tmp_path)


@pytest.mark.django_db(transaction=True)  # the live page asks the database from threads of its own
@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_refuses_it(surface: str, world: World, alice: User, own_files: Path) -> None:
    for ask in SURFACES[surface]:
        assert SENTENCE in ask(world)
        alice.refresh_from_db()
        assert alice.balance == 100 and not accounts_out_of_balance().exists()
        assert not SwapJob.objects.exists() and stored_files(own_files) == []


@pytest.mark.django_db
def test_a_photo_has_one_number_and_counts_once_wherever_it_is_sent(world: World) -> None:
    looked = world.page.post("/swaps/faces", {"photo": file(BAD), "role": "target"})
    told = [looked.content.decode(), world.upload("/swaps/preview", face=GOOD, target=BAD)]
    told += [world.upload("/swaps/new/", face=GOOD, target=BAD), world.form("/api/v1/swaps", face=GOOD, target=BAD)]
    numbers = {text.partition("number ")[2][:12] for text in told}
    assert len(numbers) == 1 and len(numbers.copy().pop()) == 12
    assert ContentCount.objects.get().photos == 1
    ReviewedPhoto.objects.create(number=numbers.pop())
    answer = world.program.form("/api/v1/swaps", {"face": BytesIO(GOOD), "target": BytesIO(BAD)})
    assert SENTENCE not in answer.content.decode()
