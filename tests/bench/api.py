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
AT_ONCE = 6 * CORES  # enough that a worker never waits for the next request to be sent
MEGAPIXELS = 2_000_000
STORED_QUALITY = 95  # of recognition.photos.pixels


def two_megapixels(name: str) -> bytes:
    """A sample enlarged or reduced to two megapixels."""
    image = Image.open(sample(name)).convert("RGB")
    scale = (MEGAPIXELS / (image.width * image.height)) ** 0.5
    buffer = io.BytesIO()
    image.resize((round(image.width * scale), round(image.height * scale))).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def bare(photos: tuple[bytes, bytes]) -> float:
    """Decode, swap, encode to the file that the site would store; give the seconds that it took."""
    started = time.perf_counter()
    face, target = (decode_photo(data).rgb for data in photos)
    encode_photo(swap_face(face, target), "JPEG", quality=STORED_QUALITY)
    return time.perf_counter() - started


def measure(write: Callable[[str], object], rounds: int = 4, requests_a_round: int = 300) -> dict[str, float]:
    """Run both in turns, so that what else the machine does meets both; tell rates, latencies and the share."""
    photos = two_megapixels("obama.jpg"), two_megapixels("biden.jpg")
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(CORES) as pool:
        list(pool.map(bare, [photos] * 2 * CORES))  # loads the models
        site = RunningSite(Path(folder), WORKERS=str(CORES), RATE_LIMIT_KEY="1000000", POINTS_SIGNUP="100000").start()
        try:
            Visitor(site).sign_up("bench")
            client = Client(site.url, site.manage("issue_key", "bench", "--name", "bench").strip(), photos)
            client.rate(3 * CORES)  # loads the models of the workers
            turns = []
            for _ in range(rounds):
                turns.append(
                    {
                        "bare_rate": _rate(lambda: list(pool.map(bare, [photos] * requests_a_round)), requests_a_round),
                        "rate": client.rate(requests_a_round),
                        "idle_bare": statistics.median(pool.submit(bare, photos).result() for _ in range(5)),
                        "idle": statistics.median(client.swap() for _ in range(5)),
                    }
                )
        finally:
            site.stop()
    figures = {name: statistics.median(turn[name] for turn in turns) for name in turns[0]}
    figures |= {
        "share": statistics.median(turn["rate"] / turn["bare_rate"] for turn in turns),
        "added_ms": 1000 * statistics.median(turn["idle"] - turn["idle_bare"] for turn in turns),
        "p50": statistics.median(client.seconds),
        "p95": sorted(client.seconds)[int(0.95 * (len(client.seconds) - 1))],
    }
    for name, value in figures.items():
        write(f"api {name}: {value:.3f}")
    return figures


class Client:
    """A program that sends swaps and waits for each; `seconds` are those of its requests under load.

    It runs on the cores that it measures, so it writes its form once and keeps its connections.
    """

    def __init__(self, url: str, key: str, photos: tuple[bytes, bytes]) -> None:
        headers = {"Authorization": f"Bearer {key}", "Prefer": "wait=60"}
        files = {"face": photos[0], "target": photos[1]}
        self.request = requests.Request("POST", f"{url}/api/v1/swaps", headers=headers, files=files).prepare()
        self.session = requests.Session()
        self.session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=AT_ONCE))
        self.seconds: list[float] = []

    def swap(self) -> float:
        started = time.perf_counter()
        job = self.session.send(self.request, timeout=90)
        assert job.status_code == 200, job.text
        return time.perf_counter() - started

    def rate(self, count: int) -> float:
        """Swaps a second of several at a time."""
        with ThreadPoolExecutor(AT_ONCE) as executor:
            return _rate(lambda: self.seconds.extend(executor.map(lambda _: self.swap(), range(count))), count)


def _rate(run: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    run()
    return count / (time.perf_counter() - started)


if __name__ == "__main__":
    measure(lambda line: sys.stdout.write(line + "\n"))
