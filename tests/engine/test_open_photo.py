"""A plain JPEG is stored as the very picture that came, and nothing else of the file comes along."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recognition.engine import PhotoBroken, decode_photo, open_photo
from recognition.engine.jpeg import bare_jpeg
from tests.photos import sample


def jpeg(mode: str = "RGB", **settings: Any) -> bytes:
    image = Image.open(sample("obama2.jpg")).convert(mode).resize((301, 203))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **settings)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: jpeg(), id="baseline"),
        pytest.param(lambda: jpeg(progressive=True), id="progressive"),
        pytest.param(lambda: jpeg("L"), id="grey"),
        pytest.param(lambda: jpeg(subsampling=0, quality=98, optimize=True), id="full colour"),
        pytest.param(lambda: jpeg(restart_marker_rows=2), id="restart markers"),
        pytest.param(lambda: jpeg(keep_rgb=True), id="coded as RGB"),
        pytest.param(lambda: sample("obama.jpg").read_bytes(), id="a camera's file"),
    ],
)
def test_the_bare_file_has_the_same_pixels(data: Any) -> None:
    original = data()

    photo = open_photo(original)

    assert photo.jpeg is not None
    assert (photo.rgb == decode_photo(original).rgb).all()
    assert (decode_photo(photo.jpeg).rgb == photo.rgb).all()
    assert bare_jpeg(photo.jpeg) == photo.jpeg


def test_nothing_but_the_picture_is_left() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 0.0)
    data = jpeg(exif=exif, comment=b"SECRET COMMENT", xmp=b"<x>SECRET XMP</x>") + b"SECRET TAIL"

    photo = open_photo(data)

    assert b"SECRET" in data
    assert photo.jpeg is not None
    assert b"SECRET" not in photo.jpeg
    assert not Image.open(io.BytesIO(photo.jpeg)).getexif()


def test_a_turned_photo_is_written_anew() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    photo = open_photo(jpeg(exif=exif))

    assert photo.jpeg is None
    assert photo.rgb.shape == (301, 203, 3)


def test_a_photo_of_other_colours_is_written_anew() -> None:
    assert open_photo(jpeg("CMYK")).jpeg is None


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_a_cut_off_file_is_refused_at_once(kept: Any) -> None:
    data = jpeg()

    with pytest.raises(PhotoBroken):
        open_photo(data[: int(len(data) * kept)])


def test_any_bytes_between_the_markers_end_in_an_answer() -> None:
    rng = np.random.default_rng(7)
    good = jpeg()
    for _ in range(300):
        data = bytearray(good)
        for at in rng.integers(2, len(data), 6):
            data[at] = rng.integers(256)
        bare = bare_jpeg(bytes(data))
        assert bare is None or (bare.startswith(b"\xff\xd8") and bare.endswith(b"\xff\xd9"))
