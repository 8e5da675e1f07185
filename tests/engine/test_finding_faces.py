"""Faces are found wherever and however they lie on the photo, in one order."""

import csv
import math
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from recognition.engine import decode_photo, describe_faces, face_at, find_faces
from recognition.engine.descriptors import describe_landmarks
from recognition.engine.finder import in_order
from recognition.engine.types import ByteImage, Face
from recognition.engine.weights import model_file
from tests.photos import photo_set


def shares(first: Any, second: Any) -> float:
    """Intersection over union of two boxes."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return float(width * height / (sum(areas) - width * height))


def turned(rgb: ByteImage, degrees: float) -> tuple[ByteImage, np.ndarray]:
    """The photo turned counter-clockwise, nothing cut off, and the matrix that did it."""
    height, width = rgb.shape[:2]
    angle = math.radians(degrees)
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    size = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_CUBIC), matrix


def off_by(face: Face, expected: np.ndarray, eyes: float) -> float:
    return float(np.linalg.norm(face.landmarks - expected, axis=1).mean() / eyes)


@pytest.mark.parametrize("mode", ["largest", "all"])
@pytest.mark.parametrize("degrees", [90, 180, 270, 30, -30, 45, -45])
def test_a_turned_photo_shows_the_same_face(obama: Any, degrees: Any, mode: Any) -> None:
    upright = find_faces(obama, mode="largest")[0]
    rgb, matrix = turned(obama, degrees)

    found = find_faces(rgb, mode=mode)

    expected = upright.landmarks @ matrix[:, :2].T + matrix[:, 2]
    assert min(off_by(face, expected, upright.eye_distance) for face in found) < 0.08
    assert abs((found[0].pose.roll + degrees - upright.pose.roll + 180) % 360 - 180) < 6


@pytest.mark.long
@pytest.mark.parametrize("degrees", [90, -45])
def test_every_portrait_is_found_when_turned(degrees: Any) -> None:
    for path in sorted(photo_set("portraits").glob("*.jpg")):
        rgb = decode_photo(path.read_bytes()).rgb
        upright = find_faces(rgb, mode="largest")[0]
        other, matrix = turned(rgb, degrees)
        expected = upright.landmarks @ matrix[:, :2].T + matrix[:, 2]
        found = find_faces(other, mode="largest")
        assert found, path.name
        assert off_by(found[0], expected, upright.eye_distance) < 0.08, path.name


def test_group_photos_lose_hardly_a_face() -> None:
    folder = photo_set("groups")
    rows = list(csv.DictReader((folder / "boxes.csv").read_text().splitlines()))
    hits, false = 0, 0
    for name in sorted({row["file"] for row in rows}):
        labelled = [
            tuple(float(row[side]) for side in ("left", "top", "right", "bottom"))
            for row in rows
            if row["file"] == name
        ]
        found = [face.box for face in find_faces(decode_photo((folder / name).read_bytes()).rgb)]
        hits += sum(any(shares(box, other) >= 0.4 for other in found) for box in labelled)
        false += sum(all(shares(box, other) < 0.4 for other in labelled) for box in found)
    assert hits / len(rows) >= 0.97
    assert false <= 2


def hits_of(change: Any) -> tuple[int, int]:
    """How many of the labelled faces are found on changed copies of the groups, of how many."""
    folder = photo_set("groups")
    rows = [row for row in csv.DictReader((folder / "boxes.csv").read_text().splitlines()) if row["ignore"] != "1"]
    hits = 0
    for name in sorted({row["file"] for row in rows}):
        boxes = [
            [float(row[side]) for side in ("left", "top", "right", "bottom")] for row in rows if row["file"] == name
        ]
        rgb, times = change(decode_photo((folder / name).read_bytes()).rgb, boxes)
        found = [face.box for face in find_faces(rgb)]
        hits += sum(any(shares(np.multiply(box, times), other) >= 0.25 for other in found) for box in boxes)
    return hits, len(rows)


def test_faces_of_a_third_of_their_size_are_found() -> None:
    hits, labelled = hits_of(lambda rgb, _: (cv2.resize(rgb, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA), 0.3))

    assert hits >= labelled - 2


def test_dark_and_blurred_faces_are_found() -> None:
    for change in (lambda rgb, _: ((rgb * 0.15).astype(np.uint8), 1.0), lambda rgb, _: (blurred(rgb, 3), 1.0)):
        hits, labelled = hits_of(change)
        assert hits >= labelled - 4


def blurred(rgb: ByteImage, sigma: float) -> ByteImage:
    return cv2.GaussianBlur(rgb, (0, 0), sigma)


def test_faces_behind_masks_are_found() -> None:
    def masked(rgb: ByteImage, boxes: Any) -> tuple[ByteImage, float]:
        rgb = rgb.copy()
        for left, top, right, bottom in boxes:
            rgb[int(top + 0.55 * (bottom - top)) : int(bottom + (bottom - top) / 3), int(left) - 5 : int(right) + 5] = (
                80
            )
        return rgb, 1.0

    hits, labelled = hits_of(masked)

    assert hits >= labelled - 3


def test_the_largest_of_a_photo_is_one_of_all_its_faces() -> None:
    for path in sorted(photo_set("groups").glob("*.jpg")):
        rgb = decode_photo(path.read_bytes()).rgb
        largest = find_faces(rgb, mode="largest")[0]
        assert max(shares(largest.box, face.box) for face in find_faces(rgb)) > 0.7, path.name


def test_twenty_four_bald_men() -> None:
    rgb = decode_photo((photo_set("groups") / "bald_guys.jpg").read_bytes()).rgb

    assert len(find_faces(rgb)) == 24


def test_small_faces_of_a_large_photo_are_found(obama: Any) -> None:
    rgb = np.full((3000, 4000, 3), 90, np.uint8)
    eyes = find_faces(obama, mode="largest")[0].eye_distance
    scale = 24 / eyes
    small = cv2.resize(obama, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rgb[2000 : 2000 + small.shape[0], 3000 : 3000 + small.shape[1]] = small

    faces = find_faces(rgb)

    assert len(faces) == 1
    assert faces[0].eye_distance == pytest.approx(24, abs=2)


def test_a_head_that_leans_beside_an_upright_one_is_found_too(obama: Any, biden: Any) -> None:
    upright = cv2.resize(obama, (480, 480), interpolation=cv2.INTER_AREA)
    leaning, _ = turned(cv2.resize(biden[:1000], (480, 480), interpolation=cv2.INTER_AREA), 42)
    beside = np.zeros((leaning.shape[0], 480 + leaning.shape[1], 3), np.uint8)
    beside[:480, :480], beside[:, 480:] = upright, leaning

    faces = find_faces(beside)

    assert len(faces) == 2
    assert faces[1].pose.roll == pytest.approx(-42, abs=20)


def test_the_order_is_left_to_right_then_top_to_bottom(obama: Any) -> None:
    half = cv2.resize(obama, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    column = np.vstack([half, half])
    faces = find_faces(np.hstack([column, column]))

    assert len(faces) == 4
    xs = [round(face.centre[0] / 30) for face in faces]
    assert xs == sorted(xs)
    assert in_order(faces[::-1]) == faces
    assert [face.box for face in faces] == [face.box for face in find_faces(np.hstack([column, column]))]


def test_each_face_says_how_good_it_is(obama: Any) -> None:
    good = find_faces(obama, mode="largest")[0]
    assert good.quality.score > 0.6
    assert good.quality.reasons == ()

    dark = find_faces((obama * 0.18).astype(np.uint8), mode="largest")[0]
    assert "the face is dark" in dark.quality.reasons
    blurred = find_faces(cv2.GaussianBlur(obama, (0, 0), 9), mode="largest")[0]
    assert "the face is blurred" in blurred.quality.reasons
    tiny = find_faces(cv2.resize(obama, None, fx=0.15, fy=0.15, interpolation=cv2.INTER_AREA), mode="all")[0]
    assert any("small" in reason for reason in tiny.quality.reasons)


def test_a_descriptor_is_made_in_the_box_of_the_detector_that_known_people_were_described_with(obama: Any) -> None:
    face = find_faces(obama)[0]
    left, top, right, bottom = face.box
    shifted = replace(face, box=(left + 8, top + 8, right + 8, bottom + 8), landmarks=face.landmarks + 8)

    assert np.linalg.norm(describe_faces(obama, [shifted]) - describe_faces(obama, [face])) == 0
    assert np.linalg.norm(describe_landmarks(obama, shifted.landmarks) - describe_faces(obama, [face])[0]) > 0.02


def test_a_model_file_that_is_not_the_one_known_is_refused(tmp_path: Any, monkeypatch: Any) -> None:
    package = tmp_path / "changed_model"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "model.onnx").write_bytes(b"another network")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(RuntimeError, match="not the model that is known here"):
        model_file("changed_model", "model.onnx", sha256="0" * 64)
    with pytest.raises(RuntimeError, match="not installed"):
        model_file("no_such_package", "model.onnx")


def test_descriptors_tell_people_apart(obama: Any, biden: Any) -> None:
    ours = describe_faces(obama, find_faces(obama, mode="largest"))
    mirrored = np.ascontiguousarray(obama[:, ::-1])
    again = describe_faces(mirrored, find_faces(mirrored, mode="largest"))
    other = describe_faces(biden, find_faces(biden, mode="largest"))

    assert ours.shape == (1, 128)
    assert ours.dtype == np.float32
    assert np.linalg.norm(ours - again) < 0.4
    assert np.linalg.norm(ours - other) > 0.6
    assert describe_faces(obama, []).shape == (0, 128)


@pytest.mark.parametrize("shape", [(1, 1), (1, 20_000), (20_000, 1), (39, 500), (200, 200)])
@pytest.mark.parametrize("mode", ["largest", "all"])
def test_photos_without_room_for_a_face_have_none(shape: Any, mode: Any) -> None:
    assert find_faces(np.full((*shape, 3), 127, np.uint8), mode=mode) == []


@pytest.mark.parametrize("degrees", [0, 90, 180, -45])
def test_a_face_is_found_again_in_its_box_on_a_copy_of_another_size(obama: Any, degrees: Any) -> None:
    rgb, _ = turned(obama, degrees)
    face = find_faces(rgb)[0]
    smaller = cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)

    left, top, right, bottom = face.box
    again = face_at(smaller, (left / 2, top / 2, right / 2, bottom / 2))

    assert again is not None
    assert off_by(again, face.landmarks / 2, face.eye_distance / 2) < 0.08
    assert face_at(rgb, (0, 0, 40, 40)) is None
