"""Pixels become files without metadata, the same bytes every time."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recognition.engine import PhotoTooLarge, PhotoUnsupported, decode_photo, encode_photo


@pytest.mark.parametrize("kind", ["jpeg", "JPG", "png", "webp", "avif"])
def test_a_photo_survives_the_way_there_and_back(astronaut: Any, kind: Any) -> None:
    data = encode_photo(astronaut, kind)

    assert data == encode_photo(astronaut, kind)
    assert np.abs(decode_photo(data).rgb.astype(int) - astronaut).mean() < 3
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        assert "xmp" not in image.info


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_an_xmp_packet_is_embedded_when_given(kind: Any) -> None:
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>made</x:xmpmeta>"

    assert packet in encode_photo(np.zeros((20, 30, 3), np.uint8), kind, xmp=packet)


def test_transparency_becomes_white_in_a_jpeg() -> None:
    rgb = np.zeros((16, 16, 3), np.uint8)

    photo = decode_photo(encode_photo(rgb, "JPEG", alpha=np.zeros((16, 16), np.uint8)))

    assert photo.rgb.min() > 250


def test_what_a_format_cannot_hold_is_said() -> None:
    with pytest.raises(PhotoTooLarge, match="Choose PNG"):
        encode_photo(np.zeros((2, 16_400, 3), np.uint8), "WEBP")
    with pytest.raises(PhotoUnsupported, match="TIFF"):
        encode_photo(np.zeros((2, 2, 3), np.uint8), "TIFF")
