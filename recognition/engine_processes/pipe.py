"""How the web process and an engine process talk: a JSON header and a body of bytes, each with its length before it."""

import json
import struct
from typing import Any, NamedTuple

LENGTHS = struct.Struct("!II")


class PipeMessage(NamedTuple):
    """What goes either way."""

    header: dict[str, Any]
    body: bytes = b""


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    head = json.dumps(header, separators=(",", ":")).encode()
    return LENGTHS.pack(len(head), len(body)) + head + body


def lengths(prefix: bytes) -> tuple[int, int]:
    """The lengths of header and body that the first eight bytes of a message tell."""
    head, body = LENGTHS.unpack(prefix)
    return head, body


def unpack(head: bytes, body: bytes) -> PipeMessage:
    return PipeMessage(json.loads(head), body)
