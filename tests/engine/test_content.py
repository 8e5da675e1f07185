"""The network that tells explicit pictures: read from Caffe's files, it says what OpenCV's own importer says."""

from pathlib import Path

import numpy as np
import pytest

from recognition.engine import decode_photo
from recognition.engine.caffe import read_prototxt, to_onnx
from recognition.engine.content import explicit_score
from tests.engine.models import standins
from tests.explicit import pattern
from tests.photos import photo_set, sample

pytestmark = pytest.mark.real_engine

# What cv2.dnn.readNetFromCaffe of OpenCV 4.14, the last major version with an importer, says of the pattern with
# a twelfth less each time.
OPENCV4 = (0.981329, 0.976226, 0.972529, 0.962754, 0.940935, 0.893335, 0.735727, 0.423559, 0.154275, 0.106841)


@pytest.mark.parametrize(("place", "expected"), list(enumerate(OPENCV4)))
def test_it_says_what_the_other_importer_says(place: int, expected: float) -> None:
    assert explicit_score(pattern(1 - place / 12)) == pytest.approx(expected, abs=1e-4)


def test_a_large_picture_is_judged_as_a_small_one() -> None:
    assert explicit_score(pattern(side=1500)) > 0.95


@pytest.mark.parametrize("name", ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg", "astronaut.png"])
def test_samples_raise_no_alarm(name: str) -> None:
    assert explicit_score(decode_photo(sample(name).read_bytes()).rgb) < 0.3


@pytest.mark.long
@pytest.mark.parametrize("kind", ["portraits", "groups"])
def test_photos_of_people_raise_no_alarm(kind: str) -> None:
    photos = sorted(photo_set(kind).glob("*.jpg"))
    assert photos
    assert max(explicit_score(decode_photo(photo.read_bytes()).rgb) for photo in photos) < 0.3


def test_an_operators_own_classifier_is_asked_instead(tmp_path: Path) -> None:
    from onnx import helper

    nodes = [
        helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Sigmoid", ["mean"], ["scores"]),
    ]
    file = standins.save(tmp_path / "own.onnx", nodes, {"pixels": (1, 3, 224, 224)}, {"scores": (1, 3)})
    blue = np.zeros((300, 200, 3), np.uint8)
    blue[..., 2] = 255
    assert explicit_score(blue, classifier=file) == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-3)
    assert explicit_score(blue[..., ::-1].copy(), classifier=file) == pytest.approx(1 / (1 + np.exp(1)), abs=1e-3)


def test_a_layer_that_is_not_known_is_named() -> None:
    text = (
        'layer { name: "data" input_param { shape: { dim: 1 dim: 3 dim: 8 dim: 8 } } }\nlayer { name: "x" type: "LRN" '
    )
    with pytest.raises(ValueError, match="LRN"):
        to_onnx(text + 'bottom: "data" top: "x" }', b"")


def test_the_text_format_is_read_with_comments_and_nesting() -> None:
    read = read_prototxt('name: "a b" # said\nlayer { n: 1 n: 2 inner: { x: "y" } }\nlayer { n: 3 }')
    assert read == {"name": ["a b"], "layer": [{"n": ["1", "2"], "inner": [{"x": ["y"]}]}, {"n": ["3"]}]}
