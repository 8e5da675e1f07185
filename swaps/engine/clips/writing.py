"""Films written: pieces encoded each for itself, and joined without encoding anything again.

A piece holds no frame that is shown later than it is stored, so that times and order are the same, and all pieces of
a clip are encoded by one set of options, so that one header does for all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
import cv2
import numpy as np
from av.error import FFmpegError

from .analysis import Analysis
from .errors import ClipNotWritten
from .pictures import FORMATS, ColourPicture, FilmPicture
from .probe import Clip, opened
from .reading import Read, lengths

_MOST_KEY_SECONDS = 5
# What says where something was made by, in the words that photos use: a box of XMP at the end, as ISO 16684-1 names it.
_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")

Packet: TypeAlias = "av.Packet[Any]"  # only its stubs know what it holds


@dataclass(frozen=True)
class _Encoder:
    name: str
    options: dict[str, str]


# Without B-frames, so that times need no reordering; one thread a process, so that the same frames give the same bytes.
# x264's preset superfast leaves out what costs least for what it saves: looking ahead, to spend bits where they stay.
_H264 = _Encoder(
    "libx264",
    {
        "preset": "superfast",
        "crf": "19",
        "bf": "0",
        "threads": "1",
        "x264-params": "rc-lookahead=10:mbtree=1:weightp=0",
    },
)
_VP9 = _Encoder(
    "libvpx-vp9",
    {"deadline": "realtime", "cpu-used": "8", "crf": "28", "b": "0", "lag-in-frames": "0", "auto-alt-ref": "0"},
)
# Codecs of sound that each kind of film can hold, as FFmpeg names them.
_SOUND = {
    "mp4": {"aac", "mp3", "mp3float", "ac3", "eac3", "alac", "opus", "libopus", "flac"},
    "webm": {"opus", "libopus", "vorbis", "libvorbis"},
}
_MUXERS = {"mp4": "mp4", "mov": "mov", "webm": "webm"}


def encoder_for(kind: str) -> _Encoder:
    """H.264 for MP4 and MOV where FFmpeg's build has it, else VP9."""
    if kind == "webm" or _H264.name not in av.codecs_available:
        return _VP9
    return _H264


def check_sound(clip: Clip, kind: str) -> None:
    """Raise ClipNotWritten where a kind of film can't hold a clip's sound as it is."""
    known = _SOUND.get(kind)
    for codec in clip.sound:
        if known is not None and codec not in known and not (kind == "mp4" and codec.startswith("pcm_")):
            raise ClipNotWritten(case="sound", codec=codec or "?", format=kind.upper())


def write_piece(path: Path, clip: Clip, pieces: Iterable[tuple[int, Read]], kind: str) -> None:
    """Encode frames into a file of their own: that of a segment, without sound."""
    encoder = encoder_for(kind)
    with av.open(str(path), "w", format="mp4", options=_timescale(clip)) as container:
        stream = None
        for _number, read in pieces:
            frame = film_frame(read.picture)
            if stream is None:
                stream = _stream_for(container, frame, clip, encoder)
            frame.pts, frame.time_base = read.time, clip.time_base
            frame.pict_type = 0  # what the frame was before is not what it must be now
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode(None))


def _stream_for(
    container: av.container.OutputContainer, frame: av.VideoFrame, clip: Clip, encoder: _Encoder
) -> av.VideoStream:
    rate = clip.rate.limit_denominator(1001)
    stream: av.VideoStream = container.add_stream(encoder.name, rate=rate, options=dict(encoder.options))  # type: ignore[assignment]
    context = stream.codec_context
    stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
    context.time_base = stream.time_base = clip.time_base
    context.gop_size, context.max_b_frames = max(1, round(_MOST_KEY_SECONDS * float(rate))), 0
    context.thread_count = 1
    context.sample_aspect_ratio = clip.aspect
    context.colorspace, context.color_range = frame.colorspace, frame.color_range
    context.color_primaries, context.color_trc = frame.color_primaries, frame.color_trc
    stream.set_display_matrix(clip.matrix)
    return stream


def film_frame(picture: FilmPicture | ColourPicture) -> av.VideoFrame:
    """A frame as films store it; sides of H.264 and of colour at half the size are even."""
    if isinstance(picture, FilmPicture) and not (picture.frame.width % 2 or picture.frame.height % 2):
        return picture.frame
    if isinstance(picture, ColourPicture) and picture.alpha is not None:
        raise ClipNotWritten(case="alpha")
    rgb = picture.frame.to_ndarray(format="rgb24") if isinstance(picture, FilmPicture) else picture.pixels
    even = cv2.copyMakeBorder(rgb, 0, rgb.shape[0] % 2, 0, rgb.shape[1] % 2, cv2.BORDER_REPLICATE)
    frame = av.VideoFrame.from_ndarray(even.astype(np.uint8), format="rgb24")
    # BT.709, limited: what players take films without a tag for.
    made = frame.reformat(format=FORMATS[0], dst_colorspace="ITU709", dst_color_range="MPEG")
    made.colorspace, made.color_range = 1, 1
    return made


