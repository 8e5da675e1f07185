"""A person signs up, uploads two photos, waits and downloads a result in which the face is really swapped."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from recognition.engine import decode_photo, describe_faces, distances, find_faces
from tests.photos import sample
from tests.running_site import RunningSite, Visitor

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("main_job")]


def distance(one: bytes, other: bytes) -> float:
    """The distance between the descriptors of the largest faces of two photos."""
    first, second = (decode_photo(data).rgb for data in (one, other))
    descriptor = describe_faces(first, find_faces(first, mode="largest"))[0]
    return float(distances(descriptor, describe_faces(second, find_faces(second, mode="largest")))[0])


@pytest.fixture
def visitor(site: RunningSite, request: pytest.FixtureRequest) -> Visitor:
    person = Visitor(site)
    person.sign_up(f"person-{abs(hash(request.node.name)) % 10**6}")
    return person


def test_the_result_is_the_photo_with_the_other_face(visitor: Visitor) -> None:
    face, target = sample("obama.jpg"), sample("biden.jpg")
    job_url = visitor.submit(face, target)
    assert visitor.wait(job_url) == "done"
    result = visitor.get(f"{job_url}result", timeout=30)
    assert result.headers["Content-Type"] == "image/jpeg"
    assert decode_photo(result.content).rgb.shape == decode_photo(target.read_bytes()).rgb.shape
    assert distance(result.content, face.read_bytes()) < distance(result.content, target.read_bytes())
    assert visitor.balance() == 98
    assert "clean" in visitor.site.manage("check_ledger")


def test_nobody_else_sees_any_of_it(visitor: Visitor, site: RunningSite) -> None:
    job_url = visitor.submit(sample("obama.jpg"), sample("biden.jpg"))
    assert visitor.wait(job_url) == "done"
    stranger = Visitor(site)
    stranger.sign_up("a-stranger")
    for part in ("", "result", "thumbnail", "face", "target"):
        assert stranger.get(job_url + part, timeout=30).status_code == 404
        signed_out = Visitor(site).get(job_url + part, timeout=30, allow_redirects=False)
        assert signed_out.status_code == 302


def test_a_file_that_is_no_photo_is_refused_beside_its_field(visitor: Visitor, tmp_path: Path) -> None:
    text = tmp_path / "holiday.jpg"
    text.write_text("This is not a photo.")
    with text.open("rb") as face, sample("biden.jpg").open("rb") as target:
        answer = visitor.post_form("/swaps/new/", files={"face": face, "target": target})
    assert answer.status_code == 400
    assert "face photo" in answer.text
    assert "/result" not in visitor.get(f"{visitor.site.url}/history/", timeout=30).text


def test_the_command_line_does_the_same_without_a_server(site: RunningSite, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    site.manage("swap", str(sample("obama.jpg")), str(sample("biden.jpg")), "-o", str(out))
    assert decode_photo(out.read_bytes()).rgb.shape == decode_photo(sample("biden.jpg").read_bytes()).rgb.shape


def test_a_form_that_comes_in_chunks_without_a_length_is_read_like_any_other(visitor: Visitor) -> None:
    boundary = "------------------------in-chunks"
    page = visitor.get(f"{visitor.site.url}/swaps/new/", timeout=30)
    assert page.ok
    parts = [b'name="csrfmiddlewaretoken"\r\n\r\n' + visitor.cookies["csrftoken"].encode()]
    for name, photo in (("face", "obama.jpg"), ("target", "biden.jpg")):
        head = f'name="{name}"; filename="{photo}"\r\nContent-Type: image/jpeg\r\n\r\n'
        parts.append(head.encode() + sample(photo).read_bytes())

    def pieces() -> Iterator[bytes]:
        for part in parts:
            yield f"--{boundary}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n"
        yield f"--{boundary}--\r\n".encode()

    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Referer": page.url}
    answer = visitor.post(page.url, data=pieces(), headers=headers, timeout=60)
    assert answer.history[0].request.headers["Transfer-Encoding"] == "chunked"
    assert answer.status_code == 200 and "data-status=" in answer.text


def test_an_endless_upload_is_cut_off(visitor: Visitor) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 1024**3:
            sent += 2**20
            yield b"x" * 2**20

    with contextlib.suppress(requests.ConnectionError):
        answer = visitor.post(f"{visitor.site.url}/api/v1/swaps", data=endless(), timeout=60)
        assert answer.status_code == 413
    # 64 MB are taken, and 70 MB more are read and thrown away, so that the answer arrives; the rest lies in buffers.
    assert sent < 160 * 2**20
