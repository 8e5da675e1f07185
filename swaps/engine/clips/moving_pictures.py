"""Files of several pictures written: GIF, WebP, PNG and AVIF."""

import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import GifImagePlugin, Image

from .analysis import Analysis
from .pictures import ColourPicture, FilmPicture
from .probe import Clip
from .reading import Read, lengths

KINDS = ("gif", "webp", "png", "avif")
_GIF_STEP = 10  # ms; what a GIF counts in
_CLEAR = 255  # the colour of a GIF that stands for none
_MILLISECOND = Fraction(1, 1000)
_AFTER_HEADER = 33  # where the first chunk of a PNG ends
_LEAST_MS = 20  # players slow down what changes faster
_QUALITY = {"webp": {"quality": 90, "method": 2}, "avif": {"quality": 85, "speed": 8}}


def write_pictures(
    path: Path,
    clip: Clip,
    analysis: Analysis,
    frames: Iterable[tuple[int, Read]],
    kind: str,
    *,
    xmp: bytes,
    comment: str,
) -> None:
    """Write frames as one file of pictures that plays as fast and as often as the clip does; one at a time in memory.

    Made of a film, it plays for ever.

    Parameters
    ----------
    path : Path
    clip : Clip
    analysis : Analysis
    frames : iterable of (int, Read)
        All of the clip's.
    kind : "gif", "webp", "png" or "avif"
    xmp : bytes
        What the file says of how it was made, for programs, where its kind has a place for it.
    comment : str
        And for people.
    """
    lasting, times = durations(clip, analysis, kind), plays(clip)
    if kind == "png":
        _write_png(path, frames, lasting, times, xmp)
    elif kind == "gif":
        _write_gif(path, frames, lasting, times, comment)
    else:
        row = _Row(_images(frames), len(lasting))
        row.save(path, kind.upper(), save_all=True, duration=lasting, loop=times, xmp=xmp, **_QUALITY[kind])


class _Row(Image.Image):
    """Pictures that come one after the other, as Pillow sees a file of several: each is made when it is asked for.

    Given to Pillow as a list, all would be in memory at once.
    """

    def __init__(self, pictures: Iterator[Image.Image], count: int) -> None:
        super().__init__()
        self.n_frames, self.is_animated = count, count > 1
        self._pictures, self._at = pictures, -1
        self.seek(0)

    def tell(self) -> int:
        return 0

    def seek(self, frame: int) -> None:
        if frame <= self._at:  # as after the last, when the first one would be shown again
            return
        if frame >= self.n_frames:
            raise EOFError
        shown = next(self._pictures)
        self.im, self._mode, self._size, self._at = shown.im, shown.mode, shown.size, frame


def plays(clip: Clip) -> int:
    """How often a file of pictures is played; 0 for ever, as films are where nothing is said of it."""
    if clip.is_film or clip.kind == "avif":
        return 0
    with Image.open(clip.path, formats=[clip.kind.upper()]) as file:
        told = file.info.get("loop")
    if clip.kind != "gif":
        return int(told or 0)
    # A GIF says how often it is played again, for ever by 0, and nothing where it is played once.
    return 1 if told is None else int(told) + 1 if told else 0


def durations(clip: Clip, analysis: Analysis, kind: str) -> list[int]:
    """How long each picture lasts, in ms; what rounding takes from one it gives to the next."""
    lasting = lengths([int(time) for time in analysis.times], analysis.last, clip.rate, clip.time_base)
    ends = np.cumsum([float(each * clip.time_base * 1000) for each in lasting])
    step = _GIF_STEP if kind == "gif" else 1
    edges = np.concatenate([[0], np.rint(ends / step) * step]).astype(int)
    return [max(_LEAST_MS if kind == "gif" else 1, int(each)) for each in np.diff(edges)]


def _images(frames: Iterable[tuple[int, Read]]) -> Iterator[Image.Image]:
    for _number, read in frames:
        pixels, alpha = _stored(read.picture)
        yield Image.fromarray(pixels if alpha is None else np.dstack([pixels, alpha]))


