"""Faces that look aside: a near side hides the far one, and what a face photo doesn't show stays the photo's."""

from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from recognition.engine import decode_photo, find_faces, landmarks68
from recognition.engine import mesh468 as named
from recognition.engine.face_mesh import FaceMesh, face_mesh, laid_on
from recognition.engine.mesh468_shape import FRONT, MIRRORED
from recognition.engine.types import ByteImage, Face, Points
from swaps.engine import SwapOptions, prepare_source, swap_into, swap_prepared
from swaps.engine.frame import CHIP_HEIGHT, CHIP_WIDTH
from swaps.engine.shape import laid_over, mixed_surface, moved_with, without_teeth
from swaps.engine.surface import closeness_of, landmarks_of, surface_of
from swaps.engine.warp import Warp, rendered, seen_of, warp_map
from tests.photos import photo_set, sample


def posed(yaw: float, *, size: float = 70.0, centre: tuple[float, float] = (80.0, 90.0)) -> Points:
    """The mean face looking to the picture's right by so many degrees, with its eyes so many pixels apart."""
    turn, _ = cv2.Rodrigues(np.radians((0.0, -yaw, 0.0)))
    return np.asarray(FRONT @ turn.T * size + (*centre, 0.0))


@cache
def couple() -> tuple[ByteImage, Face]:
    """A photo of two, and the woman on it who looks to her right by 42 degrees and leans."""
    rgb = decode_photo((photo_set("groups") / "couple.jpg").read_bytes()).rgb
    faces = find_faces(rgb)
    return rgb, min(faces, key=lambda face: face_mesh(rgb, face.landmarks).yaw)


def warped(chip: Points, source: Points, shape: tuple[int, int] = (400, 400)) -> Warp:
    return warp_map(chip, source, seen_of(source)[0], shape)


def at(field: Any, points: Points) -> Any:
    x, y = np.round(points[:, :2]).astype(int).T
    return field[y, x]


def test_a_map_leads_each_vertex_to_its_own_place() -> None:
    chip, source = posed(0), posed(10, size=140, centre=(200, 190))

    warp = warped(chip, source)

    assert warp.where.shape == (CHIP_HEIGHT, CHIP_WIDTH, 2) and warp.where.dtype == np.float32
    assert warp.trust.shape == (CHIP_HEIGHT, CHIP_WIDTH) and warp.trust.dtype == np.float32
    inner = np.r_[named.NOSE_RIDGE, named.LEFT_EYE, named.RIGHT_EYE, named.LEFT_CHEEK, named.RIGHT_CHEEK]
    off = np.linalg.norm(at(warp.where, chip[inner]) - source[inner, :2], axis=1)
    assert off.mean() < 1.5 and off.max() < 4  # in pixels of which the eyes are 140 apart
    assert at(warp.trust, chip[inner]).min() > 0.99


def test_a_map_has_no_kinks() -> None:
    chip, source = posed(0), posed(8, size=140, centre=(200, 190))
    where = warped(chip, source).where
    oval = cv2.fillConvexPoly(np.zeros(where.shape[:2], np.uint8), np.round(chip[named.OVAL, :2]).astype(int), 1)
    inside = cv2.erode(oval, np.ones((9, 9), np.uint8)) > 0
    bends = np.abs(where[:, 2:] - 2 * where[:, 1:-1] + where[:, :-2]).max(2)
    assert bends[inside[:, 1:-1]].max() < 0.6  # of steps of two pixels


def test_the_near_side_of_a_turned_head_hides_the_far_one() -> None:
    chip, source = posed(45), posed(0, size=140, centre=(200, 190))
    # The nose stands before the far cheek: beside its ridge the map shows the nose, whatever lies behind.
    ridge = named.NOSE_RIDGE[2:]

    warp = warped(chip, source)

    assert np.linalg.norm(at(warp.where, chip[ridge]) - source[ridge, :2], axis=1).max() < 6
    x = warp.where[int(chip[named.NOSE_TIP, 1]), : int(chip[named.NOSE_TIP, 0]), 0]
    assert (np.diff(x[30:]) > 0).all()  # from the near ear to the tip of the nose nothing comes twice


@pytest.mark.parametrize("yaw", [45, -45])
def test_only_the_visible_side_of_a_turned_source_is_believed(yaw: float) -> None:
    chip, source = posed(0), posed(yaw, size=140, centre=(200, 190))

    warp = warped(chip, source)

    seen, hidden = (named.LEFT_CHEEK, named.RIGHT_TEMPLE) if yaw > 0 else (named.RIGHT_CHEEK, named.LEFT_TEMPLE)
    assert at(warp.trust, chip[seen]).min() > 0.95
    assert at(warp.trust, chip[hidden]).mean() < 0.35
    wings = {45: 420, -45: 198}  # beside the nose, behind its ridge
    assert at(warp.trust, chip[[wings[int(yaw)]]])[0] < at(warp.trust, chip[[MIRRORED[wings[int(yaw)]]]])[0]


