"""What a file is, told from its first bytes, and whether something else hides behind the picture."""

import struct

from faceswap_site.lib.error_catalogue import gettext_noop as _

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"}
_AVIF_BRANDS = {b"avif", b"avis"}

# What a refused file most likely is, so that the message can say more than "unknown".
_REFUSED = (
    (b"GIF8", _("a GIF")),
    (b"%PDF-", _("a PDF")),
    (b"II*\0", _("a TIFF")),
    (b"MM\0*", _("a TIFF")),
    (b"%!PS", _("an EPS")),
    (b"\xc5\xd0\xd3\xc6", _("an EPS")),
    (b"8BPS", _("a Photoshop file")),
    (b"PK\x03\x04", _("a ZIP archive")),
    (b"<svg", _("an SVG")),
    (b"<?xml", _("an XML or SVG file")),
    (b"\0\0\x01\0", _("an icon")),
    (b"\xff\x0a", _("a JPEG XL")),
)

# Signs of a second document: browsers, archivers and PDF readers open files by what they find further in.
_STOWAWAYS = (b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"<script", b"<html", b"<svg", b"<?php", b"Rar!\x1a")


def format_of(data: bytes) -> str | None:
    """Name the photo format that the content starts like, or None for anything the engine does not open."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:2] == b"BM" and len(data) >= 26 and struct.unpack("<I", data[14:18])[0] in (12, 40, 52, 56, 64, 108, 124):
        return "BMP"
    if data[4:8] == b"ftyp":
        return _iso_format(data)
    return None


def _iso_format(data: bytes) -> str | None:
    size = min(struct.unpack(">I", data[:4])[0], 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size, 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIF" if brands & _HEIF_BRANDS else None


def describe_refused(data: bytes) -> str:
    """Say in a few words what the content of a refused file looks like."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    for sign, words in _REFUSED:
        if head[: len(sign)].lower() == sign.lower():
            return words
    printable = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in head)
    return _("a text file") if head and printable > 0.95 * len(head) else _("a file of an unknown kind")


def hides_something(data: bytes, kind: str) -> bool:
    """Whether a second document lies in front of or behind the picture (a polyglot file)."""
    if b"%PDF-" in data[:1024]:
        return True
    tail = data[_end(data, kind) :].lower()
    return any(sign.lower() in tail for sign in _STOWAWAYS)


def _end(data: bytes, kind: str) -> int:
    """Where the picture ends, in bytes; the length of the data where the format does not tell."""
    if kind == "JPEG":
        at = data.rfind(b"\xff\xd9")
        return at + 2 if at >= 0 else len(data)
    if kind == "PNG":
        at = data.find(b"IEND")
        return at + 8 if at >= 0 else len(data)
    if kind == "WEBP":
        return 8 + int(struct.unpack("<I", data[4:8])[0])
    if kind == "BMP":
        return max(26, int(struct.unpack("<I", data[2:6])[0]))
    return _end_of_boxes(data)


def _end_of_boxes(data: bytes) -> int:
    """Where the last whole box of an ISO file (HEIC, AVIF) ends."""
    at = 0
    while at + 8 <= len(data):
        size = int(struct.unpack(">I", data[at : at + 4])[0])
        if size == 1 and at + 16 <= len(data):
            size = int(struct.unpack(">Q", data[at + 8 : at + 16])[0])
        if size == 0:
            return len(data)  # this box says that it reaches to the end
        if size < 8 or at + size > len(data):
            break
        at += size
    return at
