"""Whether the tables of a JPEG of one scan are the picture's own: each is whole, defined once and used."""

from collections.abc import Iterator, Sequence

_FRAMES = (0xC0, 0xC1)
_HUFFMAN, _QUANTIZATION, _SCAN = 0xC4, 0xDB, 0xDA
_WHOLE_SPECTRUM = bytes((0, 63, 0))  # what a sequential scan says of the coefficients that it holds


def every_table_is_used(segments: Sequence[tuple[int, bytes]]) -> bool:
    """Whether nothing hides in headers and tables.

    Parameters
    ----------
    segments : sequence of (int, bytes)
        Marker and content of each segment, as ITU-T T.81, annex B, has them; one frame of 8 bits and one scan.
    """
    contents = {kind: content for kind, content in segments if kind in (*_FRAMES, _SCAN)}
    scan = contents.pop(_SCAN)
    (frame,) = contents.values()
    count = frame[5] if len(frame) > 5 else 0
    if frame[:1] != b"\x08" or not 1 <= count <= 4 or len(frame) != 6 + 3 * count:
        return False
    if len(scan) != 4 + 2 * count or scan[0] != count or scan[-3:] != _WHOLE_SPECTRUM:
        return False
    try:
        quantization = [number for kind, content in segments if kind == _QUANTIZATION for number in _quantized(content)]
        huffman = [name for kind, content in segments if kind == _HUFFMAN for name in _huffman(content)]
    except (IndexError, ValueError):
        return False
    chosen = scan[2 : 2 + 2 * count : 2]
    used = {(0, both >> 4) for both in chosen} | {(1, both & 15) for both in chosen}
    return sorted(quantization) == sorted(set(frame[8::3])) and sorted(huffman) == sorted(used)


def _quantized(content: bytes) -> Iterator[int]:
    """The numbers of the tables in a DQT segment. ValueError where it is not made of whole tables."""
    at = 0
    while at < len(content):
        yield content[at] & 15
        at += 1 + (128 if content[at] >> 4 else 64)
    if at != len(content):
        raise ValueError(at)


def _huffman(content: bytes) -> Iterator[tuple[int, int]]:
    """Class and number of the tables in a DHT segment. ValueError where it is not made of whole tables."""
    at = 0
    while at < len(content):
        yield content[at] >> 4, content[at] & 15
        at += 17 + sum(content[at + 1 : at + 17])
    if at != len(content):
        raise ValueError(at)
