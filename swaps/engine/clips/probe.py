"""What a file says of the clip in it, and whether that is one that can be changed."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from av.sidedata.sidedata import Type
from av.video.reformatter import ColorTrc
from av.video.stream import VideoStream
from PIL import Image

from .errors import ClipError, ClipTooLarge, ClipUnsupported

MOST_SECONDS, MOST_SIDE, MOST_SHORT_SIDE = 60.0, 1920, 1080
# How many bytes tell a file's kind.
_HEAD = 64
# What FFmpeg calls the containers; no other one, as a list of other files, is ever opened.
CONTAINERS = {"mp4": "mov", "mov": "mov", "webm": "matroska"}
_OLD_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip")
_STILLS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_PICTURE_CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "prores", "h263", "mpeg2video"}
_HDR = {int(ColorTrc.SMPTE2084), int(ColorTrc.ARIB_STD_B67)}
_STRAIGHT = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


@dataclass(frozen=True)
class Clip:
    """What is known of a clip before its frames are read.

    Attributes
    ----------
    path : Path
    kind : "mp4", "mov", "webm", "gif", "webp", "avif" or "png"
        By its content, whatever its name says.
    width, height : int
        Pixels as they are shown: upright.
    seconds : float
        0 where the file doesn't tell.
    time_base : Fraction
        The seconds that one step of a frame's time lasts.
    rate : Fraction
        Frames a second, on average.
    matrix : tuple of 9 int
        How stored pixels are turned to be shown, as FFmpeg's display matrix has it.
    aspect : Fraction
        How wide a pixel is shown for each of its heights.
    sound : tuple of str
        The codec of each sound track.
    begin, end : float or None
        Which part counts, in seconds from the first frame; None for what is not cut off.
    """

    path: Path
    kind: str
    width: int
    height: int
    seconds: float
    time_base: Fraction
    rate: Fraction
    matrix: tuple[int, ...] = _STRAIGHT
    aspect: Fraction = Fraction(1)
    sound: tuple[str, ...] = ()
    begin: float | None = None
    end: float | None = None

    @property
    def is_cut(self) -> bool:
        """Whether a part of it is left out."""
        return self.begin is not None or self.end is not None

    @property
    def is_film(self) -> bool:
        """Whether it lies in a container of films, not in a file of pictures."""
        return self.kind in CONTAINERS


def kind_of(path: Path) -> str | None:
    """The kind of clip that a file is by its first bytes; None for a photo or anything else."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[4:8] in _OLD_ATOMS or head[4:12] == b"ftypqt  ":
        return "mov"
    if head[4:8] == b"ftyp" and head[8:12] not in _STILLS:
        return "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    kinds = {b"GIF8": "gif", b"RIFF": "webp", b"\x89PNG": "png"}
    return _moving(path, "avif" if head[4:8] == b"ftyp" else kinds.get(head[:4]))


def _moving(path: Path, kind: str | None) -> str | None:
    """The kind of a file of pictures, if there are several."""
    if kind is None:
        return None
    try:
        with Image.open(path, formats=[kind.upper()]) as picture:
            return kind if getattr(picture, "is_animated", False) else None
    except (OSError, SyntaxError, ValueError):
        return None


