"""The protocol's conversation against the real server: connect, upload, frames, clear, leave."""

import base64
import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import socketio.exceptions
from PIL import Image

from swaps.live.frames import decode_frame
from tests.bench.live import camera_path, portrait
from tests.photos import sample
from tests.running_site import RunningSite, wait_until

from .conftest import Camera

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("live")]
Cameras = Callable[..., Camera]


@pytest.fixture(scope="module")
def frames() -> list[bytes]:
    return list(camera_path(portrait("obama.jpg"), 10))


def data_url(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


@pytest.mark.parametrize("transport", ["websocket", pytest.param("polling", marks=pytest.mark.long)])
def test_the_whole_conversation(live_site: RunningSite, camera: Cameras, frames: list[bytes], transport: str) -> None:
    alice = camera(live_site).connect([transport])
    before = alice.figures()
    assert set(before) == {
        "frame_count", "swap_count", "error_count", "avg_processing_time", "processing_time", "source_face_loaded",
        "models_loaded",
    }  # fmt: skip
    assert alice.show({"frame": data_url(frames[0])})["error"] == "No source face uploaded"
    uploaded = alice.upload()
    assert (uploaded.status_code, uploaded.json()) == (200, {"success": True, "message": "Source face ready!"})
    answers = [alice.show({"frame": data_url(frames[number % 10])}) for number in range(100)]
    assert all(answer["success"] for answer in answers)
    assert answers[0]["processed"].startswith("data:image/jpeg;base64,")
    swapped = decode_frame(base64.b64decode(answers[-1]["processed"].partition(",")[2]))
    assert swapped.shape == (480, 640, 3)
    with_stats = [answer["stats"] for answer in answers if "stats" in answer]
    assert len(with_stats) == 3  # in every 30th
    assert set(with_stats[0]) == {"frame_count", "swap_count", "avg_processing_time", "fps"}
    after = alice.figures()
    assert after["source_face_loaded"] and after["models_loaded"] and after["processing_time"] > 0
    assert after["swap_count"] - before["swap_count"] >= 100
    alice.client.emit("clear_source")
    assert alice.next("status_update")["message"] == "Source cleared"
    assert alice.show({"frame": data_url(frames[0])})["success"] is False
    assert alice.figures()["source_face_loaded"] is False


@pytest.mark.long
def test_frames_go_as_bytes_too(live_site: RunningSite, camera: Cameras, frames: list[bytes]) -> None:
    alice = camera(live_site)
    assert alice.upload().status_code == 200  # before the connection, as a page may do
    alice.connect()
    for payload in (frames[0], {"frame": frames[0]}):
        answer = alice.show(payload)
        assert answer["success"] and answer["processed"][:2] == b"\xff\xd8"
        assert answer["processed"] != frames[0]


@pytest.mark.parametrize(
    "payload",
    [None, 7, "", "hello", {}, {"frame": None}, {"frame": "data:text/html;base64,AAAA"}, [b"x"], b"\x00" * 100,
     {"frame": "data:image/jpeg;base64,####"}, b"\xff\xd8" + bytes(2 * 1024 * 1024)],
    ids=["nothing", "number", "empty", "words", "no-frame", "null", "html", "list", "noise", "base64", "large"],
)  # fmt: skip
@pytest.mark.long
def test_what_is_no_frame_is_answered_with_a_reason(
    live_site: RunningSite, camera: Cameras, frames: list[bytes], payload: object
) -> None:
    alice = camera(live_site).connect()
    alice.upload()
    answer = alice.show(payload)
    assert answer["success"] is False and answer["error"]
    assert alice.show(frames[0])["success"]


def test_a_frame_without_a_face_comes_back_untouched(live_site: RunningSite, camera: Cameras) -> None:
    alice = camera(live_site).connect()
    alice.upload()
    empty = bytes(cv2.imencode(".jpg", np.full((480, 640, 3), 80, np.uint8))[1])
    answer = alice.show({"frame": data_url(empty)})
    assert answer == {"success": False, "error": "No face detected in frame", "processed": data_url(empty)}


def test_foreign_pages_are_refused(live_site: RunningSite, camera: Cameras) -> None:
    guest = camera(live_site)
    with pytest.raises(socketio.exceptions.ConnectionError):
        guest.connect(Origin="https://evil.example")
    assert guest.upload(headers={"Origin": "https://evil.example"}).status_code == 403
    assert guest.upload(headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert guest.upload(headers={"Origin": live_site.url}).status_code == 200


@pytest.mark.long
def test_a_second_window_takes_over_and_the_first_is_told(
    live_site: RunningSite, camera: Cameras, frames: list[bytes]
) -> None:
    first = camera(live_site).connect()
    first.upload()
    assert first.show(frames[0])["success"]
    second = camera(live_site)
    second.cookies.update(first.cookies)
    second.connect()
    assert first.next("status_update")["reason"] == "taken_over"
    first.next("disconnect")
    assert second.show(frames[0])["success"]  # with the face that was put on before


@pytest.mark.long
def test_one_too_many_is_told_its_place_and_comes_in_later(live_site: RunningSite, camera: Cameras) -> None:
    alice, _charlie, bob = camera(live_site).connect(), camera(live_site).connect(), camera(live_site)
    with pytest.raises(socketio.exceptions.ConnectionError):
        bob.connect()
    refused = bob.next("connect_error")
    assert refused["data"] == {"reason": "full", "place": 1} and "number 1" in refused["message"]
    alice.leave()

    assert wait_until(bob.comes_in, what="a free place")


@pytest.mark.long
def test_leaving_in_the_middle_forgets_everything(live_site: RunningSite, camera: Cameras, frames: list[bytes]) -> None:
    alice = camera(live_site).connect()
    alice.upload()
    alice.client.emit("process_frame", frames[0])
    alice.leave()
    wait_until(lambda: not alice.figures()["source_face_loaded"], what="the face to be forgotten")


def test_uploads_are_checked(live_site: RunningSite, camera: Cameras) -> None:
    site = live_site
    alice = camera(site)
    address = site.url + "/upload_source"

    def post(content: bytes, name: str) -> tuple[int, dict[str, object]]:
        answer = alice.post(address, files={"image": (name, content)}, timeout=60)
        return answer.status_code, answer.json()

    photo = sample("biden.jpg").read_bytes()
    assert post(photo, "face.jpg")[0] == 200
    for content, name in (
        (photo, "face.gif"),
        (b"no photo", "face.jpg"),
        (b"", "face.jpg"),
        (bytes(11 << 20), "a.jpg"),
    ):
        status, answer = post(content, name)
        assert (status, answer["success"]) == (400, False) and answer["message"]
    plain = io.BytesIO()
    Image.new("RGB", (300, 300), "grey").save(plain, "PNG")
    assert post(plain.getvalue(), "wall.png") == (200, {"success": False, "message": "No face detected"})
    assert post(bytes(17 << 20), "large.jpg")[0] == 413
    assert alice.post(address, data=iter([bytes(1 << 20)] * 17), timeout=60).status_code == 413
    assert alice.post(address, timeout=60).status_code == 400
    assert alice.post(address, data={"sample": "obama.jpg"}, timeout=60).status_code == 200


@pytest.mark.long
def test_minutes_are_paid_and_when_points_run_out_it_stops(
    live_site: RunningSite, camera: Cameras, frames: list[bytes]
) -> None:
    site = live_site
    alice = camera(site, "alice").connect()
    alice.upload()
    assert alice.show(frames[0])["success"] and alice.show(frames[1])["success"]
    assert alice.balance() == 0
    kept = alice.client.call("snapshot")
    assert kept["success"] and alice.get(site.url + kept["url"], timeout=20).status_code == 200
    alice.leave()
    again = camera(site)
    again.cookies.update(alice.cookies)
    again.connect()
    again.upload()
    again.client.emit("process_frame", frames[0])
    assert again.next("status_update")["reason"] == "points"
    again.next("disconnect")
    site.manage("check_ledger")  # fails where a balance is not its ledger's sum


@pytest.mark.long
def test_no_frame_and_no_face_photo_lies_on_the_disk(
    live_site: RunningSite, camera: Cameras, frames: list[bytes]
) -> None:
    def files() -> set[Path]:
        return {path for path in live_site.data_dir.rglob("*") if path.is_file() and "site.sqlite3" not in path.name}

    before = files()
    guest = camera(live_site).connect()
    guest.upload()
    assert guest.show(frames[0])["success"]
    assert files() - before == set()
