"""Clips for tests: sample portraits moved, scaled and turned along a path, with a tone that numpy makes."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from recognition.engine import decode_photo
from recognition.engine.types import ByteImage
from tests.photos import sample

Path2D = Callable[[float], tuple[float, float, float, float]]


def portrait(name: str, height: int) -> ByteImage:
    """A sample portrait's upper part, brought to a height."""
    rgb = decode_photo(sample(name).read_bytes()).rgb
    rgb = rgb[: round(rgb.shape[1] * 1.25)]
    return cv2.resize(rgb, None, fx=height / rgb.shape[0], fy=height / rgb.shape[0], interpolation=cv2.INTER_AREA)


def wandering(share: float) -> tuple[float, float, float, float]:
    """A path: the middle, x and y in shares of the picture, the size, and degrees, at a share of the clip."""
    turn = 2 * math.pi * share
    return 0.5 + 0.12 * math.sin(turn), 0.55 + 0.06 * math.sin(2 * turn), 1 + 0.15 * math.cos(turn), 9 * math.sin(turn)


def laid(
    picture: ByteImage, photo: ByteImage, place: tuple[float, float, float, float], *, oval: bool = False
) -> ByteImage:
    """Lay a photo, or its head alone, over a picture, in place, its middle and size and lean as a path says.

    Returns where it lies, (H, W) bool.
    """
    height, width = picture.shape[:2]
    x, y, size, degrees = place
    matrix = cv2.getRotationMatrix2D((photo.shape[1] / 2, photo.shape[0] / 2), degrees, size)
    matrix[:, 2] += (x * width - photo.shape[1] / 2, y * height - photo.shape[0] / 2)
    shown = cv2.warpAffine(photo, matrix, (width, height), flags=cv2.INTER_LINEAR)
    whole = np.full(photo.shape[:2], 0 if oval else 255, np.uint8)
    if oval:
        middle = photo.shape[1] // 2, round(0.42 * photo.shape[0])
        cv2.ellipse(whole, middle, (round(0.3 * photo.shape[1]), round(0.36 * photo.shape[0])), 0, 0, 360, 255, -1)
    mask = cv2.warpAffine(whole, matrix, (width, height)) == 255
    picture[mask] = shown[mask]
    return np.asarray(mask)


def ground(width: int, height: int) -> ByteImage:
    """A background with something to see."""
    down, across = np.mgrid[:height, :width]
    return np.dstack([60 + across * 90 // width, 90 + down * 60 // height, 120 + 0 * across]).astype(np.uint8)


def moving(
    count: int, size: tuple[int, int], name: str = "biden.jpg", path: Path2D = wandering, share: float = 0.8
) -> Iterator[ByteImage]:
    """Frames of one portrait on its path."""
    photo, back = portrait(name, round(share * size[1])), ground(*size)
    for number in range(count):
        picture = back.copy()
        laid(picture, photo, path(number / count))
        yield picture


def write(
    path: Path,
    pictures: Iterator[ByteImage] | list[ByteImage],
    *,
    rate: Fraction | int = 30,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    times: list[int] | None = None,
    base: Fraction | None = None,
    sound: str = "aac",
    tracks: int = 1,
    layout: str = "stereo",
    heard: tuple[float, float] | None = None,
    options: dict[str, str] | None = None,
    prepare: Callable[[av.VideoStream], Any] | None = None,
    spread: tuple[str, str] = ("ITU709", "MPEG"),
) -> Path:
    """Write frames, (H, W, 3) uint8, and a tone as a film; `heard` is from when to when, in seconds."""
    base = base or 1 / Fraction(rate)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, options=options or {"preset": "ultrafast", "crf": "15"})
        sounds: list[Any] = [container.add_stream(sound, rate=48000, layout=layout) for _ in range(tracks)]
        stream.pix_fmt, stream.codec_context.time_base = pixels, base
        stream.codec_context.thread_count = 1
        count = 0
        for number, picture in enumerate(pictures):
            if number == 0:
                stream.height, stream.width = picture.shape[:2]
                stream.codec_context.color_range = 2 if spread[1] == "JPEG" else 1
                stream.codec_context.colorspace = {"ITU709": 1, "ITU601": 5}[spread[0]]
                if prepare:
                    prepare(stream)
            rgb = av.VideoFrame.from_ndarray(picture.astype(np.uint8), format="rgb24")
            frame = rgb.reformat(format=pixels, dst_colorspace=spread[0], dst_color_range=spread[1])
            frame.pts, frame.time_base = times[number] if times else number, base
            container.mux(stream.encode(frame))
            count += 1
        container.mux(stream.encode(None))
        seconds = float((times[-1] if times else count) * base)
        for each in sounds:
            for packet in _tone(each, *(heard or (0.0, seconds))):
                container.mux(packet)
    return path


def repeated(path: Path, out: Path, times: int) -> Path:
    """A film with sound so many times in a row, its packets copied as they are."""
    with av.open(str(out), "w") as container:
        with av.open(str(path)) as first:
            # A little more than all of it, so that nothing comes before the end of what went before.
            lasts = float(first.duration or 0) / av.time_base + 0.05
            streams = {each.index: container.add_stream_from_template(each) for each in first.streams}
        for round_ in range(times):
            with av.open(str(path)) as again:
                for packet in again.demux():
                    if packet.size and packet.dts is not None and packet.pts is not None:
                        shift = round(round_ * lasts / packet.time_base)
                        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                        packet.stream = streams[packet.stream_index]
                        container.mux(packet)
    return out


def _tone(stream: Any, begin: float, end: float) -> "Iterator[av.Packet[Any]]":
    rate, step, layout = 48000, 960, stream.codec_context.layout
    for start in range(round(begin * rate), round(end * rate), step):
        wave = 0.2 * np.sin(2 * np.pi * 440 * np.arange(start, start + step) / rate)
        channels = np.tile(wave.astype(np.float32), (layout.nb_channels, 1))
        frame = av.AudioFrame.from_ndarray(channels, format="fltp", layout=layout.name)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)
