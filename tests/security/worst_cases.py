"""Sends the worst that each budget allows to a site in this process, and prints a line of JSON about each.

`python -m tests.security.worst_cases DATA_DIR`, where `manage.py prepare` has been. The memory of a budget is a limit
of the address space while its case runs: what needs more fails, and its answer is a 500.
"""

import base64
import io
import json
import os
import resource
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django
import numpy as np
from PIL import Image

from tests.photos import sample

from . import budgets
from .budgets import MB, MEGAPIXELS_A_PHOTO

WIDTH, HEIGHT = 4000, 3000
ROWS = 2000
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Case:
    kind: str  # the name of a budget
    name: str
    ask: Callable[[], Any]
    wanted: int  # the answer's status


def noise() -> Image.Image:
    """What no encoder makes small and no search for faces ends early with."""
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))


def portrait() -> Image.Image:
    """A face as large as a photo can show one."""
    with Image.open(sample("obama.jpg")) as photo:
        return photo.convert("RGB").crop((0, 0, photo.width, photo.width * 3 // 4)).resize((WIDTH, HEIGHT))


def file_of(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    assert out.tell() < 10 * MB, f"{kind} of {out.tell()} bytes would be refused for its size"
    return out.getvalue()


def upload(content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = "photo"
    return file


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """Somewhere that photos are fetched from."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def cases(host: str) -> Iterator[Case]:
    """Each budget's, made for an account that has all it may have. Django is set up by now."""
    from django.core.files.base import ContentFile
    from django.test import Client

    from accounts import points
    from accounts.keys import issue_api_key
    from accounts.models import User
    from swaps.models import SwapFace, SwapJob

    hard, face = noise(), portrait()
    jpeg, webp = file_of(hard, "JPEG", quality=50), file_of(hard, "WEBP", quality=20, method=0)
    person = file_of(face, "JPEG", quality=95)
    account = User.objects.create_user("worst", "worst@example.org", "worst-password")
    points.grant(account, 10_000, reason="Welcome")
    key = issue_api_key(owner=account, name="program")[1]

    def job(number: int, **files: str) -> SwapJob:
        return SwapJob(owner=account, status="done", title=f"swap {number} " + "x" * 40, price=2, **files)

    SwapJob.objects.bulk_create(job(number) for number in range(ROWS))
    stored = SwapJob.objects.create(owner=account, status="done", price=2)
    stored.result.save("result.jpg", ContentFile(jpeg), save=False)
    stored.target.save("target.webp", ContentFile(webp), save=True)
    SwapFace.objects.create(job=stored, photo=stored.target.name)
    SwapJob.objects.bulk_create(job(number, result=str(stored.result.name)) for number in range(20))
    Path(os.environ["DATA_DIR"], "web.jpg").write_bytes(jpeg)

    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    client.force_login(account)
    program = {"Authorization": f"Bearer {key}"}
    small = {"face_sample": "obama.jpg", "target_sample": "biden.jpg"}  # what loads all models
    assert client.post("/swaps/preview", small).status_code == 200

    def get(path: str, **more: Any) -> Callable[[], Any]:
        return lambda: client.get(path, **more)

    def form(path: str, fields: dict[str, Any]) -> Callable[[], Any]:
        """Files are given as bytes, so that a form can be made at once and sent once."""
        sent = {
            name: [upload(one) if isinstance(one, bytes) else one for one in value]
            if isinstance(value, list)
            else upload(value)
            if isinstance(value, bytes)
            else value
            for name, value in fields.items()
        }
        return lambda: client.post(path, sent)

    def text(path: str, value: object) -> Callable[[], Any]:
        content = json.dumps(value)
        return lambda: client.post(path, content, content_type="application/json", headers=program)

    yield Case("PAGE", "the API's document", get("/api/openapi.json"), 200)
    yield Case("PAGE", "the page with the most on it", get("/swaps/new/"), 200)
    long = {f"field{number}": "x" * 1200 for number in range(190)}
    yield Case("FORM", "as many fields as there may be", form("/accounts/reauthenticate/", long), 200)
    yield Case("FORM", "JSON as deep as it may be sent", text("/api/v1/people", [[[[]] * 900] * 20] * 10), 400)
    yield Case("LIST", "a table of everything", get("/history.csv"), 200)
    yield Case("LIST", "a search for many words", get("/history/?words=" + "+".join("abcdefghijklmnop")), 200)
    yield Case("LIST", "a page of results", get("/gallery/"), 200)
    yield Case("LIST", "a program's list", get("/api/v1/swaps?limit=100", headers=program), 200)
    yield Case("PICTURE", "a small copy of a large photo", get(f"/swaps/{stored.pk}/target?size=small"), 200)
    chosen = [str(pk) for pk in SwapJob.objects.exclude(result="").values_list("pk", flat=True)]
    yield Case("ARCHIVE", "twenty large results", form("/gallery/selection", {"job": chosen}), 200)
    yield Case("ARCHIVE", "a copy of everything", form("/account/export", {}), 200)
    yield Case("CONVERSION", "AVIF", get(f"/swaps/{stored.pk}/result.avif"), 200)
    yield Case("CONVERSION", "PNG", get(f"/swaps/{stored.pk}/result.png"), 200)
    yield Case("LOOK", "four photos of nobody", form("/swaps/faces", {"role": "face", "photo": [jpeg] * 4}), 200)
    yield Case("LOOK", "a preview", form("/swaps/preview", {"target": person, "face": [person] * 3}), 200)
    yield Case("LOOK", "a comparison", form("/compare/", {"one": person, "other": jpeg}), 400)
    yield Case("CHECK", "a check of a picture", form("/check/", {"photo": jpeg}), 200)
    people = {"name": "One", "basis": "consent", "photos": [person, jpeg, jpeg, jpeg]}
    yield Case("LOOK", "a person with four photos", form("/people/new/", people), 302)
    encoded = {"base64": base64.b64encode(person).decode()}
    yield Case("LOOK", "photos in JSON", text("/api/v1/compare", {"one": encoded, "other": encoded}), 200)
    yield Case("LOOK", "a body full of nothing", text("/api/v1/faces", {"photo": {"base64": "A" * (60 * MB)}}), 413)
    again = {"target": webp, "face": [webp] * 3}
    yield Case("SUBMISSION", "four photos to write anew", form("/swaps/new/", again), 302)
    bomb = {"target": {"url": "http://a/b"}, "faces": [[]] * 900}
    yield Case("SUBMISSION", "JSON that is wrong all over", text("/api/v1/swaps", bomb), 400)
    fetched = {"url": f"http://{host}/web.jpg", "token": uuid.uuid4().hex}
    yield Case("FETCHED", "a photo from the web", form("/swaps/fetched", fetched), 200)


def processor_seconds() -> float:
    """Of this process and those that work for it."""
    others = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _children(os.getpid())]
    return time.process_time() + sum(int(fields[11]) + int(fields[12]) for fields in others) / TICKS


def _children(pid: int) -> Iterator[int]:
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, tasks.read_text().split()):
            yield child
            yield from _children(child)


@contextmanager
def at_most(memory: int) -> Iterator[None]:
    """Let this process, and those that work for it, map so many bytes more than they do."""
    before = {}
    for pid in (os.getpid(), *_children(os.getpid())):
        mapped = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * PAGE
        before[pid] = resource.prlimit(pid, resource.RLIMIT_AS)
        resource.prlimit(pid, resource.RLIMIT_AS, (mapped + memory, before[pid][1]))
    try:
        yield
    finally:
        for pid, limits in before.items():
            if Path(f"/proc/{pid}").exists():
                resource.prlimit(pid, resource.RLIMIT_AS, limits)


def run(case: Case, memory: int) -> dict[str, Any]:
    began = processor_seconds()
    with at_most(memory):
        answer = case.ask()
        if answer.streaming:
            for _piece in answer:
                pass
    seconds = round(processor_seconds() - began, 2)
    return {
        "kind": case.kind,
        "name": case.name,
        "status": answer.status_code,
        "wanted": case.wanted,
        "seconds": seconds,
    }


def main(folder: Path) -> None:
    with web(folder) as host:
        os.environ |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "faceswap_site.settings"}
        os.environ |= {"MAX_PHOTO_MEGAPIXELS": str(MEGAPIXELS_A_PHOTO), "FETCH_ALLOW_HOSTS": host}
        django.setup()
        for case in cases(host):
            memory = getattr(budgets, case.kind).memory
            sys.stdout.write(json.dumps(run(case, memory)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
