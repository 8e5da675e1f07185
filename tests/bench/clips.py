"""What a clip costs beside a plain loop: decode, detect at full size, swap, encode.

python -m tests.bench.clips            the ten seconds of docs/clips.md
python -m tests.bench.clips --memory 10  the memory of one process over ten minutes of film
"""

import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from recognition.engine import decode_photo
from recognition.engine.landmarks import landmarks_in_box
from recognition.engine.types import ByteImage
from recognition.engine.weights import detector
from swaps.engine import SourceFace, SwapOptions, prepare_source, swap_into
from swaps.engine.clips import Clip, analyse, probe, swap_clip
from tests.clips import made
from tests.photos import sample

SIZE, RATE, SECONDS = (1280, 720), 30, 10
PLAIN_FRAMES = 30


def say(*cells: str) -> None:
    """Write a line at once."""
    sys.stdout.write(" ".join(cells) + "\n")
    sys.stdout.flush()


def cpu(action: Callable[[], Any]) -> tuple[float, Any]:
    """The CPU seconds of an action, and its result."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def plain_loop(clip: Clip, source: SourceFace, out: Path, count: int) -> int:
    """Swap some frames as it is done without a plan for films; returns how many."""
    done = 0
    with av.open(str(clip.path)) as read, av.open(str(out), "w") as written:
        read.streams.video[0].codec_context.thread_count = 1
        stream: Any = written.add_stream("libx264", rate=RATE, options={"preset": "superfast", "crf": "19"})
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
        stream.codec_context.thread_count = 1
        for frame in islice(read.decode(video=0), count):
            rgb: ByteImage = frame.to_ndarray(format="rgb24")
            for box in detector().run(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), 0, 0.0)[0]:
                points = landmarks_in_box(rgb, (box.left(), box.top(), box.right(), box.bottom()))
                swap_into(rgb, source, points, SwapOptions(match_detail=False))
            written.mux(stream.encode(av.VideoFrame.from_ndarray(rgb.astype(np.uint8, copy=False), format="rgb24")))
            done += 1
        written.mux(stream.encode(None))
    return done


def costs(folder: Path, source: SourceFace) -> None:
    """CPU seconds a second of clip, by pass, and frames a second beside the plain loop's."""
    clip = probe(made.write(folder / "in.mp4", made.moving(RATE * SECONDS, SIZE)))
    plain_loop(clip, source, folder / "warm.mp4", 2)  # the models load
    analyse(probe(made.write(folder / "warm.mp4", islice(made.moving(RATE, SIZE), 3))))
    looking, analysis = cpu(lambda: analyse(clip))
    painting, _ = cpu(lambda: swap_clip(clip, analysis, {0: source}, folder / "out.mp4"))
    plain, count = cpu(lambda: plain_loop(clip, source, folder / "plain.mp4", PLAIN_FRAMES))
    ours, theirs = RATE * SECONDS / (looking + painting), count / plain
    swapped = sum(end - first for first, end in analysis.people[0].spans)
    say(f"{SIZE[0]} × {SIZE[1]}, {RATE} fps, {SECONDS} s: {swapped} of {len(analysis.times)} frames swapped")
    say(f"CPU seconds a second of clip: looking {looking / SECONDS:.2f}, painting {painting / SECONDS:.2f}")
    say(f"frames a CPU second: {ours:.1f}, plain loop {theirs:.1f}, ratio {ours / theirs:.1f}")


def memory(folder: Path, source: SourceFace, minutes: float) -> None:
    """How much memory the process has, from the first half minute of film to the last."""
    short = made.write(folder / "short.mp4", made.moving(RATE * SECONDS, SIZE))
    times = round(minutes * 60 / SECONDS)
    clip = probe(made.repeated(short, folder / "long.mp4", times), most_seconds=minutes * 60 + 60)
    held: dict[str, list[float]] = {"looking": [], "painting": []}

    def watch(stage: str) -> Callable[[int], None]:
        def look(number: int) -> None:
            if number >= 30 * RATE and number % RATE == 0:
                held[stage].append(resident())

        return look

    analysis = analyse(clip, most_seconds=minutes * 60 + 60, progress=watch("looking"))
    swap_clip(clip, analysis, {analysis.main_person or 0: source}, folder / "out.mp4", progress=watch("painting"))
    swapped = sum(end - first for first, end in analysis.people[analysis.main_person or 0].spans)
    say(f"{swapped} of {len(analysis.times)} frames swapped, {len(analysis.segments)} segments")
    for stage, values in held.items():
        say(f"{stage} {minutes:g} minutes: {values[0]:.0f} MB at first, {min(values):.0f} to {max(values):.0f} MB")


def resident() -> float:
    """What this process has in memory, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def main() -> None:
    """Measure the costs, or the memory."""
    source = prepare_source(decode_photo(sample("obama.jpg").read_bytes()).rgb)
    with tempfile.TemporaryDirectory() as name:
        if sys.argv[1:2] == ["--memory"]:
            memory(Path(name), source, float(sys.argv[2]))
        else:
            costs(Path(name), source)


if __name__ == "__main__":
    main()
