"""Where the changed face is, written down with a job, and said to pages so that what they crop shows it."""

import pytest

from accounts.models import User
from recognition.chosen_engine import find_faces
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.jobs import services
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from swaps.results.framing import face_place, framing_classes
from tests.recognition.conftest import photo


def test_the_worker_writes_down_where_the_changed_face_is(alice: User) -> None:
    target = photo("biden.jpg")
    job = services.submit_swap(
        Submit(PhotoInput(photo=target), [FaceInput(PhotoInput(photo("obama.jpg")))]), owner=alice
    )
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    left, top, right, bottom = find_faces(target.rgb, mode="largest")[0].box
    height, width = target.rgb.shape[:2]
    assert job.face_x == pytest.approx((left + right) / 2 / width, abs=0.01)
    assert job.face_y == pytest.approx((top + bottom) / 2 / height, abs=0.01)


def test_of_several_faces_the_largest_counts_and_the_place_lies_on_the_photo() -> None:
    faces = find_faces(photo("astronaut.png").rgb, mode="largest")
    x, y = faces[0].centre
    assert face_place(faces, width=512, height=512) == pytest.approx((x / 512, y / 512), abs=0.001)
    assert face_place(faces, width=10, height=10) == (1.0, 1.0)  # a box may reach past the border
    assert face_place([], width=10, height=10) is None


@pytest.mark.parametrize(
    ("x", "y", "classes"),
    [
        (0.0, 1.0, "framed face-x-0 face-y-10"),
        (0.5, 0.4, "framed face-x-5 face-y-3"),
        (0.34, 0.16, "framed face-x-2 face-y-0"),
        (None, None, "framed"),  # results of before are shown from their upper middle
    ],
)
def test_places_are_told_as_classes(x: float | None, y: float | None, classes: str) -> None:
    assert framing_classes(x, y) == classes
    assert SwapJob(face_x=x, face_y=y).framing == classes
