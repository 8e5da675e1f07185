"""An open mouth keeps the photo's teeth, and a shut one stays shut."""

from typing import Any

import cv2
import numpy as np

from recognition.engine import decode_photo, find_faces
from recognition.engine.landmarks68 import INNER_LIPS, OUTER_LIPS
from swaps.engine import SwapOptions, prepare_source, swap_prepared
from swaps.engine.shape import opening
from tests.photos import sample


def portrait(name: Any) -> Any:
    rgb = decode_photo(sample(name).read_bytes()).rgb
    return rgb, find_faces(rgb, mode="largest")[0]


def inside(rgb: Any, outline: Any) -> Any:
    return cv2.fillPoly(np.zeros(rgb.shape[:2], np.uint8), [outline.round().astype(np.int32)], 1) > 0


def test_teeth_of_the_target_show_where_the_face_photo_has_its_mouth_shut(biden: Any) -> None:
    target, face = portrait("obama.jpg")
    assert opening(face.landmarks) > 0.1

    result = swap_prepared(prepare_source(biden), target, face)

    lips = (
        cv2.fillPoly(np.zeros(target.shape[:2], np.uint8), [face.landmarks[INNER_LIPS].round().astype(np.int32)], 1) > 0
    )
    assert np.abs(result[lips].astype(int) - target[lips]).mean() < 4


def test_a_smile_put_onto_a_shut_mouth_shows_no_teeth(obama: Any) -> None:
    target, face = portrait("biden.jpg")
    assert opening(face.landmarks) < 0.05

    result = swap_prepared(prepare_source(obama), target, face)

    found = find_faces(result, mode="largest")[0]
    assert opening(found.landmarks) < 0.08
    mouth = (
        cv2.fillPoly(np.zeros(target.shape[:2], np.uint8), [face.landmarks[OUTER_LIPS].round().astype(np.int32)], 1) > 0
    )
    lightness = cv2.cvtColor(result, cv2.COLOR_RGB2LAB)[..., 0]
    skin = np.median(lightness[int(face.centre[1]) : int(face.box[3]), int(face.box[0]) : int(face.box[2])])
    assert np.percentile(lightness[mouth], 98) < skin * 1.25


def test_whose_teeth_show_can_be_chosen(biden: Any) -> None:
    target, face = portrait("obama.jpg")
    source = prepare_source(biden)

    of_target, of_face = (swap_prepared(source, target, face, SwapOptions(mouth=mouth)) for mouth in ("target", "face"))

    assert not np.array_equal(of_target, of_face)
