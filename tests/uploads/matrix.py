"""Files that nobody should be able to hurt the site with, and what each must be answered with.

`CASES` is a table of name, maker and outcome: the code of the refusal, or "ok" where the first frame is a photo like
any other. Everything is made here, from headers up where no library would write such a file.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

MEGABYTE = 1024 * 1024
PNG_SIGN = b"\x89PNG\r\n\x1a\n"


def picture(width: int = 48, height: int = 32, mode: str = "RGB") -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.dstack([x % 256, y % 256, (x + y) % 256]).astype(np.uint8)).convert(mode)


def saved(kind: str, image: Image.Image | None = None, **settings: Any) -> bytes:
    out = io.BytesIO()
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(image or picture(96, 64)).save(out, quality=50)
        return out.getvalue()
    (image or picture()).save(out, kind, **settings)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"", *between: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return PNG_SIGN + header + b"".join(between) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_bomb() -> bytes:
    """20 000 × 20 000 zeros, 1.2 GB, in about one megabyte."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 3 * 20_000)
    data = b"".join(packer.compress(row) for _ in range(20_000)) + packer.flush()
    return png(20_000, 20_000, data)


def png_with_too_few_rows() -> bytes:
    return png(4000, 4000, zlib.compress(b"\0" * 1000))


def png_with_too_many_rows() -> bytes:
    """A small picture whose data unpacks to 900 megabytes."""
    packer = zlib.compressobj(9)
    megabyte = b"\0" * MEGABYTE
    return png(48, 32, b"".join(packer.compress(megabyte) for _ in range(900)) + packer.flush())


def png_text_bomb() -> bytes:
    return png(48, 32, zlib.compress(b"\0" * 145 * 32), chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 200 * MEGABYTE)))


def png_profile_bomb() -> bytes:
    profile = chunk(b"iCCP", b"a\0\0" + zlib.compress(b"\0" * 200 * MEGABYTE))
    return png(48, 32, zlib.compress(b"\0" * 145 * 32), profile)


