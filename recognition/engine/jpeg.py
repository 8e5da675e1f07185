"""A JPEG's structure, followed before anything decodes it, and the JPEG without anything but its picture.

Taking a plain JPEG over as it is saves the quality and the time that encoding anew would cost. The segments are those
of ITU-T T.81, annex B.
"""

import re
from dataclasses import dataclass

from .jpeg_tables import every_table_is_used

# libjpeg decodes every scan over the whole picture, so a small file of many scans costs minutes.
MAX_SCANS = 64
# Cameras write some dozen segments; a colour profile or a large EXIF block may take 255. Pillow reads each in Python.
MAX_SEGMENTS = 1000

_START, _END = b"\xff\xd8", b"\xff\xd9"
# A marker, after fill bytes: writers that align segments need three at most, and Pillow reads them one by one.
_MARKER = re.compile(rb"\xff{1,17}([^\x00\xff])", re.DOTALL)
_FILL = b"\xff" * 18
# Inside a scan a marker is FF and neither a stuffed zero, nor a restart, nor another FF.
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
SCAN, _JFIF, _ADOBE, RESTARTS = 0xDA, 0xE0, 0xEE, 0xDD
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
BASELINE, EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2
_NEEDED = {0xC4, 0xDB, RESTARTS, BASELINE, EXTENDED, SCAN}
_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers that no length follows; none of them has a place between segments
# Density 1:1, no thumbnail: says only that colours are YCbCr.
_PLAIN_JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
_PLAIN_ADOBE = b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0"  # and one byte, which tells how colours are coded


class NotWhole(ValueError):
    """The structure can't be followed to the end of the picture."""


class NotDecodable(ValueError):
    """A kind of JPEG that browsers and this engine don't open: arithmetic coding, lossless, hierarchical."""


class MadeToCost(ValueError):
    """More segments, fill bytes or scans than any camera or program writes."""


@dataclass(frozen=True)
class Segment:
    """A segment with its marker, in bytes of the file; that of a scan includes its entropy-coded data."""

    kind: int
    start: int
    header_end: int
    end: int


def segments_of(data: bytes) -> list[Segment]:
    """Follow the structure from the first marker to the end of the picture.

    Raises
    ------
    NotWhole, NotDecodable, MadeToCost
    """
    found: list[Segment] = []
    at = 2
    while (marker := _MARKER.match(data, at)) is not None:
        kind, start = marker[1][0], marker.end() - 2
        if kind == _END[1]:
            return _checked(found)
        segment = _segment(data, kind, start)
        found.append(segment)
        if len(found) > MAX_SEGMENTS:
            raise MadeToCost
        at = segment.end
    raise MadeToCost if data.startswith(_FILL, at) else NotWhole


def _segment(data: bytes, kind: int, start: int) -> Segment:
    end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
    if kind in _ALONE or not start + 4 <= end <= len(data):
        raise NotWhole
    if kind != SCAN:
        return Segment(kind, start, end, end)
    after = _END_OF_SCAN.search(data, end)
    if after is None:
        raise NotWhole
    return Segment(kind, start, end, after.start())


def _checked(found: list[Segment]) -> list[Segment]:
    kinds = [segment.kind for segment in found]
    frames = [kind for kind in kinds if kind in _FRAMES]
    if any(kind not in (BASELINE, EXTENDED, _PROGRESSIVE) for kind in frames):
        raise NotDecodable
    if len(frames) != 1 or SCAN not in kinds or kinds.index(SCAN) < kinds.index(frames[0]):
        raise NotWhole
    if kinds.count(SCAN) > MAX_SCANS:
        raise MadeToCost
    return found


def bare_jpeg(data: bytes, found: list[Segment]) -> bytes | None:
    """Copy the segments of a JPEG, as `segments_of` has found them, that make its picture, and no others.

    It decodes to the same pixels; metadata, thumbnails, profiles, comments and trailing bytes are gone. None where
    something may ride along in headers: tables that nothing uses, or more than one scan.
    """
    kinds = [segment.kind for segment in found]
    if _PROGRESSIVE in kinds or kinds.count(SCAN) > 1 or kinds.count(RESTARTS) > 1:
        return None
    if not every_table_is_used([(one.kind, data[one.start + 4 : one.header_end]) for one in found]):
        return None
    return b"".join([_START, *(_kept(one.kind, data[one.start : one.end]) for one in found), _END])


def _kept(kind: int, segment: bytes) -> bytes:
    """What stays of a segment."""
    if kind == _JFIF and segment[4:9] == b"JFIF\0":
        return _PLAIN_JFIF
    if kind == _ADOBE and segment[4:9] == b"Adobe" and len(segment) == 16:
        return _PLAIN_ADOBE + segment[15:]
    return segment if kind in _NEEDED else b""
