"""Whether a JPEG's entropy-coded data are pixels to the last byte.

Decoders pass over anything between the last pixel and the next marker: at the end of the picture, and with restart
intervals at the end of each of them. Nothing in the file tells where the last pixel ends; but without its last bytes a
picture can't be decoded. An eighth of its size is enough to tell, which takes a third of the time of decoding it.
"""

import io
import math
import re

from PIL import Image

from .jpeg import BASELINE, EXTENDED, RESTARTS, SCAN, Segment, segments_of

# What is taken away to see whether it is missed. A decoder reads ahead by up to eight bytes, padding included.
_TAKEN_AWAY = 24
_RESTART = re.compile(rb"\xff([\xd0-\xd7])")
# One interval a row of blocks is what cameras write; each takes a tenth of a millisecond to look at.
_MOST_INTERVALS = 600
_LONGEST_SIDE = 65_500  # that libjpeg takes


def all_bytes_are_pixels(jpeg: bytes) -> bool:
    """Look at a bare JPEG of one scan; False also where that can't be told."""
    found = {segment.kind: segment for segment in segments_of(jpeg)}
    scan = found[SCAN]
    data = jpeg[scan.header_end : scan.end]
    if RESTARTS not in found:
        return _misses_its_end(jpeg[: scan.header_end], data)
    interval = int.from_bytes(jpeg[found[RESTARTS].start + 4 : found[RESTARTS].header_end], "big")
    numbers = _RESTART.findall(data)
    if numbers != [bytes((0xD0 + number % 8,)) for number in range(len(numbers))] or len(numbers) >= _MOST_INTERVALS:
        return False
    pieces = _RESTART.split(data)[::2]
    heads = _heads(jpeg, found, interval, len(pieces)) if interval else None
    return heads is not None and all(map(_misses_its_end, heads, pieces))


def _heads(jpeg: bytes, found: dict[int, Segment], interval: int, count: int) -> list[bytes] | None:
    """What makes a picture of one row of blocks of each interval; None where the intervals don't fit the picture."""
    frame = found.get(BASELINE) or found[EXTENDED]
    content = jpeg[frame.start + 4 : frame.end]
    height, width = int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big")
    factors = [(both >> 4, both & 15) for both in content[7::3]]
    across, down = (8 * max(sides) for sides in zip(*factors, strict=True))
    if not across or not down or (len(factors) == 1 and (across, down) != (8, 8)):
        return None
    blocks = math.ceil(width / across) * math.ceil(height / down)
    sizes = [min(interval, blocks - start) for start in range(0, blocks, interval)]
    if len(sizes) != count or interval * across > _LONGEST_SIDE:
        return None
    before, restarts, end = frame.start + 5, found[RESTARTS], found[SCAN].header_end
    return [_without(restarts, jpeg[:before] + _size(down, size * across) + jpeg[before + 4 : end]) for size in sizes]


def _size(height: int, width: int) -> bytes:
    return height.to_bytes(2, "big") + width.to_bytes(2, "big")


def _without(segment: Segment, data: bytes) -> bytes:
    return data[: segment.start] + data[segment.end :]


def _misses_its_end(head: bytes, data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(head + data[:-_TAKEN_AWAY]), formats=["JPEG"]) as image:
            image.draft("L", (1, 1))
            image.load()
    except OSError:
        return True
    return False
