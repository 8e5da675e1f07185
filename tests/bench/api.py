"""How much of the bare engine's rate is left through POST /api/v1/swaps, and how much later an answer comes."""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import requests
from PIL import Image

from recognition.engine import decode_photo, encode_photo
from swaps.engine import swap_face
from tests.photos import sample
from tests.running_site import RunningSite, Visitor

CORES = 2
MEGAPIXELS = 2_000_000


def two_megapixels(name: str) -> bytes:
    """A sample enlarged or reduced to two megapixels."""
    image = Image.open(sample(name)).convert("RGB")
    scale = (MEGAPIXELS / (image.width * image.height)) ** 0.5
    buffer = io.BytesIO()
    image.resize((round(image.width * scale), round(image.height * scale))).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def bare(photos: tuple[bytes, bytes]) -> float:
    """Decode, swap, encode; give the seconds that it took."""
    started = time.perf_counter()
    face, target = (decode_photo(data).rgb for data in photos)
    encode_photo(swap_face(face, target), "JPEG")
    return time.perf_counter() - started


def measure(write: Callable[[str], object], requests_each: int = 16) -> dict[str, float]:
    """Run both and tell: rates, latencies, share."""
    photos = two_megapixels("obama.jpg"), two_megapixels("biden.jpg")
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(bare, [photos] * CORES))  # loads the models
        started = time.perf_counter()
        list(pool.map(bare, [photos] * requests_each))
        bare_rate = requests_each / (time.perf_counter() - started)
        idle_bare = statistics.median(pool.submit(bare, photos).result() for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        site = RunningSite(Path(folder), WORKERS=str(CORES), RATE_LIMIT_KEY="1000000", POINTS_SIGNUP="100000").start()
        try:
            Visitor(site).sign_up("bench")
            key = site.manage("issue_key", "bench", "--name", "bench").strip()
            figures = _through_the_api(site.url, key, photos, requests_each)
        finally:
            site.stop()
    figures |= {
        "bare_rate": bare_rate,
        "share": figures["rate"] / bare_rate,
        "added_ms": 1000 * (figures["idle_p50"] - idle_bare),
    }
    for name, value in figures.items():
        write(f"api {name}: {value:.3f}")
    return figures


def _through_the_api(url: str, key: str, photos: tuple[bytes, bytes], count: int) -> dict[str, float]:
    headers = {"Authorization": f"Bearer {key}", "Prefer": "wait=60"}

    def swap(_number: int = 0) -> float:
        started = time.perf_counter()
        files = {"face": photos[0], "target": photos[1]}
        job = requests.post(f"{url}/api/v1/swaps", files=files, headers=headers, timeout=90)
        assert job.status_code == 200, job.text
        return time.perf_counter() - started

    for _ in range(2 * CORES):
        swap()
    idle = [swap() for _ in range(8)]
    started = time.perf_counter()
    with ThreadPoolExecutor(3 * CORES) as executor:
        busy = sorted(executor.map(swap, range(count)))
    rate = count / (time.perf_counter() - started)
    return {
        "rate": rate,
        "p50": statistics.median(busy),
        "p95": busy[int(0.95 * (len(busy) - 1))],
        "idle_p50": statistics.median(idle),
    }


if __name__ == "__main__":
    measure(lambda line: sys.stdout.write(line + "\n"))