def opened(path: Path, kind: str) -> av.container.InputContainer:
    """A film's container, opened as what it is and from nowhere but its file."""
    try:
        return av.open(f"file:{path.absolute()}", format=CONTAINERS[kind], options={"protocol_whitelist": "file"})
    except (FFmpegError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise ClipError(case="broken") from error


def probe(
    path: Path, *, most_seconds: float = MOST_SECONDS, begin: float | None = None, end: float | None = None
) -> Clip:
    """Look at a file and say what clip it is.

    Parameters
    ----------
    path : Path
    most_seconds : float
        How long a clip, or its part, may be. What doesn't tell its length is measured while it is read.
    begin, end : float, optional
        The part that counts, in seconds from the first frame; they need be at no key frame.

    Raises
    ------
    ClipError, ClipUnsupported, ClipTooLarge
        Saying what to do about it.
    """
    kind = kind_of(path)
    if kind is None:
        raise ClipError
    clip = _film(path, kind) if kind in CONTAINERS else _pictures(path, kind)
    long_side, short_side = max(clip.width, clip.height), min(clip.width, clip.height)
    if long_side > MOST_SIDE or short_side > MOST_SHORT_SIDE:
        raise ClipTooLarge(case="pixels", width=clip.width, height=clip.height)
    if short_side < 16:
        raise ClipUnsupported(case="tiny", width=clip.width, height=clip.height)
    clip = replace(clip, begin=begin, end=end)
    length = min(clip.seconds, end or clip.seconds) - (begin or 0.0) if clip.seconds else 0.0
    if (end is not None and end <= (begin or 0.0)) or (clip.seconds and length <= 0):
        raise ClipError(case="nothing_left", seconds=clip.seconds)
    check_seconds(length, most_seconds)
    return replace(clip, seconds=length)


def check_seconds(seconds: float, most: float) -> None:
    """Raise ClipTooLarge for a clip that is longer than is allowed, but for a frame."""
    if seconds > most + 0.1:
        raise ClipTooLarge(case="seconds", n=round(most))


def _film(path: Path, kind: str) -> Clip:
    with opened(path, kind) as container:
        streams = [each for each in container.streams.video if not each.disposition & 0x400]  # no cover picture
        if not streams:
            raise ClipUnsupported(case="no_picture")
        stream = streams[0]
        _check_stream(stream)
        frame = _first_frame(container, stream)
        if int(frame.color_trc) in _HDR:
            raise ClipUnsupported(case="hdr")
        if any(part.is_alpha for part in frame.format.components) or stream.metadata.get("alpha_mode") == "1":
            raise ClipUnsupported(case="alpha")
        matrix = _matrix(frame)
        sides = (frame.height, frame.width) if lies(matrix) else (frame.width, frame.height)
        base = stream.time_base or Fraction(1, 1000)
        length = stream.duration * base if stream.duration else Fraction(container.duration or 0, 1_000_000)
        return Clip(
            path=path,
            kind=kind,
            width=sides[0],
            height=sides[1],
            seconds=float(length),
            time_base=base,
            rate=stream.average_rate or stream.guessed_rate or Fraction(30),
            matrix=matrix,
            aspect=stream.sample_aspect_ratio or Fraction(1),
            sound=tuple(_codec(each) for each in container.streams.audio),
        )


def _codec(stream: Any) -> str:
    """The name of a sound track's codec; empty for one that nothing here knows."""
    return stream.codec_context.name if stream.codec_context is not None else ""


def _check_stream(stream: VideoStream) -> None:
    context: Any = stream.codec_context  # none where nothing can read it
    if context is None or stream.codec_tag in {"encv", "drmi"}:
        raise ClipUnsupported(case="locked")
    if context.codec.canonical_name not in _PICTURE_CODECS:
        raise ClipUnsupported(case="codec", codec=context.codec.canonical_name)


def _first_frame(container: av.container.InputContainer, stream: VideoStream) -> av.VideoFrame:
    stream.codec_context.thread_count = 1
    failed = 0
    for packet in container.demux(stream):
        try:
            for frame in packet.decode():
                return frame
        except FFmpegError:
            failed += 1
            if failed > 50:
                break
    raise ClipError(case="broken")


def _matrix(frame: av.VideoFrame) -> tuple[int, ...]:
    data: Any = frame.side_data.get(Type.DISPLAYMATRIX)  # type: ignore[call-overload]
    if data is None:
        return _STRAIGHT
    return tuple(int(part) for part in np.frombuffer(bytes(data), np.int32)[:9])


def lies(matrix: tuple[int, ...]) -> bool:
    """Whether a display matrix turns pictures by a quarter."""
    return abs(matrix[1]) > abs(matrix[0])


def _pictures(path: Path, kind: str) -> Clip:
    try:
        with Image.open(path, formats=[kind.upper()]) as picture:
            frames, milliseconds = getattr(picture, "n_frames", 1), 0.0
            width, height = picture.size
            if max(width, height) <= MOST_SIDE:
                for number in range(frames):
                    picture.seek(number)
                    picture.load()  # some kinds tell a frame's time only then
                    milliseconds += float(picture.info.get("duration", 0) or 0)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ClipError(case="broken") from error
    rate = Fraction(frames * 1000, max(1, round(milliseconds))).limit_denominator(1001)
    return Clip(path, kind, width, height, milliseconds / 1000, Fraction(1, 1000), rate)
