"""Two people, one chosen: they cross and leave, and the other one stays as they were filmed."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from recognition.engine import find_faces
from recognition.engine.types import ByteImage, Points
from swaps.engine import SourceFace, SwapOptions
from swaps.engine.clips import Analysis, analyse, probe
from swaps.engine.clips.painting import painted
from swaps.engine.clips.reading import frames
from swaps.engine.region_points import FACE, region_points
from tests.clips import made

pytestmark = [pytest.mark.real_engine, pytest.mark.long]
COUNT, SIZE, HEIGHT = 60, (640, 360), 300


def outline(photo: ByteImage) -> Points:
    return region_points(find_faces(photo, mode="largest")[0].landmarks)[FACE]


def face_mask(photo: ByteImage, face: Points, place: tuple[float, float, float, float]) -> np.ndarray:
    """Where a photo's face, with this outline, lies on the picture."""
    matrix = cv2.getRotationMatrix2D((photo.shape[1] / 2, photo.shape[0] / 2), place[3], place[2])
    matrix[:, 2] += (place[0] * SIZE[0] - photo.shape[1] / 2, place[1] * SIZE[1] - photo.shape[0] / 2)
    points = face @ matrix[:, :2].T + matrix[:, 2]
    blank = np.zeros(SIZE[::-1], np.uint8)
    return cv2.fillConvexPoly(blank, cv2.convexHull(np.rint(points).astype(np.int32)), 1) > 0


def chosen_at(number: int) -> tuple[float, float, float, float]:
    return 0.15 + 0.9 * number / COUNT, 0.6, 1.0, 0.0


def other_at(number: int) -> tuple[float, float, float, float]:
    return 0.85 - 0.9 * number / COUNT, 0.6, 0.9, 0.0


@pytest.mark.parametrize("in_front", ["chosen", "other"])
def test_the_other_one_stays_and_the_chosen_one_never_flashes_back(
    tmp_path: Path, source: SourceFace, in_front: str
) -> None:
    chosen, other = made.portrait("biden.jpg", HEIGHT), made.portrait("astronaut.png", HEIGHT)
    faces = outline(chosen), outline(other)

    def pictures() -> Iterator[ByteImage]:
        for number in range(COUNT):
            picture = made.ground(*SIZE)
            both = [(other, other_at(number)), (chosen, chosen_at(number))]
            for photo, place in both if in_front == "chosen" else both[::-1]:
                made.laid(picture, photo, place, oval=True)
            yield picture

    clip = probe(made.write(tmp_path / "cross.mp4", pictures()))
    analysis = analyse(clip)
    assert_two_people(analysis)
    before = [read.picture.rgb() for read in frames(clip)]
    shares = {}
    for number, read in painted(clip, analysis, 0, COUNT, {0: source}, SwapOptions()):
        changed = (read.picture.rgb() != before[number]).any(2)
        theirs, own = face_mask(other, faces[1], other_at(number)), face_mask(chosen, faces[0], chosen_at(number))
        shown = theirs if in_front == "other" else theirs & ~face_mask(chosen, faces[0], chosen_at(number))
        assert not (changed & shown & seen_by(analysis, 1, number)).any(), number
        apart = abs(chosen_at(number)[0] - other_at(number)[0]) * SIZE[0] > 110
        if apart and chosen_at(number)[0] < 0.9:
            shares[number] = changed[own].mean()
    assert len(shares) > 35
    assert min(shares.values()) > 0.75 * float(np.median(list(shares.values())))


def assert_two_people(analysis: Analysis) -> None:
    assert len(analysis.people) == 2
    # Each is there from the first frame until they leave; whoever is behind is hidden in between.
    for person in analysis.people:
        assert person.spans[0][0] == 0 and person.spans[-1][1] > 52
        assert sum(end - first for first, end in person.spans) > 42


def seen_by(analysis: Analysis, person: int, number: int) -> np.ndarray:
    """All of the picture while a person is in sight; nothing while they are hidden or leave."""
    seen = any(first <= number < end for first, end in analysis.people[person].spans)
    return np.full(SIZE[::-1], seen)
