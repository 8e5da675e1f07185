"""However long a clip is and whoever is slow, a few of its frames are held, and no more."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from swaps.engine import SourceFace, SwapOptions
from swaps.engine.clips import Analysis, Clip, analyse, paint_segment
from swaps.engine.clips.moving_pictures import write_pictures
from swaps.engine.clips.painting import painted
from swaps.engine.clips.pictures import FilmPicture
from swaps.engine.clips.reading import Read, frames

pytestmark = [pytest.mark.real_engine, pytest.mark.long]
# As far back as a new face is followed; and from one look at light and cover to the next.
MOST_LOOKED_AT, MOST_PAINTED = 20, 14


def held() -> int:
    return sum(issubclass(type(each), FilmPicture) for each in gc.get_objects())  # isinstance would wake lazy ones


def test_looking_holds_a_few_frames(film: Clip) -> None:
    most = 0

    def look(_number: int) -> None:
        nonlocal most
        most = max(most, held())

    analyse(film, progress=look)
    assert 1 < most <= MOST_LOOKED_AT


def test_painting_waits_for_who_takes_its_frames(film: Clip, seen: Analysis, source: SourceFace) -> None:
    """A slow encoder holds the decoder up: frames are read as they are asked for."""
    row = painted(film, seen, 0, 48, {0: source}, SwapOptions())
    counts = []
    for _ in row:
        counts.append(held())
    assert len(counts) == 48 and max(counts) <= MOST_PAINTED


def test_a_piece_is_written_as_it_is_painted(film: Clip, seen: Analysis, source: SourceFace, tmp_path: Path) -> None:
    counts: list[int] = []
    piece = tmp_path / "0.mp4"
    paint_segment(
        film, seen, 0, {0: source}, SwapOptions(), kind="mp4", piece=piece, progress=lambda _: counts.append(held())
    )
    # The encoder looks ten frames ahead, on copies of its own.
    assert len(counts) == 48 and max(counts) <= MOST_PAINTED


@pytest.mark.parametrize("kind", ["gif", "webp", "avif", "png"])
def test_a_file_of_pictures_is_written_one_by_one(film: Clip, seen: Analysis, tmp_path: Path, kind: str) -> None:
    counts = []

    def counted() -> Iterator[tuple[int, Read]]:
        for each in enumerate(frames(film)):
            counts.append(sum(issubclass(type(one), FilmPicture | Image.Image) for one in gc.get_objects()))
            yield each

    write_pictures(tmp_path / f"out.{kind}", film, seen, counted(), kind, xmp=b"", comment="made")
    assert len(counts) == 48 and max(counts) - counts[0] <= 4
    with Image.open(tmp_path / f"out.{kind}") as out:
        assert getattr(out, "n_frames", 1) == 48
