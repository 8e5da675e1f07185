"""Frames a second through the socket: `python -m tests.bench.live_socket`.

With the real server and python-socketio's client, which share the machine. Where others work on it too, the processor
time a frame tells more than the frames a second.
"""

import os
import queue
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import requests

from tests.live.conftest import Camera
from tests.running_site import RunningSite

from .live import camera_path, portrait

SECONDS = 10.0
# So many frames on the way at once, as the page does: one is swapped while the other travels.
ON_THE_WAY = 2
FPS = 58.0  # a little under LIVE_MAX_FPS: the clocks of two processes differ
DROPPED = 0.25  # seconds after which no answer comes any more


def stream(camera: Camera, frames: list[bytes], seconds: float) -> float:
    """Send frames as fast as they come back and the rules allow; return how many came back swapped a second."""
    done, number, due = 0, 0, time.monotonic()
    started, on_the_way = due, 0
    while time.monotonic() - started < seconds:
        if on_the_way < ON_THE_WAY:
            time.sleep(max(0.0, due - time.monotonic()))
            due = time.monotonic() + 1 / FPS
            camera.client.emit("process_frame", frames[number % len(frames)])
            number, on_the_way = number + 1, on_the_way + 1
        else:
            try:
                done += camera.next("processed_frame", seconds=DROPPED)["success"]
                on_the_way -= 1
            except queue.Empty:  # newer ones took the place of what was sent
                on_the_way = 0
    return done / (time.monotonic() - started)


def measure(site: RunningSite, frames: list[bytes], sessions: int) -> tuple[list[float], float]:
    """Frames a second of each session, and the 95th percentile in ms of pages asked meanwhile."""
    cameras = [Camera(site) for _ in range(sessions)]
    for camera in cameras:
        camera.connect()
        camera.upload()
        camera.show(frames[0])
    rates: list[float] = []
    threads = [
        threading.Thread(target=lambda camera=camera: rates.append(stream(camera, frames, SECONDS)))
        for camera in cameras
    ]
    for thread in threads:
        thread.start()
    took = []
    while any(thread.is_alive() for thread in threads):
        start = time.monotonic()
        requests.get(f"{site.url}/pricing/", timeout=10)
        took.append((time.monotonic() - start) * 1000)
        time.sleep(0.1)
    for camera in cameras:
        camera.leave()
    return rates, float(np.percentile(took, 95))


def processor_seconds(pid: int) -> float:
    """What a process has used of the processors so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spent(site: RunningSite) -> tuple[float, float]:
    """Processor seconds of the web process, and of its engine processes together."""
    web = site.processes["web"].pid
    children = Path(f"/proc/{web}/task/{web}/children").read_text().split()
    return processor_seconds(web), sum(processor_seconds(int(child)) for child in children)


def main() -> None:
    """Print the figures as a table."""
    frames = list(camera_path(portrait("obama.jpg"), 120))
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        site = RunningSite(Path(folder), LIVE_MAX_FPS="60", OPEN_ACCESS="live").start("web")
        try:
            measure(site, frames, 1)  # models are loaded
            for sessions, wanted in ((1, "≥ 40"), (2, "≥ 25")):
                before = spent(site)
                rates, page = measure(site, frames, sessions)
                after = spent(site)
                web, engines = (1000 * (b - a) / (sum(rates) * SECONDS) for a, b in zip(before, after, strict=True))
                lines.append(
                    (f"frames a second, {sessions} at once", " ".join(f"{rate:.0f}" for rate in rates), wanted)
                )
                lines.append(("  processor ms a frame: web, engine", f"{web:.1f} {engines:.1f}", ""))
                lines.append(("  a page meanwhile, ms, p95", f"{page:.0f}", "≤ 100"))
        finally:
            site.stop()
    for what, figure, limit in lines:
        print(f"{what:<45}{figure:>12}   {limit}")  # noqa: T201 a command's answer


if __name__ == "__main__":
    main()