def join(
    path: Path, clip: Clip, analysis: Analysis, pieces: list[Path], kind: str, *, xmp: bytes, comment: str
) -> None:
    """Put the pieces of all segments into one film, with the clip's own sound.

    Parameters
    ----------
    path : Path
    clip : Clip
    analysis : Analysis
    pieces : list of Path
        Of each segment, in order.
    kind : "mp4", "mov" or "webm"
    xmp : bytes
        What the file says of how it was made, for programs.
    comment : str
        And for people.
    """
    check_sound(clip, kind)
    options = _timescale(clip) | ({} if kind == "webm" else {"movflags": "+faststart"})
    source = opened(clip.path, clip.kind) if clip.is_film and clip.sound else None
    try:
        with av.open(str(path), "w", format=_MUXERS[kind], options=options) as container:
            container.metadata["comment"] = comment
            with av.open(str(pieces[0])) as first:
                template = first.streams.video[0]
                film = container.add_stream_from_template(template)
                film.time_base = clip.time_base
                if kind == "webm":
                    film.set_display_matrix(clip.matrix)
            heard = source.streams.audio if source else ()
            sounds = {each.index: container.add_stream_from_template(each) for each in heard}
            heard_of = _part_of(_heard(source, sounds), clip, analysis)
            for packet in _in_turn(_shown(clip, analysis, pieces, film), heard_of):
                container.mux_one(packet)
    finally:
        if source:
            source.close()
    if kind in {"mp4", "mov"} and xmp:
        with path.open("ab") as file:
            file.write((24 + len(xmp)).to_bytes(4, "big") + b"uuid" + _XMP_BOX + xmp)


def _timescale(clip: Clip) -> dict[str, str]:
    """The steps of time that an MP4 counts in: the clip's, so that no time is rounded."""
    return {"video_track_timescale": str(clip.time_base.denominator)} if clip.time_base.numerator == 1 else {}


def _shown(clip: Clip, analysis: Analysis, pieces: list[Path], stream: av.VideoStream) -> Iterator[Packet]:
    # A part begins at 0; a whole film where it began.
    times = [int(time) - (int(analysis.times[0]) if clip.is_cut else 0) for time in analysis.times]
    lasting = lengths(times, analysis.last, clip.rate, clip.time_base)
    number = 0
    for piece in pieces:
        with av.open(str(piece)) as container:
            for packet in container.demux(video=0):
                if packet.size == 0:
                    continue
                packet.time_base = clip.time_base
                packet.pts = packet.dts = times[number]
                packet.duration = lasting[number]
                packet.stream = stream
                number += 1
                yield packet


def _heard(source: av.container.InputContainer | None, sounds: dict[int, av.AudioStream]) -> Iterator[Packet]:
    if source is None:
        return
    try:
        for packet in source.demux(list(source.streams.audio)):
            if packet.size and packet.dts is not None:
                packet.stream = sounds[packet.stream_index]
                yield packet
    except FFmpegError:  # the file ends within a packet
        return


def _part_of(packets: Iterator[Packet], clip: Clip, analysis: Analysis) -> Iterator[Packet]:
    """The packets of sound that lie in the part that counts, by as much earlier."""
    if not clip.is_cut:
        yield from packets
        return
    begin = int(analysis.times[0]) * clip.time_base
    end = begin + Fraction(analysis.seconds(clip.time_base)).limit_denominator(1_000_000)
    for packet in packets:
        if packet.pts is None or not begin <= packet.pts * packet.time_base < end:
            continue
        shift = round(begin / packet.time_base)
        packet.pts, packet.dts = packet.pts - shift, packet.pts - shift
        yield packet


def _in_turn(first: Iterator[Packet], second: Iterator[Packet]) -> Iterator[Packet]:
    """Two rows of packets by the time they are needed at, so that nothing piles up."""
    waiting: list[Packet | None] = [next(first, None), next(second, None)]
    rows = [first, second]
    while any(waiting):
        number = min((place for place in (0, 1) if waiting[place]), key=lambda place: _seconds(waiting[place]))
        packet = waiting[number]
        assert packet is not None
        yield packet
        waiting[number] = next(rows[number], None)


def _seconds(packet: "Packet | None") -> Fraction:
    if packet is None or packet.dts is None:
        return Fraction(0)
    return packet.dts * packet.time_base
