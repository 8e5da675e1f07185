"""A protected person, as face or as target, is refused on every surface; nothing is stored, nothing is paid."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.bench.live import camera_path, portrait
from tests.live.conftest import Camera
from tests.photos import sample
from tests.running_site import RunningSite

from .conftest import Outside, two_people

pytestmark = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("refusals")]

PROTECTED, OTHER = "obama2.jpg", "biden.jpg"
# Which photo gives the face, and which is changed.
ROLES = {"face": (PROTECTED, OTHER), "target": (OTHER, PROTECTED)}
SENTENCE = "belongs to a person who may not be used"
PROTECT = """
import pathlib
from accounts.models import User
from recognition.engine import decode_photo
from recognition.search.loaded_registries import site_registry
from recognition.registry.enrolment import Consent, add_person, enrol_face
root = User.objects.create_superuser("root", "root@example.org", "a-long-password-for-tests")
person = add_person(
    account=root, name="Somebody", consent=Consent("law"), registry=site_registry(), protected=True
)
enrol_face(account=root, person=person, photo=decode_photo(pathlib.Path({path!r}).read_bytes()))
"""


class Guarded:
    """A running site with a protected person, and Alice, who has a session, a key and a webcam."""

    def __init__(self, site: RunningSite, outside: Outside) -> None:
        self.site, self.outside = site, outside
        self.alice = Camera(site, "alice")
        self.key = site.manage("issue_key", "alice", "--name", "program").strip()

    def post(self, path: str, body: Any, **headers: str) -> Any:
        keyed = {"Authorization": f"Bearer {self.key}", **headers}
        return requests.post(self.site.url + path, json=body, headers=keyed, timeout=90).json()

    def link(self, name: str) -> str:
        return f"{self.outside.url}/{name}"

    def refusals(self) -> list[tuple[str, str]]:
        """Account and place of every refusal in the audit log."""
        rows = self.site.query(
            "SELECT username, details FROM recognition_auditentry "
            "JOIN accounts_user ON accounts_user.id = account_id WHERE event = 'refused'"
        )
        told = [(name, json.loads(details) if isinstance(details, str) else details) for name, details in rows]
        return sorted((name, details["where"]) for name, details in told)

    def files(self) -> set[Path]:
        return {path for path in (self.site.data_dir / "media").rglob("*") if path.is_file()}


def by_form(guarded: Guarded, face: str, target: str) -> str:
    job = guarded.alice.submit(sample(face), sample(target))
    assert guarded.alice.wait(job) == "failed"
    return guarded.alice.get(job, timeout=30).text


def by_preview(guarded: Guarded, face: str, target: str) -> str:
    alice = guarded.alice
    assert alice.get(f"{guarded.site.url}/swaps/new/", timeout=30).status_code == 200
    form = {"csrfmiddlewaretoken": alice.cookies["csrftoken"]}
    with sample(face).open("rb") as face_file, sample(target).open("rb") as target_file:
        files = {"face": face_file, "target": target_file}
        answer = alice.post(f"{guarded.site.url}/swaps/preview", data=form, files=files, timeout=60)
    assert answer.headers["Content-Type"] == "application/json"
    return str(answer.json()["message"])


def by_api(guarded: Guarded, face: str, target: str) -> str:
    body = {"face": {"base64": in_base64(face)}, "target": {"base64": in_base64(target)}}
    job = guarded.post("/api/v1/swaps", body, Prefer="wait=60")
    assert (job["status"], job["error"]["code"]) == ("failed", "protected_person")
    return str(job["error"]["detail"])


def by_api_with_indexes(guarded: Guarded, face: str, target: str) -> str:
    body = {"faces": [{"url": guarded.link(face), "index": whose(target)}], "target": {"url": guarded.link("two.jpg")}}
    job = guarded.post("/api/v1/swaps", body, Prefer="wait=60")
    assert (job["status"], job["error"]["code"]) == ("failed", "protected_person")
    return str(job["error"]["detail"])


def by_base64(guarded: Guarded, face: str, target: str) -> str:
    answer = guarded.post("/api/face_swap", {"face": in_base64(face), "body": in_base64(target)})
    assert answer["code"] == "protected_person"
    return str(answer["error"])


def by_aifaceswap(guarded: Guarded, face: str, target: str) -> str:
    body = {"source_image": guarded.link(target), "face_image": guarded.link(face)}
    return called_back(guarded, "faceswap", body)


def by_aifaceswap_multi(guarded: Guarded, face: str, target: str) -> str:
    body = {"source_image": guarded.link("two.jpg"), "face_image": [guarded.link(face)], "index": [whose(target)]}
    return called_back(guarded, "multi_faceswap", body)


def by_acedata(guarded: Guarded, face: str, target: str) -> str:
    body = {"source_image_url": guarded.link(face), "target_image_url": guarded.link(target)}
    answer = guarded.post("/face/swap", body)
    assert answer["success"] is False
    return str(answer["error"]["message"])


def by_webcam(guarded: Guarded, face: str, target: str) -> str:
    camera, keyed = Camera(guarded.site), {"Authorization": f"Bearer {guarded.key}"}
    uploaded = camera.upload(sample(face), headers=keyed)
    if face == PROTECTED:
        assert uploaded.status_code == 400
        return str(uploaded.json()["message"])
    camera.connect(None, **keyed)
    try:
        camera.client.emit("process_frame", next(camera_path(portrait(target), 1)))
        ending = camera.next("status_update")
        camera.next("disconnect")
    finally:
        camera.leave()
    assert ending["reason"] == "protected_person"
    return str(ending["message"])


SURFACES = (
    by_form,
    by_preview,
    by_api,
    by_api_with_indexes,
    by_base64,
    by_aifaceswap,
    by_aifaceswap_multi,
    by_acedata,
    by_webcam,
)


def in_base64(name: str) -> str:
    return base64.b64encode(sample(name).read_bytes()).decode()


def whose(name: str) -> int:
    """The number of a person's face on the photo of two."""
    return 1 if name == PROTECTED else 0


