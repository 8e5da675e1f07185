"""A clip on its way in: told from a photo, looked at in an engine process, never in the web server's own."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import cv2
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

from recognition.engine import DecodedPhoto, encode_photo
from recognition.engine.types import ByteImage
from recognition.engine_processes.calls import in_engine_process
from recognition.photos.content_check import check_content
from recognition.photos.fields import title_of
from recognition.photos.pixels import thumbnail
from swaps.engine.clips import ClipTooLarge
from swaps.engine.clips.glance import glance

CLIP = "clip"
# Media types that the pages offer in a file dialog, beside those of photos.
ACCEPTED_CLIPS = "video/mp4,video/quicktime,video/webm,image/gif,image/webp,image/avif,image/png"
# So many bytes tell a clip from a photo; a PNG says that it moves before its first picture.
_HEAD = 64 * 1024
_MOVIES = (b"moov", b"mdat", b"wide", b"free", b"skip")
_STILLS = (b"avif", b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_CHECKED_SIDE = 256


@dataclass(frozen=True, eq=False)
class ClipFacts:
    """What a clip's file says, in plain values; see `swaps.engine.clips.probe.Clip`."""

    format: str
    width: int
    height: int
    duration: float
    frames: int
    time_base: str
    rate: str
    sound: list[str]
    poster: bytes
    glimpses: list[ByteImage]


@dataclass(frozen=True, eq=False)
class ClipInput:
    """A clip as it comes to the service: its open file, and what is known of it."""

    file: IO[bytes]
    facts: ClipFacts
    title: str = ""


def is_clip(head: bytes) -> bool:
    """Whether a file begins as a film or a file of several pictures does; read without decoding anything."""
    if head[4:8] in _MOVIES or head.startswith((b"\x1a\x45\xdf\xa3", b"GIF8")):
        return True
    if head[4:8] == b"ftyp":
        return head[8:12] not in _STILLS
    if head.startswith(b"RIFF"):
        return head[8:16] == b"WEBPVP8X" and len(head) > 20 and bool(head[20] & 2)
    return head.startswith(b"\x89PNG") and b"acTL" in head.split(b"IDAT")[0]


def upload_is_clip(file: UploadedFile[bytes]) -> bool:
    """The same of an uploaded file."""
    file.seek(0)
    head = bytes(file.read(_HEAD))
    file.seek(0)
    return is_clip(head)


@contextmanager
def uploaded_clip(file: UploadedFile[bytes]) -> Iterator[ClipInput]:
    """An uploaded clip, looked at; of one over the limit not a byte is read.

    Raises
    ------
    ClipError
        Saying what is wrong with it.
    ExplicitPhoto
        Where one of the pictures that were looked at may not be used.
    """
    if (file.size or 0) > settings.CLIP_MAX_BYTES:
        raise ClipTooLarge(case="bytes", megabytes=settings.CLIP_MAX_BYTES // 2**20)
    file.seek(0)
    if isinstance(file, TemporaryUploadedFile) and file.file is not None:
        yield _looked_at(file.file, Path(file.temporary_file_path()), title=title_of(file))
        return
    with _on_disk(file.chunks()) as copy:
        yield _looked_at(copy, Path(copy.name), title=title_of(file))


@contextmanager
def sent_clip(data: bytes) -> Iterator[ClipInput]:
    """The same of a clip that came as bytes, out of base64."""
    if len(data) > settings.CLIP_MAX_BYTES:
        raise ClipTooLarge(case="bytes", megabytes=settings.CLIP_MAX_BYTES // 2**20)
    with _on_disk([data]) as copy:
        yield _looked_at(copy, Path(copy.name), title="")


@contextmanager
def _on_disk(chunks: Iterable[bytes]) -> Iterator[IO[bytes]]:
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="clip-") as copy:
        for chunk in chunks:
            copy.write(chunk)
        copy.flush()
        yield copy


def _looked_at(file: IO[bytes], path: Path, *, title: str) -> ClipInput:
    facts = look_into(str(path), float(settings.CLIP_MAX_SECONDS))
    for rgb in facts.glimpses:
        refuse_explicit_frame(rgb)
    file.seek(0)
    return ClipInput(file, facts, title[:100])


def refuse_explicit_frame(rgb: ByteImage) -> None:
    """Refuse a clip for one of its pictures, as CONTENT_CHECK says."""
    check_content(DecodedPhoto(rgb=rgb, alpha=None, format="PNG"), name=CLIP)


@in_engine_process
def look_into(path: str, most_seconds: float) -> ClipFacts:
    """Say what clip a file is. It may be anything: this runs where memory and time are bounded."""
    seen = glance(Path(path), most_seconds=most_seconds)
    first = DecodedPhoto(rgb=seen.pictures[0], alpha=None, format="JPEG")
    clip = seen.clip
    return ClipFacts(
        format=clip.kind,
        width=clip.width,
        height=clip.height,
        duration=float(clip.seconds),
        frames=seen.frames,
        time_base=str(clip.time_base),
        rate=str(clip.rate),
        sound=list(clip.sound),
        poster=thumbnail(first),
        glimpses=[_small(rgb) for rgb in seen.pictures],
    )


def _small(rgb: ByteImage) -> ByteImage:
    scale = min(1.0, _CHECKED_SIDE / min(rgb.shape[:2]))
    return cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def jpeg_of(rgb: ByteImage) -> bytes:
    """A small picture for pages."""
    return encode_photo(rgb, "JPEG", quality=85)
