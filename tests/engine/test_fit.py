"""What is told before a swap: what is worse is told as worse, and why."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from recognition.engine import decode_photo, find_faces
from recognition.engine import landmarks68 as named
from recognition.engine.face_mesh import FaceMesh
from recognition.engine.weights import run_face_mesh
from swaps.engine import (
    REASONS,
    FaceUnusable,
    SourceFace,
    SwapOptions,
    fit,
    fit_of,
    plan,
    prepare_source,
    swap_faces,
    swap_into,
)
from swaps.engine.surface import Surface
from tests.photos import photo_set, sample


def faces_of(*photos: Any) -> tuple[Any, ...]:
    return tuple(find_faces(rgb, mode="largest")[0] for rgb in photos)


def darker(rgb: Any, mask: Any, share: float) -> Any:
    """As much of a picture's light taken away as a mask says, softly."""
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 3)[..., None]
    return np.rint(rgb * (1 - share * soft)).astype(np.uint8)


def hull_mask(rgb: Any, points: Any) -> Any:
    corners = cv2.convexHull(np.round(points).astype(np.int32))
    return cv2.fillConvexPoly(np.zeros(rgb.shape[:2], np.uint8), corners, 1)


def plated(rgb: Any, face: Any) -> Any:
    """A photo on which a grey plate hides all but one side of a face."""
    middle, across = face.landmarks[named.EYES].mean(0), face.eye_distance
    covered = rgb.copy()
    left, right = (round(float(middle[0] + share * across)) for share in (-0.3, 1.8))
    top, bottom = (round(float(middle[1] + share * across)) for share in (-1.5, 2.5))
    covered[max(top, 0) : bottom, left:right] = (90, 110, 80)
    return covered


def looking(source: SourceFace, degrees: float) -> SourceFace:
    """A face photo whose mesh is turned about the upright axis."""
    return replace(source, surface=turned(source.surface, degrees))


def turned(surface: Surface, degrees: float) -> Surface:
    assert surface.seen is not None
    mesh = surface.seen
    angle = np.radians(degrees)
    middle = mesh.points.mean(0)
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    return replace(surface, seen=FaceMesh((mesh.points - middle) @ turn.T + middle, mesh.presence))


