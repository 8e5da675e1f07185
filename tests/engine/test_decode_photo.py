"""Bytes become upright sRGB pixels, or one sentence that says what to do."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from recognition.engine import PhotoBroken, PhotoEmpty, PhotoTooLarge, PhotoUnsupported, decode_photo, encode_photo


def saved(image: Image.Image, kind: str, **settings: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()


@pytest.fixture
def picture() -> Image.Image:
    """Smooth colours, 48 × 32, no side or corner like another."""
    y, x = np.mgrid[0:32, 0:48]
    return Image.fromarray(np.dstack([x * 5, y * 7, (x + y) * 3]).astype(np.uint8))


@pytest.mark.parametrize(
    ("kind", "saving", "name"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}, "JPEG"),
        ("PNG", {}, "PNG"),
        ("WEBP", {"lossless": True}, "WEBP"),
        ("BMP", {}, "BMP"),
        ("AVIF", {"quality": 95}, "AVIF"),
    ],
)
def test_each_format_is_told_by_its_content(picture: Any, kind: Any, saving: Any, name: Any) -> None:
    photo = decode_photo(saved(picture, kind, **saving))

    assert photo.format == name
    assert photo.alpha is None
    assert np.abs(photo.rgb.astype(int) - np.asarray(picture)).mean() < 4


def test_heic_photos_of_phones_are_read(picture: Any) -> None:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(picture.resize((96, 64))).save(out, quality=95)

    photo = decode_photo(out.getvalue())

    assert photo.format == "HEIF"
    assert photo.rgb.shape == (64, 96, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_gives_the_upright_photo(picture: Any, orientation: Any) -> None:
    turned = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }[orientation]
    image = picture
    for step in turned:
        image = image.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation

    photo = decode_photo(saved(image, "PNG", exif=exif))
    avif = decode_photo(saved(image, "AVIF", exif=exif, quality=95))

    assert np.array_equal(photo.rgb, np.asarray(picture))
    assert np.abs(avif.rgb.astype(int) - photo.rgb).mean() < 4


def test_grey_palette_cmyk_and_deep_photos_become_rgb(picture: Any) -> None:
    grey = picture.convert("L")
    assert np.array_equal(decode_photo(saved(grey, "PNG")).rgb[..., 1], np.asarray(grey))
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    assert np.array_equal(decode_photo(saved(deep, "PNG")).rgb[..., 2], np.asarray(grey))
    cmyk = decode_photo(saved(picture.convert("CMYK"), "JPEG", quality=98, subsampling=0))
    assert np.abs(cmyk.rgb.astype(int) - np.asarray(picture)).mean() < 6
    palette = picture.quantize(64)
    photo = decode_photo(saved(palette, "PNG", transparency=palette.getpixel((0, 0))))
    assert photo.alpha is not None
    assert photo.alpha[0, 0] == 0


def test_alpha_is_kept_apart_and_comes_back(picture: Any) -> None:
    alpha = np.linspace(0, 255, 48 * 32).astype(np.uint8).reshape(32, 48)

    photo = decode_photo(encode_photo(np.asarray(picture), "PNG", alpha=alpha))

    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, alpha)
    assert np.array_equal(photo.rgb, np.asarray(picture))


def test_a_colour_profile_is_converted(picture: Any) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()

    plain = decode_photo(saved(picture, "PNG")).rgb
    odd = decode_photo(saved(picture, "PNG", icc_profile=lab)).rgb

    assert odd.shape == plain.shape


def test_the_first_frame_of_an_animation_counts(picture: Any) -> None:
    frames = [picture, picture.transpose(Image.Transpose.ROTATE_180)]
    for kind, settings in (("PNG", {}), ("WEBP", {"lossless": True})):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, **settings)
        assert np.abs(decode_photo(data).rgb.astype(int) - np.asarray(picture)).max() <= 2


def png_header(width: int, height: int) -> bytes:
    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(9000, 9000), (1, 20_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_before_decoding(width: Any, height: Any) -> None:
    with pytest.raises(PhotoTooLarge, match="The face photo"):
        decode_photo(png_header(width, height), name="face photo")


def test_too_many_bytes_are_refused(picture: Any) -> None:
    with pytest.raises(PhotoTooLarge, match=r"The photo to change is [0-9,]+ bytes, the limit is 10,485,760 bytes"):
        decode_photo(saved(picture, "PNG") + b"\0" * 10 * 1024 * 1024, name="photo to change")


def test_an_empty_file_is_named() -> None:
    with pytest.raises(PhotoEmpty, match=r"The face photo is an empty file\."):
        decode_photo(b"", name="face photo")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "AVIF"])
def test_a_truncated_photo_is_broken(obama: Any, kind: Any) -> None:
    data = saved(Image.fromarray(obama), kind)

    with pytest.raises(PhotoBroken, match="damaged or incomplete"):
        decode_photo(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"just some words that are no photo", "a text file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
        (b"%PDF-1.7 and so on", "a PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "an EPS"),
        (b"II*\0" + b"\0" * 40, "a TIFF"),
        (b"GIF89a" + b"\0" * 40, "a GIF"),
        (b"PK\x03\x04" + b"\0" * 40, "a ZIP archive"),
        (b"\x01\x02\x03" * 20, "a file of an unknown kind"),
    ],
)
def test_other_content_is_refused_whatever_its_name(data: Any, words: Any) -> None:
    with pytest.raises(PhotoUnsupported, match=words):
        decode_photo(data)


@pytest.mark.parametrize("stowaway", [b"PK\x03\x04abc", b"<script>alert(1)</script>", b"%PDF-1.4"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_a_second_document_behind_the_picture_is_refused(picture: Any, kind: Any, stowaway: Any) -> None:
    with pytest.raises(PhotoUnsupported, match="more than a picture"):
        decode_photo(saved(picture, kind) + stowaway)


def test_a_small_file_of_endless_scans_is_refused(picture: Any) -> None:
    data = saved(picture, "JPEG", progressive=True)

    with pytest.raises(PhotoUnsupported):
        decode_photo(data[:-2] + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" * 100 + data[-2:])