def _stored(picture: FilmPicture | ColourPicture) -> tuple[np.ndarray, np.ndarray | None]:
    """The pixels of a picture, and its opacity where it isn't opaque."""
    return (picture.pixels, picture.alpha) if isinstance(picture, ColourPicture) else (_whole(picture), None)


def _whole(picture: FilmPicture) -> np.ndarray:
    return np.ascontiguousarray(picture.rgb())


def _write_gif(path: Path, frames: Iterable[tuple[int, Read]], lasting: list[int], times: int, comment: str) -> None:
    """Each picture whole and with colours of its own: Pillow would hold all of them to store what differs."""
    told: dict[str, Any] = {"comment": comment, "duration": lasting[0]}
    if times != 1:
        told["loop"] = times - 1 if times else 0
    with path.open("wb") as file:
        for number, (_at, read) in enumerate(frames):
            # Players differ in what a picture without a colour that stands for none leaves behind.
            clear: dict[str, Any] = {"transparency": _CLEAR} if isinstance(read.picture, ColourPicture) else {}
            image = _with_few_colours(*_stored(read.picture), _CLEAR if clear else _CLEAR + 1)
            if not number:
                file.writelines(GifImagePlugin.getheader(image, info=told)[0])
            # Cleared before the next, so that nothing shows through what is transparent there.
            parts = GifImagePlugin.getdata(
                image, duration=lasting[number], disposal=2, include_color_table=True, **clear
            )
            file.writelines(parts)
        file.write(b";")


def _with_few_colours(pixels: np.ndarray, alpha: np.ndarray | None, most: int) -> Image.Image:
    """A picture in so many colours that suit it, and one more for what is transparent."""
    few = Image.fromarray(pixels).quantize(most, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    if alpha is not None:
        few.paste(_CLEAR, mask=Image.fromarray(((alpha < 128) * 255).astype(np.uint8)))
    return few


def _write_png(
    path: Path, frames: Iterable[tuple[int, Read]], lasting: list[int], times_played: int, xmp: bytes
) -> None:
    """By FFmpeg: Pillow would hold all pictures at once."""
    times = np.cumsum([0, *lasting])
    options = {"plays": str(times_played), "final_delay": f"{lasting[-1]}/1000"}
    with av.open(str(path), "w", format="apng", options=options) as container:
        stream: Any = None
        for number, (_at, read) in enumerate(frames):
            frame = _colour_frame(read.picture)
            if stream is None:
                stream = container.add_stream("apng", rate=1000)
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "rgba"
                stream.codec_context.time_base = stream.time_base = _MILLISECOND
            frame.pts, frame.time_base, frame.duration = int(times[number]), _MILLISECOND, lasting[number]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    if xmp:
        data = b"XML:com.adobe.xmp\0\0\0\0\0" + xmp
        chunk = len(data).to_bytes(4, "big") + b"iTXt" + data + zlib.crc32(b"iTXt" + data).to_bytes(4, "big")
        _inserted(path, _AFTER_HEADER, chunk)


def _colour_frame(picture: FilmPicture | ColourPicture) -> av.VideoFrame:
    pixels = picture.pixels if isinstance(picture, ColourPicture) else _whole(picture)
    alpha = picture.alpha if isinstance(picture, ColourPicture) else None
    opaque = np.full(pixels.shape[:2], 255, np.uint8) if alpha is None else alpha
    return av.VideoFrame.from_ndarray(np.dstack([pixels, opaque]).astype(np.uint8), format="rgba")


def _inserted(path: Path, at: int, data: bytes) -> None:
    """Put bytes into a file, in place."""
    with tempfile.TemporaryFile(dir=path.parent) as rest, path.open("r+b") as file:
        file.seek(at)
        shutil.copyfileobj(file, rest)
        rest.seek(0)
        file.seek(at)
        file.write(data)
        shutil.copyfileobj(rest, file)