def jpeg_of_size(width: int, height: int) -> bytes:
    """A small JPEG whose header says that it is large."""
    data = bytearray(saved("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_of_many_scans() -> bytes:
    """12 megapixels that a decoder would have to go over five hundred times."""
    data = saved("JPEG", Image.new("RGB", (4000, 3000)), progressive=True)
    scan = data.rindex(b"\xff\xda")
    return data[:-2] + data[scan:-2] * 500 + b"\xff\xd9"


def bmp_of_size(width: int, height: int) -> bytes:
    data = bytearray(saved("BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


def webp_of_size(width: int, height: int) -> bytes:
    """An animated WebP whose canvas is large and whose only frame is small."""
    frames = bytearray(saved("WEBP", picture(), save_all=True, append_images=[picture(mode="L").convert("RGB")]))
    at = frames.index(b"VP8X") + 12
    frames[at : at + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(frames)


def iso_of_size(data: bytes, width: int, height: int) -> bytes:
    """An AVIF or HEIC whose property of its size (ispe) says something else."""
    changed = bytearray(data)
    at = 0
    while (at := changed.find(b"ispe", at)) >= 0:
        changed[at + 8 : at + 16] = struct.pack(">II", width, height)
        at += 16
    return bytes(changed)


def box(kind: bytes, *parts: bytes, full: bool = False) -> bytes:
    body = (b"\0\0\0\0" if full else b"") + b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def heic_grid(rows: int, columns: int, width: int, height: int) -> bytes:
    """A HEIC whose main picture is a grid of tiles, none of which is there."""
    tiles = rows * columns
    grid = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)
    entries = [box(b"infe", struct.pack(">HH4s", number + 2, 0, b"hvc1"), b"\0") for number in range(tiles)]
    entries = [entry[:8] + b"\2\0\0\0" + entry[12:] for entry in entries]
    main = box(b"infe", struct.pack(">HH4s", 1, 0, b"grid"), b"\0", full=True)
    main = main[:8] + b"\2\0\0\0" + main[12:]
    uses = struct.pack(">HH", 1, tiles) + b"".join(struct.pack(">H", number + 2) for number in range(tiles))
    meta = box(
        b"meta",
        box(b"hdlr", struct.pack(">I4s12s", 0, b"pict", b""), b"\0", full=True),
        box(b"pitm", struct.pack(">H", 1), full=True),
        box(b"iinf", struct.pack(">H", tiles + 1), main, *entries, full=True),
        box(b"iref", box(b"dimg", uses), full=True),
        box(
            b"iprp",
            box(b"ipco", box(b"ispe", struct.pack(">II", width, height), full=True)),
            box(b"ipma", struct.pack(">I", 1), struct.pack(">HBB", 1, 1, 1), full=True),
        ),
        box(b"idat", grid),
        full=True,
    )
    return box(b"ftyp", b"heic", b"\0\0\0\0", b"mif1heic") + meta


def animated(kind: str, count: int) -> bytes:
    """An animation of `count` frames, of which neighbours differ, so that none is folded into another."""
    frames = [Image.new("RGB", (16, 16), (number % 256, number // 256, 90)) for number in range(count)]
    return saved(kind, frames[0], save_all=True, append_images=frames[1:], duration=20)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("page.html", "<html>")
    return out.getvalue()


def with_tail(kind: str, tail: bytes) -> bytes:
    return saved(kind) + tail


def truncated(kind: str) -> bytes:
    data = saved(kind, picture(640, 480))
    return data[: len(data) // 2]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
SVG_BOMB = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
STOWAWAYS = {"zip": archive(), "pdf": PDF, "svg": SVG, "html": b"<html><script>alert(1)</script>", "php": b"<?php 1;"}
PHOTO_KINDS = ("JPEG", "PNG", "WEBP", "BMP", "AVIF", "HEIF")

UNSUPPORTED, BROKEN, TOO_LARGE, EMPTY, OK = "photo_unsupported", "photo_broken", "photo_too_large", "photo_empty", "ok"

Case = tuple[Callable[[], bytes], str]
CASES: dict[str, Case] = {
    "empty": (lambda: b"", EMPTY),
    "one byte": (lambda: b"\xff", UNSUPPORTED),
    "over the limit of bytes": (lambda: saved("PNG") + bytes(11 * MEGABYTE), TOO_LARGE),
    "svg": (lambda: SVG, UNSUPPORTED),
    "svg of entities": (lambda: SVG_BOMB, UNSUPPORTED),
    "svg, compressed": (lambda: gzip.compress(SVG * 10_000), UNSUPPORTED),
    "eps": (lambda: EPS, UNSUPPORTED),
    "eps in its dos wrapper": (lambda: b"\xc5\xd0\xd3\xc6" + bytes(26) + EPS, UNSUPPORTED),
    "pdf": (lambda: PDF, UNSUPPORTED),
    "tiff": (lambda: saved("TIFF"), UNSUPPORTED),
    "tiff of pages": (lambda: saved("TIFF", save_all=True, append_images=[picture()] * 9), UNSUPPORTED),
    "gif": (lambda: saved("GIF"), UNSUPPORTED),
    "icon": (lambda: saved("ICO"), UNSUPPORTED),
    "jpeg 2000": (lambda: saved("JPEG2000"), UNSUPPORTED),
    "tga": (lambda: saved("TGA"), UNSUPPORTED),
    "ppm": (lambda: saved("PPM"), UNSUPPORTED),
    "dds": (lambda: saved("DDS"), UNSUPPORTED),
    "zip": (archive, UNSUPPORTED),
    "text": (lambda: b"This is not a photo.", UNSUPPORTED),
    "html": (lambda: STOWAWAYS["html"], UNSUPPORTED),
    "program": (lambda: b"\x7fELF" + bytes(200), UNSUPPORTED),
    **{f"{kind} cut in half": (partial(truncated, kind), BROKEN) for kind in PHOTO_KINDS},
    **{
        f"{kind} with {name} behind it": (partial(with_tail, kind, after), UNSUPPORTED)
        for kind in PHOTO_KINDS
        for name, after in STOWAWAYS.items()
    },
    "pdf in front of a jpeg": (lambda: PDF + saved("JPEG"), UNSUPPORTED),
    "pdf in a comment of a jpeg": (
        lambda: b"\xff\xd8\xff\xfe" + struct.pack(">H", len(PDF) + 2) + PDF + saved("JPEG")[2:],
        UNSUPPORTED,
    ),
    "png 1 × 100 000": (lambda: png(1, 100_000, zlib.compress(bytes(4 * 100_000))), TOO_LARGE),
    "png 100 000 × 1": (lambda: png(100_000, 1, zlib.compress(bytes(300_001))), TOO_LARGE),
    "png of 2³¹ pixels a side": (lambda: png(2**31 - 1, 2**31 - 1), TOO_LARGE),
    "png of no pixels": (lambda: png(0, 0), BROKEN),
    "png bomb": (png_bomb, TOO_LARGE),
    "png with too few rows": (png_with_too_few_rows, BROKEN),
    "png with too many rows": (png_with_too_many_rows, OK),
    "png with a text bomb": (png_text_bomb, BROKEN),
    "png with a profile bomb": (png_profile_bomb, BROKEN),
    "jpeg 1 × 65 000": (lambda: jpeg_of_size(1, 65_000), TOO_LARGE),
    "jpeg bomb": (lambda: jpeg_of_size(65_000, 65_000), TOO_LARGE),
    "jpeg of many scans": (jpeg_of_many_scans, UNSUPPORTED),
    "bmp 1 × 100 000": (lambda: bmp_of_size(1, 100_000), TOO_LARGE),
    "bmp bomb": (lambda: bmp_of_size(2**31 - 1, 2**31 - 1), TOO_LARGE),
    "bmp of a negative height": (lambda: bmp_of_size(48, -(2**31)), TOO_LARGE),
    "webp bomb": (lambda: webp_of_size(16_383, 16_383), TOO_LARGE),
    "webp of a canvas no webp may have": (lambda: webp_of_size(2**24, 2**24), TOO_LARGE),
    # libavif and libheif refuse these themselves, without a word about their size.
    "avif bomb": (lambda: iso_of_size(saved("AVIF"), 60_000, 60_000), BROKEN),
    "avif 1 × 100 000": (lambda: iso_of_size(saved("AVIF"), 1, 100_000), BROKEN),
    "heic grid of 65 000 tiles": (lambda: heic_grid(256, 254, 2**31, 2**31), BROKEN),
    "heic bomb": (lambda: iso_of_size(saved("HEIF"), 60_000, 60_000), TOO_LARGE),
    "heic grid of missing tiles": (lambda: heic_grid(16, 16, 8192, 6144), BROKEN),
    "png of 10 000 frames": (lambda: animated("PNG", 10_000), OK),
    "webp of 10 000 frames": (lambda: animated("WEBP", 10_000), OK),
    "avif of 1 000 frames": (lambda: animated("AVIF", 1000), OK),
}
