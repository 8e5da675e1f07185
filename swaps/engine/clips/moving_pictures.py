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
from PIL import Image

from .analysis import Analysis
from .pictures import ColourPicture, FilmPicture
from .probe import Clip
from .reading import Read, lengths

KINDS = ("gif", "webp", "png", "avif")
_GIF_STEP = 10  # ms; what a GIF counts in
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
    """Write frames as one file of pictures that plays for ever, as fast as the clip does; one at a time in memory.

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
    if kind == "png":
        _write_png(path, frames, durations(clip, analysis, kind), xmp)
        return
    pictures = _images(frames, kind)
    first = next(pictures)
    marks: dict[str, Any] = {"comment": comment.encode()} if kind == "gif" else {"xmp": xmp}
    first.save(
        path,
        kind.upper(),
        save_all=True,
        append_images=pictures,
        duration=durations(clip, analysis, kind),
        loop=0,
        **({"disposal": 2} if kind == "gif" else {}),
        **_QUALITY.get(kind, {}),
        **({key: value for key, value in marks.items() if value}),
    )


def durations(clip: Clip, analysis: Analysis, kind: str) -> list[int]:
    """How long each picture lasts, in ms; what rounding takes from one it gives to the next."""
    lasting = lengths([int(time) for time in analysis.times], analysis.last, clip.rate, clip.time_base)
    ends = np.cumsum([float(each * clip.time_base * 1000) for each in lasting])
    step = _GIF_STEP if kind == "gif" else 1
    edges = np.concatenate([[0], np.rint(ends / step) * step]).astype(int)
    return [max(_LEAST_MS if kind == "gif" else 1, int(each)) for each in np.diff(edges)]


def _images(frames: Iterable[tuple[int, Read]], kind: str) -> Iterator[Image.Image]:
    for _number, read in frames:
        picture = read.picture
        alpha = picture.alpha if isinstance(picture, ColourPicture) else None
        pixels = picture.pixels if isinstance(picture, ColourPicture) else _whole(picture)
        image = Image.fromarray(pixels if alpha is None else np.dstack([pixels, alpha]))
        yield _with_few_colours(image, alpha) if kind == "gif" else image


def _whole(picture: FilmPicture) -> np.ndarray:
    return np.ascontiguousarray(picture.rgb())


def _with_few_colours(image: Image.Image, alpha: np.ndarray | None) -> Image.Image:
    """A picture in the 256 colours that suit it, one of them for what is transparent."""
    if alpha is None:
        return image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    few = image.convert("RGB").quantize(255, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    few.paste(255, mask=Image.fromarray(((alpha < 128) * 255).astype(np.uint8)))
    few.info["transparency"] = 255
    return few


def _write_png(path: Path, frames: Iterable[tuple[int, Read]], lasting: list[int], xmp: bytes) -> None:
    """By FFmpeg: Pillow would hold all pictures at once."""
    times = np.cumsum([0, *lasting])
    options = {"plays": "0", "final_delay": f"{lasting[-1]}/1000"}
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