def called_back(guarded: Guarded, call: str, body: dict[str, Any]) -> str:
    """What became of a task, whose callback only says that it failed."""
    hook = {"webhook": guarded.link("hook")}
    accepted = guarded.post(f"/api/aifaceswap/v1/{call}", body | hook)
    assert accepted["code"] == 200, accepted
    task_id = accepted["data"]["task_id"]
    assert guarded.outside.callback_of(task_id)["success"] == 0
    keyed = {"Authorization": f"Bearer {guarded.key}"}
    job = requests.get(f"{guarded.site.url}/api/v1/swaps/{task_id}", headers=keyed, timeout=30).json()
    return str(job["error"]["detail"])


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("outside")
    for name in ("obama.jpg", PROTECTED, OTHER):  # the photos themselves: the camera's engine is a real one
        (folder / name).write_bytes(sample(name).read_bytes())
    two_people(folder / "two.jpg", sample)
    outside = Outside(folder)
    running = RunningSite(tmp_path_factory.mktemp("guarded"), FETCH_ALLOW_HOSTS=outside.host)
    running.manage("shell", "-c", PROTECT.format(path=str(sample("obama.jpg"))))
    running.start()
    yield Guarded(running, outside)
    running.stop()
    outside.close()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("surface", SURFACES)
def test_it_is_refused(guarded: Guarded, surface: Callable[[Guarded, str, str], str], role: str) -> None:
    balance, refusals, files = guarded.alice.balance(), guarded.refusals(), guarded.files()
    told = surface(guarded, *ROLES[role])
    assert SENTENCE in told, told[:2000]
    assert guarded.alice.balance() == balance
    assert guarded.files() == files
    [(account, where)] = (Counter(guarded.refusals()) - Counter(refusals)).elements()
    assert account == "alice"
    assert where.endswith("face photo" if role == "face" else "camera" if surface is by_webcam else "photo to change")


def test_others_are_swapped_and_every_balance_is_its_ledger(guarded: Guarded) -> None:
    job = guarded.alice.submit(sample(OTHER), sample("astronaut.png"))
    assert guarded.alice.wait(job) == "done"
    assert "clean" in guarded.site.manage("check_ledger")