@pytest.fixture(params=("biden", "astronaut"))
def portrait(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_a_face_onto_itself_is_good_and_nothing_is_to_be_said(portrait: Any) -> None:
    (face,) = faces_of(portrait)

    told = fit(prepare_source(portrait, faces=face), portrait, face.landmarks)

    assert told.good
    assert set(told.reasons) <= {"forehead_covered"}  # The astronaut's hair falls onto hers.
    assert told.realism > 3


def test_another_face_is_told_as_less_real_than_ones_own(portrait: Any, obama: Any) -> None:
    face, other = faces_of(portrait, obama)

    own = fit(prepare_source(portrait, faces=face), portrait, face.landmarks)
    others = fit(prepare_source(obama, faces=other), portrait, face.landmarks)

    assert 1 <= others.realism < own.realism <= 5


def test_reasons_come_in_the_published_order(obama: Any, astronaut: Any) -> None:
    (face,) = faces_of(obama)
    small = cv2.resize(astronaut, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA)
    hidden = obama.copy()
    hidden[int(face.landmarks[named.NOSE_TIP, 1]) :] = 90

    told = fit(prepare_source(small), hidden, face.landmarks)

    assert len(told.reasons) >= 2
    assert [REASONS.index(code) for code in told.reasons] == sorted(REASONS.index(code) for code in told.reasons)


@pytest.mark.parametrize(("share", "said"), [(0.5, True), (0.3, True), (0.85, False)])
def test_a_face_photo_that_is_coarse_beside_the_photo_is_told(share: float, said: bool, biden: Any) -> None:
    (face,) = faces_of(biden)
    own = fit(prepare_source(biden, faces=face), biden, face.landmarks)
    small = cv2.resize(biden, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)

    told = fit(prepare_source(small), biden, face.landmarks)

    assert told.realism < own.realism
    assert ("face_photo_coarse" in told.reasons) is said


def test_the_coarser_a_face_photo_the_less_real(biden: Any) -> None:
    (face,) = faces_of(biden)
    small = [cv2.resize(biden, None, fx=share, fy=share, interpolation=cv2.INTER_AREA) for share in (1, 0.6, 0.35)]

    told = [fit(prepare_source(rgb), biden, face.landmarks).realism for rgb in small]

    assert told == sorted(told, reverse=True)
    assert told[0] - told[-1] > 0.2


def test_a_blurred_face_photo_is_told(biden: Any) -> None:
    (face,) = faces_of(biden)
    blurred = cv2.GaussianBlur(biden, (0, 0), 0.06 * face.eye_distance)

    told = fit(prepare_source(blurred, faces=faces_of(blurred)[0]), biden, face.landmarks)

    assert "face_photo_blurred" in told.reasons
    assert told.realism < fit(prepare_source(biden, faces=face), biden, face.landmarks).realism - 0.3


@pytest.mark.parametrize("which", ["photo", "face photo"])
def test_a_half_hidden_face_is_told_and_never_good(which: str, portrait: Any) -> None:
    (face,) = faces_of(portrait)
    covered = plated(portrait, face)
    source = prepare_source(covered if which == "face photo" else portrait, faces=face)

    told = fit(source, covered if which == "photo" else portrait, face.landmarks)

    assert told.reasons[0] == {"photo": "half_hidden", "face photo": "face_photo_hidden"}[which]
    assert not told.good


@pytest.mark.parametrize("name", ["obama2.jpg", "obama.jpg"])
def test_teeth_onto_a_shut_mouth_are_told(name: str, biden: Any) -> None:
    smile = decode_photo(sample(name).read_bytes()).rgb
    shut, wide = faces_of(biden, smile)

    onto_shut = fit(prepare_source(smile, faces=wide), biden, shut.landmarks)
    onto_wide = fit(prepare_source(biden, faces=shut), smile, wide.landmarks)

    assert "mouths_differ" in onto_shut.reasons
    assert "mouths_differ" in onto_wide.reasons


def test_heads_that_look_apart_are_told_and_the_further_the_worse(biden: Any) -> None:
    (face,) = faces_of(biden)

    def told(degrees: float) -> Any:
        return fit(looking(prepare_source(biden, faces=face), degrees), biden, face.landmarks)

    realism = [told(degrees).realism for degrees in (0, 30, 38, 45)]
    assert realism == sorted(realism, reverse=True)
    assert realism[0] - realism[-1] > 0.5
    assert "turned_apart" not in told(20).reasons
    assert "turned_apart" in told(45).reasons
    assert "turned_apart" in told(-45).reasons


def test_a_head_turned_far_away_is_told(monkeypatch: pytest.MonkeyPatch, biden: Any) -> None:
    (face,) = faces_of(biden)
    source = looking(prepare_source(biden, faces=face), 60)
    monkeypatch.setattr(plan, "surface_of", lambda *_: source.surface)

    told = fit(source, biden, face.landmarks)

    assert "turned_away" in told.reasons
    assert "turned_apart" not in told.reasons


def test_a_photo_that_is_blown_out_is_told(biden: Any) -> None:
    (face,) = faces_of(biden)
    bright = np.clip(biden * 2.2, 0, 255).astype(np.uint8)

    assert "blown_out" in fit(prepare_source(biden, faces=face), bright, face.landmarks).reasons


def test_skins_of_very_different_brightness_are_told(biden: Any) -> None:
    (face,) = faces_of(biden)
    source = prepare_source(biden, faces=face)
    dark = [np.rint(biden * share).astype(np.uint8) for share in (1, 0.7, 0.45)]

    told = [fit(source, rgb, face.landmarks) for rgb in dark]

    assert [each.realism for each in told] == sorted((each.realism for each in told), reverse=True)
    assert ["skin_unlike" in each.reasons for each in told] == [False, False, True]


def test_light_from_one_side_is_told(biden: Any) -> None:
    (face,) = faces_of(biden)
    left, right = face.box[0], face.box[2]
    ramp = np.clip((np.arange(biden.shape[1]) - left) / (right - left), 0, 1)
    sided = np.rint(biden * np.exp(-1.6 * ramp)[None, :, None]).astype(np.uint8)

    for face_photo, photo in ((sided, biden), (biden, sided)):
        told = fit(prepare_source(face_photo, faces=face), photo, face.landmarks)
        assert "light_unlike" in told.reasons


def test_brows_of_another_darkness_are_told(biden: Any) -> None:
    (face,) = faces_of(biden)
    mask = np.zeros(biden.shape[:2], np.uint8)
    lift = np.array([0, 0.03 * face.eye_distance])
    for brow in (named.LEFT_BROW, named.RIGHT_BROW):
        points = face.landmarks[brow]
        mask |= hull_mask(biden, np.vstack([points - lift, points + lift]))
    black = darker(biden, mask, 0.8)

    told = fit(prepare_source(black, faces=face), biden, face.landmarks)

    assert told.reasons == ("brows_unlike",)


def test_a_fringe_is_told_unless_the_forehead_stays(biden: Any) -> None:
    (face,) = faces_of(biden)
    brows = face.landmarks[named.BROWS]
    tall = face.eye_distance
    fringe = hull_mask(biden, np.vstack([brows - (0, 0.18 * tall), brows - (0, 1.5 * tall)]))
    source = prepare_source(darker(biden, fringe, 0.85), faces=face)

    told = fit(source, biden, face.landmarks)
    without = fit(source, biden, face.landmarks, SwapOptions(forehead=False))

    assert "forehead_covered" in told.reasons
    assert "forehead_covered" not in without.reasons
    assert told.realism < without.realism


@pytest.mark.parametrize("which", ["photo", "face photo"])
def test_a_beard_on_one_of_the_two_is_told(which: str, biden: Any) -> None:
    (face,) = faces_of(biden)
    points = face.landmarks
    beard = hull_mask(biden, np.vstack([points[named.JAW][3:14], points[[48, 54]]]))
    beard[hull_mask(biden, points[named.OUTER_LIPS]) > 0] = 0
    bearded = darker(biden, beard, 0.7)

    source = prepare_source(bearded if which == "face photo" else biden, faces=face)
    told = fit(source, bearded if which == "photo" else biden, points)

    assert "beard" in told.reasons


def test_neither_photo_is_changed_and_the_same_is_said_again(biden: Any, obama: Any) -> None:
    face, other = faces_of(biden, obama)
    source, photo = prepare_source(obama, faces=other), biden.copy()
    before = source.rgb.copy()

    first = fit(source, photo, face.landmarks)

    assert np.array_equal(photo, biden)
    assert np.array_equal(source.rgb, before)
    assert fit(source, photo, face.landmarks) == first


@pytest.mark.parametrize("strength", [1, 0])
def test_a_swap_hands_back_what_was_to_be_said_before_it(strength: float, biden: Any, obama: Any) -> None:
    face, other = faces_of(biden, obama)
    source, options = prepare_source(obama, faces=other), SwapOptions(strength=strength)
    before = fit(source, biden, face.landmarks, options)

    after = fit_of(swap_into(biden.copy(), source, face.landmarks, options))

    assert after == before
    assert swap_faces(biden, {0: source}, options, target_faces=[face]).fits == {0: before}


def test_each_face_that_changed_has_a_verdict_and_the_least_one_counts(biden: Any, obama: Any) -> None:
    (face,) = faces_of(biden)
    pair = np.hstack([cv2.resize(biden, (600, 750)), cv2.resize(obama, (600, 750))])
    coarse = prepare_source(cv2.resize(biden, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA))

    made = swap_faces(pair, {1: coarse, 0: prepare_source(biden, faces=face)})

    assert set(made.fits) == {0, 1}
    assert made.least_fit is made.fits[1]
    assert made.fits[1].realism < made.fits[0].realism


def test_no_mesh_is_looked_at_for_it(monkeypatch: pytest.MonkeyPatch, biden: Any, obama: Any) -> None:
    face, other = faces_of(biden, obama)
    source, looks = prepare_source(obama, faces=other), []

    def counted(chip: Any) -> Any:
        looks.append(chip)
        return run_face_mesh(chip)

    monkeypatch.setattr("recognition.engine.face_mesh.run_face_mesh", counted)
    swap_into(biden.copy(), source, face.landmarks)
    without = len(looks)

    assert swap_faces(biden, {0: source}, target_faces=[face]).fits
    assert len(looks) == 2 * without


def test_landmarks_that_make_no_face_are_refused(biden: Any) -> None:
    source: SourceFace = prepare_source(biden)

    with pytest.raises(FaceUnusable):
        fit(source, biden, np.full((68, 2), 100.0))


def test_small_faces_of_groups_are_not_called_hidden() -> None:
    rgb = decode_photo((photo_set("groups") / "2008_002470.jpg").read_bytes()).rgb
    source = prepare_source(decode_photo(sample("biden.jpg").read_bytes()).rgb)

    told = [fit(source, rgb, face.landmarks) for face in find_faces(rgb)]

    assert len(told) >= 5
    assert all("half_hidden" not in each.reasons for each in told)
