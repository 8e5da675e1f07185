"""Whatever the bytes, the one decoder gives a photo within its limits or a sentence, and nothing else.

FUZZ_EXAMPLES says how many files are tried a format; the default takes a few seconds.
"""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recognition.engine import decode_photo
from recognition.engine.errors import PhotoError

from .matrix import PHOTO_KINDS, animated, picture, saved

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1500"))
MAX_PIXELS = 4_000_000
SEEDS = [
    *(saved(kind) for kind in PHOTO_KINDS),
    *(saved(kind, picture(33, 17)) for kind in PHOTO_KINDS),
    saved("JPEG", progressive=True),
    saved("JPEG", picture(mode="CMYK")),
    saved("PNG", picture(mode="P"), transparency=0),
    saved("PNG", picture(mode="L"), bits=1),
    saved("BMP", picture(mode="P")),
    *(animated(kind, 3) for kind in ("PNG", "WEBP", "AVIF")),
]
INTERESTING = (b"\0", b"\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\0", b"IDAT", b"ftyp")


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """A photo of some format with pieces changed, repeated, cut out or taken from another."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        reach = draw(st.integers(0, 40))
        piece = draw(st.one_of(st.sampled_from(INTERESTING), st.binary(max_size=8)))
        match draw(st.sampled_from(["write", "insert", "cut", "repeat", "end", "splice"])):
            case "write":
                data[at : at + len(piece)] = piece
            case "insert":
                data[at:at] = piece
            case "cut":
                del data[at : at + reach]
            case "repeat":
                data[at:at] = data[at : at + reach] * 3
            case "end":
                del data[at:]
            case "splice":
                data[at:] = draw(st.sampled_from(SEEDS))[at:]
    return bytes(data)


@pytest.mark.long
@settings(max_examples=EXAMPLES, deadline=5000, suppress_health_check=list(HealthCheck))
@given(damaged_files())
def test_damaged_photos_are_decoded_or_refused(data: bytes) -> None:
    try:
        photo = decode_photo(data, max_pixels=MAX_PIXELS)
    except PhotoError as error:
        assert str(error)
        return
    height, width = photo.rgb.shape[:2]
    assert photo.rgb.dtype == np.uint8 and photo.rgb.shape == (height, width, 3)
    assert 0 < width * height <= MAX_PIXELS
    assert photo.alpha is None or photo.alpha.shape == (height, width)


@settings(max_examples=EXAMPLES, deadline=5000)
@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"\0\0\0\x18ftyp"]))
def test_noise_behind_any_beginning_is_refused_or_decoded(noise: bytes, beginning: bytes) -> None:
    try:
        photo = decode_photo(beginning + noise, max_pixels=MAX_PIXELS)
    except PhotoError:
        return
    assert photo.rgb.shape[0] * photo.rgb.shape[1] <= MAX_PIXELS
