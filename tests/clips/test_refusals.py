"""What is no clip, or not one to be changed here, and what is damaged: said in a sentence, and no file is left."""

import io
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from django.core.management import call_command

from recognition.engine.types import ByteImage
from swaps.engine.clips import ClipError, ClipTooLarge, ClipUnsupported, analyse, kind_of, probe
from tests.clips import made
from tests.photos import sample

pytestmark = pytest.mark.real_engine


WEBM: dict[str, Any] = {
    "codec": "libvpx-vp9",
    "sound": "libopus",
    "options": {"deadline": "realtime", "cpu-used": "8"},
}


def flat(count: int = 3, size: tuple[int, int] = (64, 64)) -> list[ByteImage]:
    return [np.full((size[1], size[0], 3), 90, np.uint8) for _ in range(count)]


def test_a_photo_is_no_clip() -> None:
    assert kind_of(sample("obama.jpg")) is None
    with pytest.raises(ClipError, match="no clip that can be used"):
        probe(sample("obama.jpg"))


def test_a_clip_that_is_too_long_or_large(tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.mp4", flat(40), rate=10)
    with pytest.raises(ClipTooLarge, match="A clip may last 2 seconds"):
        probe(path, most_seconds=2)
    probe(path, most_seconds=4)
    with pytest.raises(ClipTooLarge, match="1920 × 1080 are the most"):
        probe(made.write(tmp_path / "b.mp4", flat(1, (2000, 400))))
    upright = probe(made.write(tmp_path / "c.mp4", flat(1, (1080, 1920))))
    assert (upright.width, upright.height) == (1080, 1920)


def test_a_film_that_does_not_tell_its_length_is_measured_as_it_is_read(tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.webm", flat(30), rate=10, **WEBM)
    data = bytearray(path.read_bytes())
    at = data.index(b"\x44\x89\x88")  # the element Duration, of eight bytes
    data[at : at + 2] = b"\xec\x89"  # is Void now, as recorders of browsers leave it out
    path.write_bytes(data)
    clip = probe(path, most_seconds=2)
    assert clip.seconds == 0
    with pytest.raises(ClipTooLarge):
        analyse(clip, most_seconds=2)


@pytest.mark.parametrize(("transfer", "name"), [(16, "smpte2084"), (18, "arib-std-b67")])
def test_hdr(tmp_path: Path, transfer: int, name: str) -> None:
    def bright(stream: Any) -> None:
        stream.codec_context.color_trc = transfer

    options = {"x264-params": f"transfer={name}"}
    path = made.write(tmp_path / "a.mp4", flat(), prepare=bright, options=options)
    with pytest.raises(ClipUnsupported, match="HDR"):
        probe(path)


def test_sound_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(ClipUnsupported, match="sound and no picture"):
        probe(path)


def test_a_film_without_its_index(tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.mp4", flat(30))
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moov") - 4])
    with pytest.raises(ClipError, match="damaged or incomplete"):
        probe(path)


def test_damage_in_the_middle_costs_what_is_damaged(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (40, 64, 96, 3), np.uint8)
    path = made.write(tmp_path / "a.mp4", list(noise), options={"g": "10", "crf": "15"})
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat")
    middle = begin + (len(data) - begin) // 2
    data[middle : middle + 3000] = bytes(3000)
    path.write_bytes(data)
    analysis = analyse(probe(path))
    assert 15 < len(analysis.times) <= 40


@pytest.mark.long
def test_a_film_that_ends_too_early_is_read_as_far_as_it_goes_and_that_is_said(tmp_path: Path) -> None:
    path = made.write(tmp_path / "a.webm", islice(made.moving(64, (320, 180)), 16), **WEBM)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    said = io.StringIO()
    call_command("swap", sample("obama.jpg"), path, output=tmp_path / "out.webm", stdout=said)
    assert "The clip is damaged: the result has the " in said.getvalue()
    assert 3 < len(analyse(probe(tmp_path / "out.webm")).times) < 16


def test_the_command_says_it_in_a_line_and_leaves_nothing(tmp_path: Path) -> None:
    film, out, said = made.write(tmp_path / "a.mp4", flat(4)), tmp_path / "out.mp4", io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("swap", sample("obama.jpg"), film, output=out, stderr=said)
    assert ended.value.code == 2
    assert said.getvalue().startswith("No face was found in the clip.")
    with pytest.raises(SystemExit):
        call_command("swap", sample("obama.jpg"), film, output=tmp_path / "out.txt", stderr=said)
    assert "a clip's name ends with one of .mp4" in said.getvalue()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4"]
