"""Requests that are put together once and sent many times, so that sending them costs next to nothing."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

SECONDS = 90.0  # nobody is kept waiting for an answer for so long


@dataclass(frozen=True)
class Answer:
    """What came back: a status (0 for none at all), the header fields, and how long that took."""

    status: int
    headers: Mapping[str, str]
    seconds: float

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_shed(self) -> bool:
        """Whether the request was refused as one too many, and told when to come back."""
        return self.status in (429, 503) and "retry-after" in self.headers


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"", *, length: int = -1) -> bytes:
    """The bytes of a request; `length` announces more than there is."""
    fields = {"Host": "localhost", "Connection": "close", "Content-Length": str(max(length, len(body))), **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def form(fields: Mapping[str, str | bytes]) -> tuple[str, bytes]:
    """A multipart form and its content type: texts, and photos as files."""
    boundary = uuid4().hex
    parts = []
    for name, value in fields.items():
        about = f'name="{name}"' + ('; filename="photo.jpg"' if isinstance(value, bytes) else "")
        data = value if isinstance(value, bytes) else value.encode()
        parts.append(f"--{boundary}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + data + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


async def ask(port: int, sent: bytes) -> Answer:
    """Send a request on a connection of its own and read its answer to the end."""
    began = time.monotonic()
    status, headers = 0, dict[str, str]()
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(sent)
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                status = int(head[0].split()[1])
                headers = {
                    name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
                }
                while await reader.read(65536):
                    pass
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return Answer(status, headers, time.monotonic() - began)
    return Answer(status, headers, time.monotonic() - began)
