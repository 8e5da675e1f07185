"""How the web process and an engine process talk: a JSON header and a body of bytes, each with its length before it."""

import json
import struct
from typing import Any

LENGTHS = struct.Struct("!II")


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Write one message."""
    head = json.dumps(header, separators=(",", ":")).encode()
    return LENGTHS.pack(len(head), len(body)) + head + body


def lengths(prefix: bytes) -> tuple[int, int]:
    """The lengths of header and body that the first eight bytes of a message tell."""
    head, body = LENGTHS.unpack(prefix)
    return head, body


def header_of(data: bytes) -> dict[str, Any]:
    """Read a message's header."""
    header: dict[str, Any] = json.loads(data)
    return header
