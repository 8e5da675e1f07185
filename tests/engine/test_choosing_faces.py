"""Which face of the photo changes, and what several photos of one person give."""

from typing import Any

import cv2
import numpy as np
import pytest

from recognition.engine import FaceIndexError, NoFaceFound, NoMatchingFace, decode_photo, describe_faces, find_faces
from swaps.engine import face_like, prepare_source, swap_faces, swap_into
from tests.photos import sample


@pytest.fixture
def pair(obama: Any, astronaut: Any) -> Any:
    """Obama on the left, the astronaut on the right."""
    return np.hstack([cv2.resize(rgb, (512, 512)) for rgb in (obama[:900], astronaut)])


def test_a_person_is_chosen_by_a_reference_descriptor(pair: Any, obama: Any, astronaut: Any) -> None:
    faces = describe_faces(pair, find_faces(pair))

    for index, rgb in enumerate((obama, astronaut)):
        reference = describe_faces(rgb, find_faces(rgb, mode="largest"))[0]
        assert face_like(reference, faces) == index


def test_a_person_who_is_not_there_is_not_found(pair: Any, biden: Any) -> None:
    reference = describe_faces(biden, find_faces(biden, mode="largest"))[0]

    with pytest.raises(NoMatchingFace):
        face_like(reference, describe_faces(pair, find_faces(pair)))
    with pytest.raises(NoFaceFound):
        face_like(reference, describe_faces(pair, []))


@pytest.mark.parametrize("index", [-1, 2])
def test_a_number_that_no_face_has_is_named(pair: Any, obama: Any, index: Any) -> None:
    with pytest.raises(FaceIndexError, match=f"There is no face {index} in the photo to change: it has 2"):
        swap_faces(pair, {index: obama})


def test_several_photos_of_a_person_share_their_proportions(obama: Any, astronaut: Any) -> None:
    others = [decode_photo(sample(name).read_bytes()).rgb for name in ("obama2.jpg", "obama3.jpg")]

    alone = prepare_source(obama)
    together = prepare_source([obama, *others])

    assert not alone.shape.any()
    moved = np.linalg.norm(together.shape, axis=1).mean() / together.face.eye_distance
    assert 0.005 < moved < 0.1
    result = swap_faces(astronaut, {0: [obama, *others]}).rgb
    descriptors = [describe_faces(rgb, find_faces(rgb, mode="largest"))[0] for rgb in (obama, astronaut, result)]
    assert np.linalg.norm(descriptors[2] - descriptors[0]) < np.linalg.norm(descriptors[2] - descriptors[1])


def test_of_several_photos_the_skin_is_that_of_the_one_that_fits(obama: Any, biden: Any) -> None:
    shut = decode_photo(sample("obama3.jpg").read_bytes()).rgb  # of less quality than the smile
    face, wide = find_faces(biden, mode="largest")[0], find_faces(obama, mode="largest")[0]
    together = prepare_source([obama, shut])
    (other,) = together.others

    assert (other.shape != 0).any() and other.face.quality.score < together.face.quality.score
    assert swap_into(biden.copy(), together, face.landmarks).look.source_face is other.face
    assert swap_into(obama.copy(), together, wide.landmarks).look.source_face is together.face


def test_a_photo_without_a_face_among_several_is_named(obama: Any) -> None:
    with pytest.raises(NoFaceFound, match="face photo"):
        prepare_source([obama, np.zeros((100, 100, 3), np.uint8)])
    with pytest.raises(NoFaceFound):
        prepare_source([])
