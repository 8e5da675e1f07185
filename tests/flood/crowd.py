"""Twenty accounts and what they send: looks, comparisons and swaps, among them very large photos, and slow ones."""

import asyncio
import contextlib
import io
import json
import random
import socket
import time
from collections.abc import Iterator

from PIL import Image

from tests.photos import sample

from .client import Answer, ask, form, request

# In twenty requests: so many of each.
MIX = {"look": 9, "large look": 1, "compare": 6, "swap": 4}
SIDE = 800
SLOW_BODIES, BYTES_A_SECOND = 40, 2000
SECONDS_BETWEEN_SLOW_ADDRESSES = 0.5


def photo(name: str) -> bytes:
    """A sample portrait as it may come from the web."""
    out = io.BytesIO()
    with Image.open(sample(name)) as image:
        image.thumbnail((SIDE, SIDE))
        image.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def large_photo() -> bytes:
    """50 megapixels with a person far away, as a few hundred kilobytes."""
    out = io.BytesIO()
    with Image.open(sample("obama.jpg")) as person:
        canvas = Image.new("RGB", (8000, 6200), (90, 120, 90))
        canvas.paste(person.convert("RGB").resize((400, 500)), (4000, 3000))
        canvas.save(out, "JPEG", quality=60)
    return out.getvalue()


class Crowd:
    """What each account may send, put together beforehand."""

    def __init__(self, port: int, accounts: list[dict[str, str]]) -> None:
        self.port, self.accounts = port, accounts
        self.sent = {kind: [self._request(kind, account) for account in accounts] for kind in MIX}
        self._kinds = [kind for kind, count in MIX.items() for _ in range(count)]
        self._random = random.Random(1)

    def _request(self, kind: str, account: dict[str, str]) -> bytes:
        one, other = photo("obama.jpg"), photo("biden.jpg")
        key = {"Authorization": f"Bearer {account['key']}"}
        token = "a" * 32
        session = {"Cookie": f"sessionid={account['session']}; csrftoken={token}", "X-CSRFToken": token}
        table: dict[str, tuple[str, dict[str, str], dict[str, str | bytes]]] = {
            "look": ("/swaps/faces", session, {"role": "target", "photo": other}),
            "large look": ("/swaps/faces", session, {"role": "target", "photo": large_photo()}),
            "compare": ("/api/v1/compare", key, {"one": one, "other": other}),
            "swap": ("/api/v1/swaps", key, {"face": one, "target": other}),
        }
        path, headers, fields = table[kind]
        content_type, body = form(fields)
        return request("POST", path, {**headers, "Content-Type": content_type}, body)

    def next(self) -> tuple[str, bytes]:
        """One request of the mix, of one of the accounts."""
        kind = self._random.choice(self._kinds)
        return kind, self._random.choice(self.sent[kind])

    async def keep_busy(self, seconds: float, *, at_once: int) -> list[tuple[str, Answer]]:
        """Send the next request when one is answered: what the site can do."""
        until = time.monotonic() + seconds

        async def one_after_the_other() -> list[tuple[str, Answer]]:
            answers = []
            while time.monotonic() < until:
                kind, sent = self.next()
                answers.append((kind, await ask(self.port, sent)))
            return answers

        several = await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        return [answer for answers in several for answer in answers]

    async def flood(self, seconds: float, *, a_second: float) -> list[tuple[str, Answer]]:
        """Send at a rate, whatever becomes of the requests before."""
        began, asked = time.monotonic(), list[tuple[str, asyncio.Task[Answer]]]()
        while (now := time.monotonic() - began) < seconds:
            while len(asked) < now * a_second:
                kind, sent = self.next()
                asked.append((kind, asyncio.create_task(ask(self.port, sent))))
            await asyncio.sleep(0.01)
        return [(kind, await task) for kind, task in asked]

    async def slow_addresses(self, seconds: float, port: int) -> list[Answer]:
        """Hand in swaps of photos whose server takes the connection and says nothing."""
        until, asked = time.monotonic() + seconds, list[asyncio.Task[Answer]]()
        body = json.dumps({name: {"url": f"http://127.0.0.1:{port}/{name}.jpg"} for name in ("face", "target")})
        while time.monotonic() < until:
            headers = {"Authorization": f"Bearer {self._random.choice(self.accounts)['key']}"}
            headers["Content-Type"] = "application/json"
            asked.append(asyncio.create_task(ask(self.port, request("POST", "/api/v1/swaps", headers, body.encode()))))
            await asyncio.sleep(SECONDS_BETWEEN_SLOW_ADDRESSES)
        return [await task for task in asked]

    async def slow_bodies(self, seconds: float) -> None:
        """Keep photos coming in that never end, as fast as is just allowed."""
        await asyncio.gather(*(self._slow_body(seconds, number) for number in range(SLOW_BODIES)))

    async def _slow_body(self, seconds: float, number: int) -> None:
        account = self.accounts[number % len(self.accounts)]
        headers = {"Authorization": f"Bearer {account['key']}", "Content-Type": "multipart/form-data; boundary=x"}
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(seconds):
                _reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                with contextlib.closing(writer):
                    writer.write(request("POST", "/api/v1/compare", headers, length=4_000_000))
                    while True:
                        writer.write(b"x" * BYTES_A_SECOND)
                        await writer.drain()
                        await asyncio.sleep(1)


@contextlib.contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that lets everyone in and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listener:
        yield listener.getsockname()[1]
