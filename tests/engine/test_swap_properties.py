"""What holds for every swap, whatever the faces, the place and the options."""

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition.engine import find_faces
from recognition.engine.types import Face, Pose, Quality
from swaps.engine import (
    FaceUnusable,
    OptionError,
    SwapOptions,
    prepare_source,
    swap_face,
    swap_faces,
    swap_into,
    swap_prepared,
)
from swaps.engine.options import BLENDS, MOUTHS
from swaps.engine.presets import PRESETS
from swaps.engine.region_points import region_points

OPTIONS = st.builds(
    SwapOptions,
    blend=st.sampled_from(BLENDS),
    strength=st.sampled_from([0.0, 0.3, 1.0]),
    face_shape=st.sampled_from([0.0, 0.45, 1.0]),
    mouth=st.sampled_from(MOUTHS),
    preset=st.sampled_from(PRESETS),
    forehead=st.booleans(),
    match_colour=st.booleans(),
    match_detail=st.booleans(),
)


def largest(rgb: Any) -> Any:
    return find_faces(rgb, mode="largest")[0]


def away_from(face: Face, shape: Any) -> np.ndarray:
    """True for the pixels that no swap of this face may touch."""
    points = region_points(face.landmarks)[:79].astype(np.float32)
    mask = cv2.fillConvexPoly(np.zeros(shape[:2], np.uint8), cv2.convexHull(points).astype(np.int32), 1)
    reach = int(face.eye_distance * 0.5) | 1
    return np.asarray(cv2.dilate(mask, np.ones((reach, reach), np.uint8)) == 0)


@pytest.fixture(scope="module")
def session_face() -> Any:
    from .conftest import _rgb

    obama, astronaut = _rgb("obama.jpg"), _rgb("astronaut.png")
    return prepare_source(obama), astronaut, largest(astronaut)


@pytest.mark.parametrize("name", ["obama", "biden", "astronaut"])
def test_a_face_onto_itself_leaves_the_photo(name: Any, request: Any) -> None:
    rgb = request.getfixturevalue(name)

    result = swap_face(rgb, rgb)

    change = np.abs(result.astype(int) - rgb).max(2)
    assert change.max() <= 12
    assert (change > 3).mean() < 5e-4


@settings(max_examples=12, deadline=None)
@given(options=OPTIONS)
def test_any_options_keep_size_type_and_what_lies_away(session_face: Any, options: Any) -> None:
    source, target, face = session_face

    result = swap_prepared(source, target, face, options)

    assert result.shape == target.shape
    assert result.dtype == np.uint8
    away = away_from(face, target.shape)
    assert np.array_equal(result[away], target[away])
    changed = not np.array_equal(result, target)
    assert changed == (options.strength > 0)
    assert np.array_equal(result, swap_prepared(source, target, face, options))


