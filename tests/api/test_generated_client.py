"""The client that openapi-python-client makes of the document does the main job, in JSON and with files."""

import base64
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from recognition.engine import decode_photo
from tests.drawn import drawn
from tests.running_site import FAKE, RunningSite, Visitor, wait_until

if TYPE_CHECKING:
    from types import ModuleType

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("generated client")]
NAME = "generated_client"


class Program:
    """Calls operations of the generated package by their ids."""

    def __init__(self, site: RunningSite) -> None:
        generated = importlib.import_module(NAME)
        Visitor(site).sign_up("program")
        key = site.manage("issue_key", "program", "--name", "generated").strip()
        self.models = importlib.import_module(f"{NAME}.models")
        self.types = importlib.import_module(f"{NAME}.types")
        self.client = generated.AuthenticatedClient(base_url=site.url, token=key, timeout=90)

    def call(self, operation: str, **arguments: Any) -> Any:
        """What an operation's answer is parsed to, such as `swaps.get_swap`."""
        module: ModuleType = importlib.import_module(f"{NAME}.api.{operation}")
        return module.sync(client=self.client, **arguments)

    def file(self, name: str) -> Any:
        return self.types.File(payload=BytesIO(drawn(name).read_bytes()), file_name=name, mime_type="image/jpeg")

    def base64(self, name: str) -> str:
        return base64.b64encode(drawn(name).read_bytes()).decode()

    def ended(self, job: Any) -> Any:
        def look() -> Any:
            now = self.call("swaps.get_swap", job_id=job.id)
            return now if now.status.value in ("done", "failed", "cancelled") else None

        return wait_until(look, seconds=60, what="the job to end")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    running = RunningSite(tmp_path_factory.mktemp("site"), **FAKE).start("web", "worker")
    yield running
    running.stop()


@pytest.fixture
def own_files() -> Path | None:  # the site has a DATA_DIR of its own
    return None


@pytest.fixture(scope="module")
def program(site: RunningSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program with the client, which is generated without a single warning."""
    folder = tmp_path_factory.mktemp("client")
    configuration = folder / "config.json"
    configuration.write_text(json.dumps({"post_hooks": []}))
    command = [
        *(str(Path(sys.executable).parent / "openapi-python-client"), "generate", "--fail-on-warning"),
        *("--url", f"{site.url}/api/openapi.json", "--meta", "none", "--config", str(configuration)),
        *("--output-path", str(folder / NAME)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    made = Program(site)
    with made.client:
        yield made
    sys.path.remove(str(folder))


def test_it_swaps_in_base64_and_waits_for_the_result(program: Program) -> None:
    models = program.models
    body = models.SwapOneFace(
        target=models.PhotoInBase64(base64=program.base64("biden.jpg")),
        face=models.FaceInBase64(base64=program.base64("obama.jpg")),
        options=models.Options(strength=0.9),
    )
    job = program.call("swaps.submit_swap", body=body, prefer="wait=60")
    assert (job.status.value, job.error, job.points.cost) == ("done", None, 2)
    result = program.call("swaps.get_result", job_id=job.id)
    assert decode_photo(result.payload.read()).rgb.shape[:2] == (job.height, job.width)
    shared = program.call("swaps.shared_result", name=job.urls.download.rpartition("/")[2])
    assert decode_photo(shared.payload.read()).rgb.shape[:2] == (job.height, job.width)


def test_it_swaps_files_and_asks_how_far_it_is(program: Program) -> None:
    body = program.models.SubmitSwapFilesBody(
        target=program.file("biden.jpg"), face=[program.file("obama.jpg")], index=[0]
    )
    job = program.call("swaps.submit_swap", body=body)
    assert job.status.value in ("queued", "running")
    assert program.ended(job).error is None
    assert job.id in [row.id for row in program.call("swaps.list_swaps").data]


def test_it_keeps_a_face_and_recognises_it(program: Program) -> None:
    models = program.models
    consent = models.NewPersonConsent(basis=models.NewPersonConsentBasis.CONSENT)
    person = program.call("people.add_person", body=models.NewPerson(name="Barack Obama", consent=consent))
    photo = program.call(
        "people.add_photo", person_id=person.id, body=models.AddPhotoFilesBody(photo=program.file("obama.jpg"))
    )
    kept = program.call("people.get_photo", person_id=person.id, photo_id=photo.id)
    assert decode_photo(kept.payload.read()).rgb.ndim == 3
    found = program.call("faces.recognise", body=models.RecogniseFilesBody(photo=program.file("obama2.jpg")))
    assert found.faces[0].candidates[0].name == "Barack Obama"


def test_it_reads_what_is_wrong(program: Program) -> None:
    body = program.models.SubmitSwapFilesBody(target=program.file("biden.jpg"))
    problem = program.call("swaps.submit_swap", body=body)
    assert (problem.status, problem.code, problem.errors[0].pointer) == (400, "bad_request", "/")
    assert problem.detail == "One of these is missing: `face`, `face_url`."
