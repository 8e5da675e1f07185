"""Asks for the probe and for pages from a process of its own, which has nothing else to do; prints seconds as JSON.

`python -m tests.flood.probe PORT SESSION`, until its input ends.
"""

import asyncio
import json
import sys

from .client import Answer, ask, request

PAGES = ("/", "/swaps/new/", "/gallery/", "/history/", "/account/", "/explore/")
SECONDS_BETWEEN_PROBES, SECONDS_BETWEEN_PAGES = 0.05, 0.2


async def repeated(port: int, requests: list[bytes], pause: float, over: asyncio.Event) -> list[Answer]:
    """Ask for one after the other at regular moments, whether or not the one before was answered."""
    asked: list[asyncio.Task[Answer]] = []
    while not over.is_set():
        asked.append(asyncio.create_task(ask(port, requests[len(asked) % len(requests)])))
        await asyncio.sleep(pause)
    return await asyncio.gather(*asked)


async def probe(port: int, session: str) -> dict[str, list[float]]:
    over = asyncio.Event()
    asyncio.get_running_loop().run_in_executor(None, sys.stdin.read).add_done_callback(lambda _: over.set())
    cookie = {"Cookie": f"sessionid={session}", "Accept": "text/html"}
    healthz, pages = await asyncio.gather(
        repeated(port, [request("GET", "/healthz", {})], SECONDS_BETWEEN_PROBES, over),
        repeated(port, [request("GET", path, cookie) for path in PAGES], SECONDS_BETWEEN_PAGES, over),
    )
    return {
        "healthz": [answer.seconds for answer in healthz],
        "pages": [answer.seconds for answer in pages],
        "not answered": [answer.status for answer in (*healthz, *pages) if not answer.good],
    }


if __name__ == "__main__":
    json.dump(asyncio.run(probe(int(sys.argv[1]), sys.argv[2])), sys.stdout)
