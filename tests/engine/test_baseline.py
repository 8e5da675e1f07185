"""What the bench measures the engine against does swap faces."""

from typing import Any

from recognition.engine import describe_faces, distances, find_faces
from tests.bench.baseline import swap_face


def test_the_baseline_puts_the_face_on_the_photo(obama: Any, astronaut: Any) -> None:
    result = swap_face(obama, astronaut)

    before, after, wanted = (
        describe_faces(rgb, find_faces(rgb, mode="largest"))[0] for rgb in (astronaut, result, obama)
    )
    assert distances(wanted, after[None])[0] < distances(wanted, before[None])[0]