def test_a_head_turned_the_same_way_is_believed_all_over() -> None:
    chip, source = posed(30), posed(30, size=140, centre=(200, 190))
    inner = np.r_[named.LEFT_CHEEK, named.NOSE_RIDGE, named.LEFT_EYE, named.RIGHT_EYE_INNER]
    assert at(warped(chip, source).trust, chip[inner]).min() > 0.95


def test_what_lies_past_the_border_of_the_face_photo_is_not_believed() -> None:
    chip, source = posed(0), posed(0, size=140, centre=(60, 190))
    trust = warped(chip, source).trust
    assert at(trust, chip[named.LEFT_CHEEK[-2:]]).max() < 0.2
    assert at(trust, chip[named.RIGHT_CHEEK]).min() > 0.95


def test_an_eye_is_believed_with_its_brow_or_not_at_all() -> None:
    chip = posed(0)
    for yaw in (15, 45, 55):
        trust = warped(chip, posed(yaw, size=140, centre=(200, 190))).trust
        own = at(trust, chip[np.r_[named.RIGHT_EYE, named.RIGHT_BROW]])
        assert own.min() > 0.8 if yaw < 20 else own.mean() < 0.4
    assert own.max() < 0.2
    assert at(trust, chip[np.r_[named.LEFT_EYE, named.LEFT_BROW]]).min() > 0.8


def test_vertices_behind_nose_and_cheek_are_out_of_sight() -> None:
    visible, inset = seen_of(posed(0))
    assert visible.min() > 0.9
    assert inset[named.NOSE_TIP] > 0.4 and inset[named.OVAL].max() < 0.05
    visible, _ = seen_of(posed(50))
    assert visible[named.OVAL_RIGHT] == 0 and visible[named.LEFT_CHEEK].min() == 1


def test_what_is_nearer_is_drawn_over_what_is_farther_in_whatever_order() -> None:
    square = np.array([(2, 2), (17, 2), (17, 17), (2, 17)], float)
    points = np.vstack([np.column_stack([square, np.full(4, z)]) for z in (5.0, -5.0)])
    values = np.repeat([[0.0, 0.0, 3.0], [0.0, 0.0, 7.0]], 4, axis=0)
    faces = np.array([(0, 1, 2), (0, 2, 3), (4, 5, 6), (4, 6, 7)])
    for order in (faces, faces[::-1]):
        drawn = rendered(points, values, order, (20, 20), outside=(0, 0, 1))
        assert drawn[10, 10, 2] == pytest.approx(7) and drawn[0, 0, 2] == 1


def test_a_mesh_of_no_face_and_one_of_another_face_are_left() -> None:
    landmarks = posed(0)[named.LANDMARKS68, :2]
    seen = surface_of(landmarks, FaceMesh(posed(3), 40.0))
    assert seen.seen is not None
    for mesh in (None, FaceMesh(posed(0), -1.0), FaceMesh(posed(0, centre=(120, 90)), 40.0)):
        surface = surface_of(landmarks, mesh)
        assert surface.seen is None
        assert np.abs(surface.drawn((1, 1))[named.LANDMARKS68, :2] - landmarks).mean() < 0.5
        assert closeness_of(seen, surface) == (1, 1)


def test_without_a_mesh_the_mean_face_takes_the_head_s_pose() -> None:
    for yaw in (-30, 0, 20):
        points = posed(yaw)
        laid = laid_on(points[named.LANDMARKS68, :2])
        assert np.abs(laid - laid.mean(0) - points + points.mean(0)).max() < 1


def test_landmarks_count_less_the_more_a_head_turns() -> None:
    def at_yaw(yaw: float) -> tuple[float, float]:
        points = posed(yaw)
        surface = surface_of(points[named.LANDMARKS68, :2], FaceMesh(points, 40.0))
        return closeness_of(surface, surface_of(posed(0)[named.LANDMARKS68, :2], FaceMesh(posed(0), 40.0)))

    assert at_yaw(10) == at_yaw(0)
    assert at_yaw(0)[0] > at_yaw(25)[0] > at_yaw(40)[0] == 0


def test_proportions_come_along_in_the_target_s_pose() -> None:
    wide = FRONT * np.where(np.isin(np.arange(468), named.NOSE), 1.4, 1.0)[:, None]
    turn, _ = cv2.Rodrigues(np.radians((0.0, 30.0, 0.0)))
    source, target = wide * 200, FRONT @ turn.T * 70

    mixed = mixed_surface(target, source, 1.0, shut=0, openness=0)

    expected = laid_over(source, target)
    nose = named.NOSE[[6, 7, 8, 9]]
    assert np.abs(mixed[nose, :2] - expected[nose, :2]).max() < 1
    assert np.abs(mixed[nose, :2] - target[nose, :2]).max() > 1
    assert np.array_equal(mixed[named.OVAL], target[named.OVAL])
    assert np.allclose(mixed_surface(target, source, 0.0, shut=0, openness=0), target)


