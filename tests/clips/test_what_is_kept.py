"""What a film is besides its pixels: times, rotation, colours, pixel aspect, sound. Nobody is in these films."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from recognition.engine.types import ByteImage
from swaps.engine import SwapOptions
from swaps.engine.clips import Analysis, Clip, ClipError, ClipNotWritten, analyse, paint_segment, probe
from swaps.engine.clips.reading import frames
from swaps.engine.clips.writing import join
from tests.clips import made

pytestmark = pytest.mark.real_engine
SIZE = (192, 112)


def patches(count: int) -> Iterator[ByteImage]:
    """Flat patches, in four corners of different colours."""
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for number, colour in enumerate([(200, 40, 40), (40, 180, 60), (50, 60, 200), (220, 220, 200)]):
        row, column = divmod(number, 2)
        picture[row * 56 : row * 56 + 56, column * 96 : column * 96 + 96] = colour
    for _ in range(count):
        yield picture.copy()


def copied(clip: Clip, analysis: Analysis, out: Path, kind: str = "mp4") -> Path:
    """The film painted in its segments and joined, with nobody to change."""
    pieces = [out.with_name(f"{number}.mp4") for number in range(len(analysis.segments))]
    for number, piece in enumerate(pieces):
        paint_segment(clip, analysis, number, {}, SwapOptions(), kind=kind, piece=piece)
    join(out, clip, analysis, pieces, kind, xmp=b"", comment="made")
    return out


def times(path: Path) -> list[tuple[int, Fraction]]:
    with av.open(str(path)) as container:
        return sorted((packet.pts, packet.time_base) for packet in container.demux(video=0) if packet.size)  # type: ignore[misc]


def sounds(path: Path) -> list[list[tuple[Any, ...]]]:
    with av.open(str(path)) as container:
        found: dict[int, list[tuple[Any, ...]]] = {each.index: [] for each in container.streams.audio}
        for packet in container.demux(list(container.streams.audio)):
            if packet.size and packet.stream_index in found:
                found[packet.stream_index].append((packet.pts, bytes(packet)))
        return list(found.values())


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(240)])
def test_every_rate_keeps_its_times(tmp_path: Path, out: Path, rate: Fraction) -> None:
    path = made.write(tmp_path / "in.mp4", patches(40), rate=rate)
    clip = probe(path)
    copied(clip, analyse(clip), out)
    assert times(out) == times(path)
    with av.open(str(path)) as before, av.open(str(out)) as after:
        assert after.streams.video[0].duration == before.streams.video[0].duration
        assert after.duration == before.duration


@pytest.mark.parametrize("rate", [60, 24])
def test_a_rate_that_the_file_claims_is_not_believed(tmp_path: Path, out: Path, rate: int) -> None:
    every = 240 // rate
    claimed = made.write(tmp_path / "in.mp4", patches(40), rate=240, times=[every * n for n in range(40)])
    clip = probe(claimed)
    assert float(clip.rate) == pytest.approx(rate, rel=0.05)
    copied(clip, analyse(clip), out)
    assert times(out) == times(claimed)


@pytest.mark.long
def test_uneven_times_are_kept_also_over_segments(tmp_path: Path, out: Path) -> None:
    steps = np.random.default_rng(3).integers(1200, 12000, 130)
    uneven = [int(time) for time in np.cumsum(steps)]
    path = made.write(tmp_path / "in.mp4", patches(130), times=uneven, base=Fraction(1, 90000), tracks=1)
    clip = probe(path)
    analysis = analyse(clip)
    assert len(analysis.segments) > 1
    assert [segment[1] for segment in analysis.segments[:-1]] == [segment[0] for segment in analysis.segments[1:]]
    copied(clip, analysis, out)
    assert times(out) == times(path) and len(times(out)) == 130
    assert sounds(out) == sounds(path)


@pytest.mark.parametrize("degrees", [90, 180, -90])
@pytest.mark.parametrize("flipped", [False, True])
def test_rotation_is_kept_and_frames_are_seen_upright(tmp_path: Path, out: Path, degrees: int, flipped: bool) -> None:
    path = made.write(
        tmp_path / "in.mp4", patches(3), prepare=lambda stream: stream.set_display_rotation(degrees, flipped)
    )
    clip = probe(path)
    assert (clip.width, clip.height) == (SIZE if degrees == 180 else SIZE[::-1])
    stored = next(patches(1))
    expected = np.rot90(stored, degrees // 90)
    if flipped:
        expected = expected[:, ::-1]
    seen = next(frames(clip)).picture.rgb()
    assert np.abs(seen.astype(int) - expected)[8:40, 8:40].max() < 8
    copied(clip, analyse(clip), out)
    assert probe(out).matrix == clip.matrix
    assert np.abs(next(frames(probe(out))).picture.rgb().astype(int) - expected)[8:40, 8:40].max() < 8


@pytest.mark.parametrize("matrix", ["ITU709", "ITU601"])
@pytest.mark.parametrize("spread", ["MPEG", "JPEG"])
def test_colours_stay_and_are_seen_right(tmp_path: Path, out: Path, matrix: str, spread: str) -> None:
    path = made.write(tmp_path / "in.mp4", patches(3), spread=(matrix, spread), options={"crf": "4"})
    clip = probe(path)
    picture = next(frames(clip)).picture.rgb().astype(int)
    assert np.abs(picture - next(patches(1)))[8:48, 8:88].max() <= 3
    copied(clip, analyse(clip), out)
    before, after = first_frame(path), first_frame(out)
    assert (after.colorspace, after.color_range) == (before.colorspace, before.color_range)
    apart = before.to_ndarray(format="rgb24").astype(int) - after.to_ndarray(format="rgb24")
    assert np.abs(apart)[8:48, 8:88].max() <= 2


def first_frame(path: Path) -> av.VideoFrame:
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


def test_pixel_aspect_and_all_sound_tracks_are_kept(tmp_path: Path, out: Path) -> None:
    def wide(stream: Any) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)

    path = made.write(tmp_path / "in.mp4", patches(20), tracks=2, prepare=wide)
    clip = probe(path)
    copied(clip, analyse(clip), out)
    assert len(sounds(out)) == 2 and sounds(out) == sounds(path)
    assert probe(out).aspect == Fraction(4, 3)


@pytest.mark.parametrize("heard", [(0.0, 0.3), (0.0, 2.5), (0.4, 1.0)], ids=["shorter", "longer", "later"])
@pytest.mark.parametrize("layout", ["stereo", "5.1", "mono"])
def test_sound_stays_where_it_is(tmp_path: Path, out: Path, heard: tuple[float, float], layout: str) -> None:
    path = made.write(tmp_path / "in.mp4", patches(30), heard=heard, layout=layout)
    clip = probe(path)
    copied(clip, analyse(clip), out)
    assert sounds(out) == sounds(path) and len(sounds(out)[0]) > 10
    with av.open(str(path)) as before, av.open(str(out)) as after:
        assert after.streams.audio[0].layout.name == before.streams.audio[0].layout.name
        assert (after.streams.audio[0].start_time, after.streams.audio[0].duration) == (
            before.streams.audio[0].start_time,
            before.streams.audio[0].duration,
        )


def test_a_film_without_sound(tmp_path: Path, out: Path) -> None:
    path = made.write(tmp_path / "in.mp4", patches(5), tracks=0)
    clip = probe(path)
    copied(clip, analyse(clip), out)
    assert len(times(out)) == 5 and sounds(out) == []


def test_webm_stays_webm(tmp_path: Path, out: Path) -> None:
    fast = {"deadline": "realtime", "cpu-used": "8"}
    path = made.write(tmp_path / "in.webm", patches(12), codec="libvpx-vp9", sound="libopus", options=fast)
    clip = probe(path)
    assert clip.kind == "webm"
    copied(clip, analyse(clip), out.with_suffix(".webm"), "webm")
    assert times(out.with_suffix(".webm")) == times(path)
    assert sounds(out.with_suffix(".webm")) == sounds(path)


def test_sound_that_does_not_fit_is_said_before_anything_is_painted(tmp_path: Path, out: Path) -> None:
    clip = probe(made.write(tmp_path / "in.mp4", patches(3)))
    with pytest.raises(ClipNotWritten, match=r"The clip's sound \(aac\) does not go into WEBM"):
        join(out, clip, analyse(clip), [], "webm", xmp=b"", comment="")


@pytest.mark.parametrize("kind", ["mp4", "mov"])
def test_a_part_begins_at_no_key_frame_and_at_zero(tmp_path: Path, out: Path, kind: str) -> None:
    path = made.write(tmp_path / "in.mp4", patches(60), options={"preset": "ultrafast", "g": "25"})
    clip = probe(path, begin=0.4, end=1.5, most_seconds=1.2)
    analysis = analyse(clip, most_seconds=1.2)
    copied(clip, analysis, out.with_suffix(f".{kind}"), kind)
    whole, part = times(path), times(out.with_suffix(f".{kind}"))
    assert part == [(time - whole[12][0], base) for time, base in whole[12:45]]
    (before,), (after,) = sounds(path), sounds(out.with_suffix(f".{kind}"))
    kept = [data for pts, data in before if 0.4 <= pts / 48000 < 1.5]
    assert [data for _pts, data in after] == kept and 0 <= after[0][0] < 1024


def test_a_part_with_nothing_in_it(tmp_path: Path) -> None:
    path = made.write(tmp_path / "in.mp4", patches(30))
    for begin, end in ((2.0, None), (0.5, 0.5), (0.7, 0.2)):
        with pytest.raises(ClipError, match=r"Nothing of the clip's 1\.0 seconds is left"):
            probe(path, begin=begin, end=end)
