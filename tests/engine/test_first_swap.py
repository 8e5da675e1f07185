"""A face photo and a photo to change become a swapped photo."""

from typing import Any

import numpy as np
import pytest

from recognition.engine import NoFaceFound, describe_faces, find_faces
from swaps.engine import swap_face, swap_faces


def test_the_result_shows_the_person_of_the_face_photo(obama: Any, biden: Any) -> None:
    result = swap_face(obama, biden)

    assert result.shape == biden.shape
    assert result.dtype == np.uint8
    descriptors = [describe_faces(rgb, find_faces(rgb, mode="largest"))[0] for rgb in (obama, biden, result)]
    face, target, swapped = descriptors
    assert np.linalg.norm(swapped - face) < np.linalg.norm(swapped - target)


def test_each_photo_without_a_face_is_named(obama: Any) -> None:
    empty = np.full((200, 300, 3), 128, np.uint8)
    advice = "Use a photo where the face is seen from the front and at least 80 pixels wide."

    with pytest.raises(NoFaceFound) as error:
        swap_face(empty, obama)
    assert str(error.value) == f"No face was found in the face photo. {advice}"
    assert error.value.code == "no_face"
    with pytest.raises(NoFaceFound) as error:
        swap_face(obama, empty)
    assert str(error.value) == f"No face was found in the photo to change. {advice}"


def test_faces_that_were_found_before_are_used(obama: Any, biden: Any) -> None:
    faces = find_faces(biden)

    result = swap_faces(biden, {0: obama}, target_faces=faces)

    assert result.swapped == (0,)
    assert result.faces[0] is faces[0]