def test_a_mouth_is_shut_between_its_lips() -> None:
    target = FRONT * 70
    target[named.LOWER_LIP] += (0, 10, 0)

    shut = mixed_surface(target, FRONT * 70, 0.0, shut=1.0, openness=0)

    assert np.allclose(shut[named.UPPER_LIP[-1]], shut[named.LOWER_LIP[-1]])
    drawn = without_teeth(target, 1.0)
    heights = target[named.LOWER_LIP[0], 1] - target[named.LOWER_LIP[-1], 1]
    assert np.allclose(drawn[named.LOWER_LIP[0]], target[named.LOWER_LIP[0]])
    assert np.allclose(drawn[named.LOWER_LIP[-1], 1], target[named.LOWER_LIP[-1], 1] + 0.35 * heights)


def test_the_far_jaw_runs_where_the_cheek_ends() -> None:
    points = posed(40)
    plain, moved = landmarks_of(points, 0.0), landmarks_of(points, 1.0)
    assert np.array_equal(plain, points[named.LANDMARKS68, :2])
    assert np.array_equal(moved[landmarks68.FEATURES], plain[landmarks68.FEATURES])
    assert np.array_equal(moved[:9], plain[:9])
    far = slice(9, 17)
    hull = cv2.convexHull(np.delete(points[:, :2], named.NOSE, axis=0).astype(np.float32))
    outside = [cv2.pointPolygonTest(hull, (float(x), float(y)), True) for x, y in moved[far]]
    assert np.abs(outside).max() < 0.6
    assert moved[far, 0].max() > plain[far, 0].max()


def test_a_frontal_face_goes_onto_a_turned_head_and_keeps_its_pose() -> None:
    rgb, face = couple()
    source = prepare_source(decode_photo(sample("obama2.jpg").read_bytes()).rgb)
    before = face_mesh(rgb, face.landmarks)

    result = swap_prepared(source, rgb, face)

    after = face_mesh(result, face.landmarks)
    assert after.presence > 20
    assert (after.yaw, after.pitch) == pytest.approx((before.yaw, before.pitch), abs=8)
    size = np.linalg.norm(before.points[named.RIGHT_EYE_OUTER] - before.points[named.LEFT_EYE_OUTER])
    assert np.linalg.norm(after.points[:, :2] - before.points[:, :2], axis=1).mean() < 0.08 * size
    assert np.array_equal(result, swap_prepared(source, rgb, face))


def test_a_turned_face_leaves_its_far_side_to_the_photo() -> None:
    rgb, face = couple()
    target = decode_photo(sample("obama2.jpg").read_bytes()).rgb
    found = find_faces(target, mode="largest")[0]

    result = swap_prepared(prepare_source(rgb, faces=face), target, found)

    changed = np.abs(result.astype(int) - target).max(2)
    points = face_mesh(target, found.landmarks).points
    near, far = at(changed, points[named.RIGHT_BROW]), at(changed, points[named.LEFT_TEMPLE])
    assert near.mean() > 20 > 4 > far.mean()


@pytest.mark.parametrize("degrees", [35, 180])
def test_a_turned_photo_gets_the_same_face_turned(astronaut: Any, obama: Any, degrees: float) -> None:
    source, face = prepare_source(obama), find_faces(astronaut, mode="largest")[0]
    height, width = astronaut.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    turned = cv2.warpAffine(astronaut, matrix, (width, height), flags=cv2.INTER_CUBIC)
    landmarks = face.landmarks @ matrix[:, :2].T + matrix[:, 2]
    result = swap_prepared(source, astronaut, face, SwapOptions(match_detail=False))
    expected = cv2.warpAffine(result, matrix, (width, height), flags=cv2.INTER_CUBIC)

    swap_into(turned, source, landmarks, SwapOptions(match_detail=False))

    inside = cv2.fillConvexPoly(
        np.zeros((height, width), np.uint8), cv2.convexHull(np.round(landmarks).astype(np.int32)), 1
    )
    assert np.abs(turned.astype(int) - expected)[inside > 0].mean() < 4


def test_a_mesh_goes_along_with_its_landmarks(astronaut: Any) -> None:
    face = find_faces(astronaut, mode="largest")[0]
    mesh = face_mesh(astronaut, face.landmarks).points
    turn, _ = cv2.Rodrigues(np.radians((0.0, 0.0, 10.0)))
    nearer = 1.1 * mesh @ turn.T + (5.0, -3.0, 0.0)
    landmarks = 1.1 * face.landmarks @ turn[:2, :2].T + (5.0, -3.0)

    assert np.allclose(moved_with(mesh, face.landmarks, landmarks), nearer)

    smile = face.landmarks.copy()
    smile[landmarks68.MOUTH_LEFT] += (-4.0, -2.0)
    shift = moved_with(mesh, face.landmarks, smile)[:, :2] - mesh[:, :2]
    assert shift[named.MOUTH_LEFT, 0] < -1.5
    assert abs(shift[named.RIGHT_EYE_OUTER]).max() < 0.5
