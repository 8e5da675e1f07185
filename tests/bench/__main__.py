"""Print what the engine costs and finds, beside a plain baseline in the same run.

    python -m tests.bench

CPU seconds are those of one process; on a busy machine trust the ratios.
"""

import csv
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np

from recognition.engine import decode_photo, describe_faces, encode_photo, find_faces
from recognition.engine.landmarks import landmarks_in_box
from recognition.engine.types import ByteImage, eye_distance
from recognition.engine.yunet import look
from swaps.engine import SwapOptions, prepare_source, swap_face
from swaps.engine.paint import paint
from swaps.engine.plan import plan_swap
from tests.photos import SAMPLES, SHARED_FACES

from . import baseline

MEGAPIXELS = (0.5, 2, 12)
OTHERS = (
    "engines",
    "clips",
    "pages",
    "recognition",
    "live",
    "live_socket",
    "api",
)  # each measures in a process of its own
STAGES = ("decode", "detect", "landmarks", "prepare", "plan", "paint", "encode")


def say(*cells: str) -> None:
    """Write a line at once."""
    sys.stdout.write(" ".join(cells) + "\n")
    sys.stdout.flush()


def cpu(action: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The least CPU milliseconds of some runs, and the last result."""
    least, result = float("inf"), None
    for _ in range(times):
        start = time.process_time()
        result = action()
        least = min(least, (time.process_time() - start) * 1000)
    return least, result


def target_of(megapixels: float) -> ByteImage:
    """An official portrait, waist up, brought to a size."""
    rgb = decode_photo((SAMPLES / "biden.jpg").read_bytes()).rgb
    scale = float(np.sqrt(megapixels * 1e6 / (rgb.shape[0] * rgb.shape[1])))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=method)


def stages(face: ByteImage, target: ByteImage) -> dict[str, float]:
    """CPU milliseconds of each stage of one swap."""
    spent: dict[str, float] = {}
    data = encode_photo(target, "JPEG")
    spent["decode"], _ = cpu(lambda: decode_photo(data, max_bytes=len(data)))
    found = find_faces(target, mode="largest")[0]
    spent["detect"], _ = cpu(lambda: look(target, 640, least=0.7))
    spent["landmarks"], _ = cpu(lambda: landmarks_in_box(target, found.box))
    one = find_faces(face, mode="largest")[0]
    spent["prepare"], source = cpu(lambda: prepare_source(face, faces=one))
    options = SwapOptions()
    spent["plan"], plan = cpu(lambda: plan_swap(source, target, found.landmarks, options))
    spent["paint"], _ = cpu(lambda: paint(target.copy(), plan))
    spent["encode"], _ = cpu(lambda: encode_photo(target, "JPEG"))
    return spent


def swaps() -> None:
    """One swap at three sizes: the whole, the baseline's, and the stages."""
    face = decode_photo((SAMPLES / "obama.jpg").read_bytes()).rgb
    swap_face(face, target_of(0.5))
    say(
        f"{'megapixels':>10}{'eyes px':>8}{'swap ms':>9}{'baseline':>9}{'ratio':>7}",
        *(f"{stage:>10}" for stage in STAGES),
    )
    for megapixels in MEGAPIXELS:
        target = target_of(megapixels)
        whole, _ = cpu(partial(swap_face, face, target))
        plain, _ = cpu(partial(baseline.swap_face, face, target), times=1)
        eyes = eye_distance(find_faces(target, mode="largest")[0].landmarks)
        spent = stages(face, target)
        cells = [f"{spent[stage]:10.1f}" for stage in STAGES]
        say(f"{megapixels:10}{eyes:8.0f}{whole:9.1f}{plain:9.1f}{whole / plain:7.2f}", *cells)


def live() -> None:
    """A prepared source on a 640 × 480 picture, as a camera gives it."""
    face = decode_photo((SAMPLES / "obama.jpg").read_bytes()).rgb
    frame = cv2.resize(decode_photo((SAMPLES / "astronaut.png").read_bytes()).rgb[:384], (640, 480))
    source, found = prepare_source(face), find_faces(frame, mode="largest")[0]
    options = SwapOptions(match_detail=False)
    planned, plan = cpu(lambda: plan_swap(source, frame, found.landmarks, options), times=20)
    painted, _ = cpu(lambda: paint(frame, plan), times=20)
    say(f"640 × 480, prepared: plan {planned:.1f} ms, paint {painted:.1f} ms")


def faces() -> None:
    """Faces found in the labelled group photos, and descriptors a second."""
    folder = SHARED_FACES / "groups"
    if folder.exists():
        rows = list(csv.DictReader((folder / "boxes.csv").read_text().splitlines()))
        hits, false, spent = 0, 0, 0.0
        for name in sorted({row["file"] for row in rows}):
            rgb = decode_photo((folder / name).read_bytes()).rgb
            own = [row for row in rows if row["file"] == name]
            boxes = [[float(row[side]) for side in ("left", "top", "right", "bottom")] for row in own]
            took, found = cpu(partial(find_faces, rgb), times=1)
            spent += took
            close = np.array([[_iou(box, face.box) for face in found] for box in boxes]) >= 0.4
            hits += int(close.any(1).sum())
            false += int((~close.any(0)).sum())
        say(f"group photos: recall {hits / len(rows):.3f} of {len(rows)}, false {false}, {spent:.0f} ms in all")
    rgb = decode_photo((SAMPLES / "obama.jpg").read_bytes()).rgb
    found = find_faces(rgb, mode="largest")
    took, _ = cpu(lambda: describe_faces(rgb, found))
    say(f"descriptors: {1000 / took:.0f} a second ({took:.1f} ms each)")


def _iou(first: Any, second: Any) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return float(width * height / (sum(areas) - width * height))


def peaks() -> None:
    """Peak memory of one swap, each size in a process of its own."""
    for megapixels in (*MEGAPIXELS, 50):
        command = [sys.executable, "-m", "tests.bench", "--peak", str(megapixels)]
        say(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


def peak(megapixels: float) -> None:
    """Decode, swap and encode one photo; print the process's peak."""
    face = decode_photo((SAMPLES / "obama.jpg").read_bytes()).rgb
    size = tuple(round(side * np.sqrt(megapixels * 1e6 / 12)) for side in (4, 3))
    target = cv2.resize(decode_photo((SAMPLES / "astronaut.png").read_bytes()).rgb[:384], size)
    encode_photo(swap_face(face, target), "JPEG")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"peak memory at {megapixels:g} megapixels, the face filling a third of the photo: {most:.0f} MB")


def main() -> None:
    """Run everything, or one measurement of memory."""
    if sys.argv[1:2] == ["--peak"]:
        peak(float(sys.argv[2]))
        return
    swaps()
    live()
    faces()
    peaks()
    for name in OTHERS:
        say(f"\n{name}")
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=True)


if __name__ == "__main__":
    main()