@settings(max_examples=6, deadline=None)
@given(right=st.integers(0, 90), down=st.integers(0, 90))
def test_a_moved_target_gets_the_same_face_moved(session_face: Any, right: Any, down: Any) -> None:
    source, target, face = session_face
    moved = cv2.copyMakeBorder(target, down, 0, right, 0, cv2.BORDER_REPLICATE)
    result = target.copy()
    swap_into(result, source, face.landmarks, SwapOptions(match_detail=False))

    other = moved.copy()
    swap_into(other, source, face.landmarks + np.array([right, down]), SwapOptions(match_detail=False))

    assert np.abs(other[down:, right:].astype(int) - result).max() <= 2


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_a_scaled_target_gets_the_same_face_scaled(session_face: Any, scale: Any) -> None:
    source, target, face = session_face
    other = cv2.resize(target, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    result = swap_prepared(source, target, face)

    swap_into(other, source, (face.landmarks + 0.5) * scale - 0.5)

    size = min(other.shape[1::-1], target.shape[1::-1])
    small, expected = (cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(float) for rgb in (other, result))
    assert np.abs(small - expected).mean() < 2.5


@pytest.mark.parametrize("cut", ["left", "right", "top", "bottom"])
def test_a_face_cut_by_the_border_is_changed_as_far_as_it_shows(session_face: Any, cut: Any) -> None:
    source, target, face = session_face
    x, y = (int(value) for value in face.centre)
    pieces = {
        "left": (target[:, x:], (x, 0)),
        "right": (target[:, :x], (0, 0)),
        "top": (target[y:], (0, y)),
        "bottom": (target[:y], (0, 0)),
    }
    piece, corner = pieces[cut]
    result = piece.copy()

    swap_into(result, source, face.landmarks - corner)

    assert not np.array_equal(result, piece)


def test_a_face_wholly_outside_changes_nothing(session_face: Any) -> None:
    source, target, face = session_face
    result = target.copy()

    swap_into(result, source, face.landmarks + 5000)

    assert np.array_equal(result, target)


@pytest.mark.parametrize(
    "landmarks",
    [
        np.zeros((68, 2)),
        np.full((68, 2), np.nan),
        np.column_stack([np.arange(68.0), np.arange(68.0)]),
        np.zeros((5, 2)),
    ],
)
def test_landmarks_that_make_no_face_are_named(session_face: Any, landmarks: Any) -> None:
    source, target, _ = session_face

    with pytest.raises(FaceUnusable, match="This face can't be used"):
        swap_into(target.copy(), source, landmarks)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.floats(0.0, 40.0))
def test_wild_landmarks_never_break_a_swap(session_face: Any, seed: Any, spread: Any) -> None:
    source, target, face = session_face
    noise = np.random.default_rng(seed).normal(0, spread, (68, 2))
    result = target.copy()

    try:
        swap_into(result, source, face.landmarks + noise)
    except FaceUnusable:
        return
    assert result.shape == target.shape


def test_faces_not_chosen_stay_bit_identical(obama: Any, biden: Any, astronaut: Any) -> None:
    size = (512, 512)
    group = np.hstack([cv2.resize(rgb, size) for rgb in (astronaut, obama[:900], astronaut)])
    faces = find_faces(group)
    assert len(faces) == 3

    result = swap_faces(group, {1: biden}, target_faces=faces)

    assert result.swapped == (1,)
    assert np.array_equal(result.rgb[:, :512], group[:, :512])
    assert np.array_equal(result.rgb[:, 1024:], group[:, 1024:])
    assert not np.array_equal(result.rgb[:, 512:1024], group[:, 512:1024])


def test_two_overlapping_faces_are_both_changed(obama: Any, biden: Any, session_face: Any) -> None:
    _, target, face = session_face
    shifted = Face(
        face.box,
        face.landmarks + np.array([face.eye_distance * 0.8, 10]),
        1.0,
        Pose(0, 0, 0),
        Quality(1, 1, 1, 1, 1, ()),
    )

    both = swap_faces(target, {0: obama, 1: biden}, target_faces=[face, shifted])

    assert both.swapped == (0, 1)
    assert np.array_equal(both.rgb, swap_faces(target, {1: biden, 0: obama}, target_faces=[face, shifted]).rgb)


@pytest.mark.parametrize("shape", [(1, 1), (1, 20_000)])
def test_tiny_and_thin_targets_are_no_trouble(session_face: Any, shape: Any) -> None:
    source, _, face = session_face
    picture = np.full((*shape, 3), 99, np.uint8)

    swap_into(picture, source, face.landmarks)

    assert picture.shape == (*shape, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"strength": 1.1},
        {"strength": float("nan")},
        {"face_shape": -0.1},
        {"strength": True},
        {"blend": "magic"},
        {"mouth": ""},
        {"preset": "vivid"},
        {"forehead": 1},
    ],
)
def test_options_outside_their_range_are_named(wrong: Any) -> None:
    with pytest.raises(OptionError, match=f"The option {next(iter(wrong))} must be"):
        SwapOptions(**wrong)
