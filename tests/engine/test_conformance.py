"""Boxes, landmarks and descriptors beside those of face_recognition itself, on the same photos.

The tolerances are what was measured on these five photos (in brackets) and somewhat more. Boxes differ because another
detector finds them. Given the same box the landmarks come from the same model and differ only by the copy they are
placed on; given the same landmarks the descriptor is the same. What face_recognition describes by default is five
landmarks; its model "large" takes 68, as here.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from recognition.engine import Face, PhotoBroken, decode_photo, describe_faces, find_faces
from recognition.engine.descriptors import describe_landmarks
from recognition.engine.landmarks import landmarks_in_box
from tests.photos import sample
from tests.their_library import face_recognition

PHOTOS = ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg", "astronaut.png"]
each_photo = pytest.mark.parametrize("name", PHOTOS)


class Both(NamedTuple):
    """The largest face of a photo, as found here and by them."""

    rgb: Any
    ours: Face
    location: tuple[int, int, int, int]  # top, right, bottom, left
    landmarks: Any

    @property
    def box(self) -> tuple[float, float, float, float]:
        top, right, bottom, left = self.location
        return left, top, right, bottom

    def apart(self, landmarks: Any) -> Any:
        """How far each landmark is from theirs, in distances between the eyes."""
        eyes = [self.landmarks[first : first + 6].mean(0) for first in (36, 42)]
        return np.linalg.norm(landmarks - self.landmarks, axis=1) / np.linalg.norm(eyes[0] - eyes[1])


@cache
def both(name: str) -> Both:
    theirs = face_recognition()
    rgb = decode_photo(sample(name).read_bytes()).rgb
    location = max(theirs.face_locations(rgb), key=lambda found: found[2] - found[0])
    parts = theirs._raw_face_landmarks(rgb, [location])[0].parts()
    ours = max(find_faces(rgb), key=lambda face: face.box[2] - face.box[0])
    return Both(rgb, ours, location, np.array([[point.x, point.y] for point in parts], float))


def distance(one: Any, other: Any) -> float:
    return float(np.linalg.norm(one - other))


@cache
def described(name: str, model: str) -> Any:
    """A descriptor: ours, or that of their model small or large."""
    photo = both(name)
    if model == "ours":
        return describe_faces(photo.rgb, [photo.ours])[0]
    return face_recognition().face_encodings(photo.rgb, [photo.location], model=model)[0]


def test_their_library_leaves_this_process_as_it_was() -> None:
    face_recognition()

    with pytest.raises(PhotoBroken):
        decode_photo(sample("obama.jpg").read_bytes()[:-20_000])


@pytest.mark.long
@each_photo
def test_boxes_cover_each_other(name: str) -> None:
    one, other = np.array(both(name).ours.box), np.array(both(name).box)
    shared = np.prod(np.maximum(0, np.minimum(one, other)[2:] - np.maximum(one, other)[:2]))
    areas = [np.prod(box[2:] - box[:2]) for box in (one, other)]
    assert shared / (sum(areas) - shared) >= 0.6  # (0.675 to 0.891)


@each_photo
@pytest.mark.long
def test_landmarks_lie_where_theirs_do(name: str) -> None:
    apart = both(name).apart(both(name).ours.landmarks)
    assert apart.mean() <= 0.03 and apart.max() <= 0.17  # (0.012 to 0.026, 0.026 to 0.157)


@each_photo
def test_in_the_same_box_they_lie_nearer(name: str) -> None:
    apart = both(name).apart(landmarks_in_box(both(name).rgb, both(name).box))
    assert apart.mean() <= 0.025 and apart.max() <= 0.07  # (0.009 to 0.020, 0.023 to 0.054)


@each_photo
@pytest.mark.long
def test_the_same_landmarks_give_the_same_descriptor(name: str) -> None:
    ours = describe_landmarks(both(name).rgb, both(name).landmarks)
    assert distance(ours, described(name, "large")) <= 1e-4


@pytest.mark.long
@each_photo
def test_a_photo_gives_nearly_the_same_descriptor(name: str) -> None:
    assert distance(described(name, "ours"), described(name, "large")) <= 0.07  # (0.033 to 0.051)
    assert distance(described(name, "ours"), described(name, "small")) <= 0.2  # (0.109 to 0.160)


@pytest.mark.parametrize(("model", "most"), [("large", 0.03), ("small", 0.07)])  # (0.022, 0.052)
@pytest.mark.long
def test_people_are_as_far_apart_and_judged_alike(model: str, most: float) -> None:
    for one in PHOTOS:
        for other in PHOTOS:
            ours = distance(described(one, "ours"), described(other, "ours"))
            theirs = distance(described(one, model), described(other, model))
            assert abs(ours - theirs) <= most, (one, other)
            assert (ours <= 0.6) == (theirs <= 0.6)
