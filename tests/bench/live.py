"""How fast and how steady the live pipeline is, without any network: `python -m tests.bench.live [FRAMES]`."""

import math
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from recognition.engine import decode_photo
from recognition.engine.hog import detect
from recognition.engine.types import ByteImage
from swaps.engine.following.tracking import Follower, Tracker
from swaps.live.frame_swap import FrameSwap
from swaps.live.frames import decode_frame, encode_frame
from swaps.live.source import live_source
from tests.photos import sample

WIDTH, HEIGHT = 640, 480
FRAMES = 300
FPS = 30.0


@dataclass(frozen=True)
class LiveFigures:
    """What one run measured: CPU milliseconds a frame, and frames without a face."""

    p50: float
    p95: float
    mean: float
    lost: int
    losses: int

    @property
    def fps(self) -> float:
        return 1000 / self.mean


def camera_path(photo: ByteImage, frames: int = FRAMES, *, still: bool = False) -> Iterator[bytes]:
    """Frames as a camera would see a portrait that moves, comes near, leans and, between, stands still.

    Each has fresh sensor noise (sigma 2 of 255), so that a still face is not the same picture again.
    """
    rng = np.random.default_rng(7)
    base = HEIGHT / photo.shape[0]
    middle = np.array([photo.shape[1] * 0.5, photo.shape[0] * 0.3])
    for number in range(frames):
        t = 0.0 if still else number / FPS
        scale = base * (1.6 + 0.4 * math.sin(t * 0.9))
        angle = math.radians(20 * math.sin(t * 1.3))
        centre = np.array([320 + 100 * math.sin(t * 1.7), 230 + 40 * math.sin(t * 2.3)])
        turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        matrix = np.column_stack([turn, centre - turn @ middle])
        frame = cv2.warpAffine(photo, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
        noisy = frame + rng.normal(0, 2, (HEIGHT, WIDTH, 3)).astype(np.float32)
        yield encode_frame(np.clip(noisy, 0, 255).astype(np.uint8), 85)


def portrait(name: str) -> ByteImage:
    """A sample photo at a size that a camera could give."""
    rgb = decode_photo(sample(name).read_bytes()).rgb
    scale = 720 / rgb.shape[0]
    return cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def measure_speed(frames: list[bytes], source: ByteImage) -> LiveFigures:
    session = FrameSwap()
    session.load_source(live_source(source)[0])
    spent, lost = [], 0
    for number, frame in enumerate(frames):
        start = time.process_time()
        done = session.process(frame, at=number / FPS)
        spent.append((time.process_time() - start) * 1000)
        lost += bool(done.error)
    p50, p95 = np.percentile(spent, [50, 95])
    return LiveFigures(float(p50), float(p95), float(np.mean(spent)), lost, session.tracker.losses)


def measure_jitter(frames: list[bytes]) -> tuple[float, float]:
    """Mean movement a frame, in pixels, of the landmarks of a still face: placed on each frame, and followed."""
    tracker, follower, raw, smooth = Tracker(), Follower(), [], []
    for number, frame in enumerate(frames):
        picture = decode_frame(frame)
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        placed = follower.follow(grey)
        if placed is None:
            placed = follower.begin(grey, max(detect(grey, 1.0), key=lambda find: find.width))
        points = tracker.follow(picture, number / FPS)
        if points is not None:
            raw.append(placed)
            smooth.append(points)
    # The first second is left out: the filter needs it to settle.
    return tuple(float(np.linalg.norm(np.diff(np.array(track[30:]), axis=0), axis=2).mean()) for track in (raw, smooth))  # type: ignore[return-value]


def measure_lag(frames: list[bytes]) -> float:
    """By how much the smoothed landmarks of a moving face trail the found ones: mean, in shares of the face's width."""
    tracker, off = Tracker(), []
    for number, frame in enumerate(frames):
        points = tracker.follow(decode_frame(frame), number / FPS)
        if points is not None and tracker.raw is not None:
            off.append(float(np.linalg.norm((points - tracker.raw).mean(0)) / np.ptp(points[:17, 0])))
    return float(np.mean(off))


def resident_mb() -> float:
    """What this process holds in memory, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_memory(frames: list[bytes], source: ByteImage, count: int, warm_up: int) -> float:
    """How much memory grows over so many frames, in MB for each 1000, by a straight line through what is seen."""
    session = FrameSwap()
    session.load_source(live_source(source)[0])
    seen: list[tuple[int, float]] = []
    for number in range(count):
        session.process(frames[number % len(frames)], at=number / FPS)
        if number >= warm_up and number % 50 == 0:
            seen.append((number, resident_mb()))
    numbers, held = np.array(seen).T
    return float(np.polyfit(numbers, held, 1)[0]) * 1000


def main() -> None:
    """Print the figures as a table."""
    target, source = portrait("obama.jpg"), decode_photo(sample("biden.jpg").read_bytes()).rgb
    moving = list(camera_path(target))
    measure_speed(moving[:20], source)  # loads the models
    speed = measure_speed(moving, source)
    raw, smooth = measure_jitter(list(camera_path(target, 120, still=True)))
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 2000
    growth = measure_memory(moving, source, count, count // 5)
    lines = (
        ("Live, 300 frames of 640 × 480, CPU ms a frame, p50", f"{speed.p50:.1f}", "≤ 12"),
        ("p95", f"{speed.p95:.1f}", "≤ 25"),
        ("frames a second and core", f"{speed.fps:.0f}", "≥ 60"),
        ("frames without a face / times lost", f"{speed.lost} / {speed.losses}", "0 / 0"),
        ("still face, landmarks placed on each frame, px", f"{raw:.3f}", ""),
        ("still face, landmarks followed, px", f"{smooth:.3f}", f"≤ {raw / 2:.3f}"),
        ("moving face, trail in face widths", f"{measure_lag(moving):.4f}", "≤ 0.02"),
        (f"memory over {count} frames, MB for each 1000", f"{growth:.2f}", "≤ 1"),
    )
    for what, figure, wanted in lines:
        print(f"{what:<55}{figure:>12}   {wanted}")  # noqa: T201 a command's answer


if __name__ == "__main__":
    main()
