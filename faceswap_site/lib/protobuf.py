"""Protocol buffers without their generated classes: the fields of a message walked by number, and written by number.

The encoding is https://protobuf.dev/programming-guides/encoding/.
"""

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def fields(view: memoryview) -> Iterator["tuple[int, int | memoryview]"]:
    """The fields of a message in their order: each its number, and an integer or the bytes it holds.

    Raises
    ------
    ValueError, IndexError
        Where these bytes are no message.
    """
    at = 0
    while at < len(view):
        key, at = varint(view, at)
        kind = key & 7
        if kind == VARINT:
            value, at = varint(view, at)
            yield key >> 3, value
            continue
        if kind == BYTES:
            length, at = varint(view, at)
        elif kind in (FIXED32, FIXED64):
            length = 4 if kind == FIXED32 else 8
        else:
            raise ValueError("no such kind of field")
        if at + length > len(view):
            raise ValueError("the message is cut off")
        yield key >> 3, view[at : at + length]
        at += length


def varint(view: memoryview, at: int) -> tuple[int, int]:
    """The integer that begins at a place, and where it ends."""
    number = 0
    for shift in range(0, 70, 7):
        byte = view[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
    raise ValueError("no such number")


def packed(part: int | memoryview) -> list[int]:
    """The integers of a repeated field, which stand alone or one after the other."""
    if isinstance(part, int):
        return [part]
    numbers, at = [], 0
    while at < len(part):
        number, at = varint(part, at)
        numbers.append(number)
    return numbers


def message(*parts: tuple[int, int | str | bytes]) -> bytes:
    """A message of these fields, each its number and an integer, a text or bytes."""
    return b"".join(_field(number, value) for number, value in parts)


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | VARINT) + _varint(value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*written, number))
