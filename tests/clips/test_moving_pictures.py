"""Animated GIF, WebP, AVIF and PNG: read, changed, and written with their times, their size and what is transparent."""

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recognition.engine.types import ByteImage
from swaps.engine import SourceFace
from swaps.engine.clips import ClipNotWritten, analyse, probe, swap_clip
from swaps.engine.clips.moving_pictures import write_pictures
from swaps.engine.clips.reading import frames
from tests.clips import made

pytestmark = [pytest.mark.real_engine, pytest.mark.long]
SIZE = (360, 240)
LASTS = [40, 100, 60, 40, 40, 120]


def written(path: Path, kind: str, *, clear: bool = False) -> Path:
    images = []
    for picture in islice(made.moving(64, SIZE), len(LASTS)):
        image = Image.fromarray(picture.astype(np.uint8))
        if clear:
            alpha = np.full(SIZE[::-1], 255, np.uint8)
            alpha[:20, :20] = 0
            image.putalpha(Image.fromarray(alpha))
        images.append(image)
    images[0].save(path, kind, save_all=True, append_images=images[1:], duration=LASTS, loop=0)
    return path


def read(path: Path) -> tuple[list[ByteImage], list[int]]:
    with Image.open(path) as image:
        pictures, lasting = [], []
        for number in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(number)
            image.load()
            pictures.append(np.asarray(image.convert("RGBA")))
            lasting.append(round(image.info["duration"]))
        return pictures, lasting


@pytest.mark.parametrize("kind", ["gif", "webp", "png", "avif"])
def test_a_file_of_pictures_stays_what_it_is(tmp_path: Path, source: SourceFace, kind: str) -> None:
    path, out = written(tmp_path / f"in.{kind}", kind.upper()), tmp_path / f"out.{kind}"
    clip = probe(path)
    assert (clip.kind, clip.width, clip.height) == (kind, *SIZE)
    analysis = analyse(clip)
    swap_clip(clip, analysis, {0: source}, out, kind=kind)
    (before, lasted), (after, lasts) = read(path), read(out)
    assert lasts == lasted == LASTS
    face = analysis.runs[0].landmarks[3].astype(int)
    (left, top), (right, bottom) = face.min(0), face.max(0)
    for one, other in zip(before, after, strict=True):
        apart = np.abs(one[..., :3].astype(int) - other[..., :3])
        assert apart[top:bottom, left:right].mean() > 4
        assert apart[:20, :20].mean() < 6


def test_what_is_transparent_stays_so_and_never_becomes_a_film(tmp_path: Path, source: SourceFace) -> None:
    path = written(tmp_path / "in.webp", "WEBP", clear=True)
    clip = probe(path)
    analysis = analyse(clip)
    for kind in ("webp", "gif", "png"):
        swap_clip(clip, analysis, {0: source}, out := tmp_path / f"out.{kind}", kind=kind)
        pictures, _lasts = read(out)
        assert all((picture[2:18, 2:18, 3] == 0).all() and picture[40:, 40:, 3].min() == 255 for picture in pictures)
    with pytest.raises(ClipNotWritten, match="transparent"):
        swap_clip(clip, analysis, {0: source}, tmp_path / "out.mp4", kind="mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_a_gif_becomes_a_film_of_even_sides(tmp_path: Path, source: SourceFace) -> None:
    odd = [Image.fromarray(picture[:-1, :-1].astype(np.uint8)) for picture in islice(made.moving(64, SIZE), 4)]
    path, out = tmp_path / "in.gif", tmp_path / "out.mp4"
    odd[0].save(path, save_all=True, append_images=odd[1:], duration=50, loop=0)
    clip = probe(path)
    swap_clip(clip, analyse(clip), {0: source}, out, kind="mp4")
    film = probe(out)
    assert (film.width, film.height) == SIZE and film.seconds == pytest.approx(0.2)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_film_becomes_a_file_of_pictures(tmp_path: Path, source: SourceFace, kind: str) -> None:
    path, out = made.write(tmp_path / "in.mp4", islice(made.moving(64, SIZE), 9)), tmp_path / f"out.{kind}"
    clip = probe(path)
    swap_clip(clip, analyse(clip), {0: source}, out, kind=kind)
    pictures, lasts = read(out)
    assert len(pictures) == 9 and abs(sum(lasts) - 300) <= 5


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
@pytest.mark.parametrize("loop", [None, 0, 3])
def test_it_is_played_as_often_as_before(tmp_path: Path, kind: str, loop: int | None) -> None:
    images = [Image.new("RGB", (48, 32), (number * 60, 90, 40)) for number in range(3)]
    path, out = tmp_path / f"in.{kind}", tmp_path / f"out.{kind}"
    told: dict[str, Any] = {} if loop is None else {"loop": loop}
    images[0].save(path, save_all=True, append_images=images[1:], duration=100, **told)
    clip = probe(path)
    analysis = analyse(clip)
    write_pictures(out, clip, analysis, enumerate(frames(clip)), kind, xmp=b"", comment="made")
    with Image.open(path) as before, Image.open(out) as after:
        assert after.info.get("loop") == before.info.get("loop")


def test_what_one_picture_leaves_to_the_next_is_seen_and_kept(tmp_path: Path, source: SourceFace) -> None:
    """A GIF that stores parts alone: left to stay, to be cleared, or to be put back."""
    shown = [Image.fromarray(picture.astype(np.uint8)).convert("RGBA") for picture in islice(made.moving(64, SIZE), 1)]
    for colour, place in (((255, 0, 0, 255), (4, 4)), ((0, 0, 255, 255), (40, 4)), ((0, 255, 0, 255), (76, 4))):
        part = Image.new("RGBA", SIZE)
        part.paste(Image.new("RGBA", (24, 24), colour), place)
        shown.append(part)
    path, out = tmp_path / "in.gif", tmp_path / "out.gif"
    shown[0].save(path, save_all=True, append_images=shown[1:], duration=100, loop=0, disposal=[1, 1, 2, 3])
    clip = probe(path)
    swap_clip(clip, analyse(clip), {0: source}, out, kind="gif")
    (before, _lasts), (after, lasts) = read(path), read(out)
    assert lasts == [100] * 4
    corners = [[tuple(picture[16, x]) for x in (16, 52, 88)] for picture in before]
    assert corners[3] != corners[2] != corners[1]
    for one, other in zip(before, after, strict=True):
        assert np.abs(one[:32].astype(int) - other[:32]).mean() < 6
        assert np.array_equal(one[..., 3], other[..., 3])
