"""A JPEG without anything but its picture, taken over as it is: encoding anew would cost quality and time.

The segments are those of ITU-T T.81, annex B.
"""

import re

from recognition.engine.container import MAX_JPEG_SCANS

_START, _END = b"\xff\xd8", b"\xff\xd9"
# What decoding needs: frames (baseline, extended, progressive), tables, restart intervals.
_NEEDED = {0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD}
_SCAN, _JFIF, _ADOBE = 0xDA, 0xE0, 0xEE
# Inside a scan a marker is FF and neither a stuffed zero, nor a restart, nor another FF.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# Density 1:1, no thumbnail: says only that colours are YCbCr.
_PLAIN_JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"


def bare_jpeg(data: bytes) -> bytes | None:
    """Copy the segments of a JPEG that make its picture, and no others.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bytes or None
        Decodes to the same pixels; metadata, thumbnails, profiles, comments and trailing bytes are gone. None where
        the file has no such structure, no end, or too many scans.
    """
    if data[:2] != _START:
        return None
    parts, at, scans = [_START], 2, 0
    while True:
        marker = data[at : at + 2]
        if marker == _END:
            return b"".join([*parts, _END])
        if marker == b"\xff\xff":  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker[:1] != b"\xff" or not at + 4 <= end <= len(data):
            return None
        kind = marker[1]
        if kind == _SCAN:
            found = _MARKER.search(data, end)
            scans += 1
            if found is None or scans > MAX_JPEG_SCANS:
                return None
            end = found.start()
        parts.append(_kept(kind, data[at:end]))
        at = end


def _kept(kind: int, segment: bytes) -> bytes:
    """What stays of a segment."""
    if kind == _JFIF and segment[4:9] == b"JFIF\0":
        return _PLAIN_JFIF
    if kind == _ADOBE and segment[4:9] == b"Adobe" and len(segment) == 16:
        return segment  # tells how colours are coded
    return segment if kind in _NEEDED or kind == _SCAN else b""
