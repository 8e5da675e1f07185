"""Every result says in a machine-readable way that it was put together, whatever its format."""

import io

import numpy as np
import pytest
from PIL import Image

from recognition.engine import encode_photo
from swaps.results.marking import XMP


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_mark_survives_in_every_format(kind: str) -> None:
    rgb = np.full((64, 64, 3), 128, np.uint8)
    with Image.open(io.BytesIO(encode_photo(rgb, kind, xmp=XMP))) as image:
        image.load()
        packet = image.info.get("xmp") or image.info["XML:com.adobe.xmp"].encode()
    assert b"digitalsourcetype/compositeSynthetic" in packet
