"""A plain JPEG is stored as the very picture that came, and nothing else of the file comes along."""

import io
import re
import time
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recognition.engine import PhotoBroken, PhotoError, decode_photo, open_photo
from recognition.engine.jpeg import bare_jpeg, segments_of
from tests.photos import sample

SECRET = b"nothing of this is a pixel, and yet it came along with the photo to be stored"


def jpeg(mode: str = "RGB", **settings: Any) -> bytes:
    image = Image.open(sample("obama2.jpg")).convert(mode).resize((301, 203))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **settings)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: jpeg(), id="baseline"),
        pytest.param(lambda: jpeg("L"), id="grey"),
        pytest.param(lambda: jpeg(subsampling=0, quality=98, optimize=True), id="full colour"),
        pytest.param(lambda: jpeg(restart_marker_rows=2), id="restart markers"),
        pytest.param(lambda: jpeg("L", restart_marker_blocks=5), id="grey with restart markers"),
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
    assert bare_jpeg(photo.jpeg, segments_of(photo.jpeg)) == photo.jpeg


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


def test_what_has_several_scans_is_written_anew() -> None:
    """Each of them may end in bytes that every decoder passes over."""
    data = jpeg(progressive=True)

    photo = open_photo(data)

    assert photo.jpeg is None
    assert (photo.rgb == decode_photo(data).rgb).all()


def with_segment(data: bytes, marker: int, content: bytes) -> bytes:
    return data[:2] + bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content + data[2:]


@pytest.mark.parametrize(
    "riding",
    [
        pytest.param(lambda data: data[:-2] + SECRET + data[-2:], id="behind the last pixel"),
        pytest.param(lambda data: with_segment(data, 0xDB, b"\x03" + SECRET[:64]), id="a quantization table"),
        pytest.param(lambda data: with_segment(data, 0xDB, b"\x00" + SECRET[:64]), id="the same table twice"),
        pytest.param(lambda data: with_segment(data, 0xC4, b"\x13" + bytes(15) + b"\x40" + SECRET[:64]), id="a code"),
    ],
)
def test_nothing_rides_along_in_what_decoders_pass_over(riding: Any) -> None:
    data = riding(jpeg())
    assert SECRET[:64] in data

    photo = open_photo(data)

    assert photo.jpeg is None
    assert (photo.rgb == decode_photo(jpeg()).rgb).all()


def test_nothing_rides_along_before_restart_markers() -> None:
    plain = jpeg(restart_marker_rows=2)
    at = plain.index(b"\xff\xd3", plain.index(b"\xff\xda"))

    photo = open_photo(plain[:at] + SECRET + plain[at:])

    assert photo.jpeg is None
    assert (photo.rgb == decode_photo(plain).rgb).all()


def test_a_picture_that_ends_with_its_last_pixel_is_taken_over_whatever_it_shows() -> None:
    rng = np.random.default_rng(5)
    for number in range(60):
        height, width = (int(side) for side in rng.integers(1, 120, 2))
        noise = rng.integers(0, 256, (height, width, 3), np.uint8)
        flat = np.full((height, width, 3), rng.integers(0, 256, 3), np.uint8)
        out = io.BytesIO()
        image = Image.fromarray(noise if number % 2 else flat)
        image.save(
            out, "JPEG", quality=int(rng.integers(5, 100)), subsampling=number % 3, restart_marker_rows=number % 2
        )
        photo = open_photo(out.getvalue())
        assert photo.jpeg is not None, (height, width, number)


@pytest.mark.parametrize("code", ["photo_unsupported", "photo_broken"])
def test_a_jpeg_that_no_browser_opens_is_refused_at_once(code: str) -> None:
    data = jpeg()
    frame = data.index(b"\xff\xc0")
    length = 2 + int.from_bytes(data[frame + 2 : frame + 4], "big")
    arithmetic = data[:frame] + b"\xff\xc9" + data[frame + 2 :]
    two_frames = data[: frame + length] + data[frame:]
    with pytest.raises(PhotoError) as refused:
        open_photo(arithmetic if code == "photo_unsupported" else two_frames)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: b"\xff\xd8" + b"\xff" * 9_000_000 + jpeg()[2:], id="fill bytes"),
        pytest.param(lambda: b"\xff\xd8" + b"\xff\xfe\x00\x02" * 2_000_000 + jpeg()[2:], id="comments"),
        pytest.param(lambda: b"\xff\xd8" + b"\xff\x00" * 4_000_000 + jpeg()[2:], id="stuffed zeros"),
        pytest.param(lambda: jpeg()[:-2] + b"\xff" * 9_000_000 + b"\xd9", id="fill bytes before the end"),
    ],
)
def test_nine_megabytes_of_nothing_cost_two_passes_over_them(data: Any) -> None:
    made = data()
    began = time.thread_time()
    with suppress(PhotoError):
        open_photo(made)
    took = time.thread_time() - began

    began = time.thread_time()
    assert re.search(rb"\xff[^\xff]", b"\xff" * 9_000_000) is None
    # Two passes over them at most; Pillow, which reads them one by one, takes the time of seven, and up to eighty.
    assert took < 4 * (time.thread_time() - began)


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
        with suppress(PhotoError):
            bare = open_photo(bytes(data)).jpeg
            assert bare is None or (bare.startswith(b"\xff\xd8") and bare.endswith(b"\xff\xd9"))
