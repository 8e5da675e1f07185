"""What a file says of how it was made: the marks that results carry, read without trusting them. Pure."""

import io
import json
import ssl
from dataclasses import dataclass
from typing import Any

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
TOOL = "faceswap-site"
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif"}
_PACKET = b"<x:xmpmeta", b"</x:xmpmeta>"
_LONGEST = 64 * 1024  # of a packet


@dataclass(frozen=True)
class Marks:
    """Whether a file's XMP says that this software made it, and whether the site's own certificate signed it."""

    named: bool
    signed: bool


def read_marks(data: bytes, kind: str, *, chain: bytes = b"") -> Marks:
    """The marks of a file of a kind that `recognition.engine` opened.

    Only a signature with the first certificate of `chain` (PEM) counts; without one none is looked at.
    """
    return Marks(_named(data), bool(chain) and kind in _TYPES and _signed(data, _TYPES[kind], chain))


def _named(data: bytes) -> bool:
    start = data.find(_PACKET[0])
    end = data.find(_PACKET[1], start, start + _LONGEST) if start >= 0 else -1
    packet = data[start:end] if end >= 0 else b""
    return SOURCE_TYPE.encode() in packet and TOOL.encode() in packet


def _signed(data: bytes, content_type: str, chain: bytes) -> bool:
    import c2pa  # installed only where an operator wants it

    settings = {
        "trust": {"user_anchors": chain.decode()},
        "verify": {"verify_trust": True, "remote_manifest_fetch": False},
    }
    try:
        with (
            c2pa.Context(c2pa.Settings.from_dict(settings)) as context,
            c2pa.Reader(content_type, io.BytesIO(data), context=context) as reader,
        ):
            found: dict[str, Any] = json.loads(reader.json())
    except (c2pa.C2paError, ValueError):  # none, or one that can't be read
        return False
    manifest = found.get("manifests", {}).get(found.get("active_manifest"), {})
    # Of the certificates that an authority gave, only one is the site's.
    signer = manifest.get("signature_info", {}).get("cert_serial_number")
    return found.get("validation_state") == "Trusted" and str(signer) == str(_serial_number(chain))


def _serial_number(chain: bytes) -> int:
    """Of the first certificate of a chain, as RFC 5280, section 4.1, writes it: after the version, if that is told."""
    end = b"-----END CERTIFICATE-----"
    der = ssl.PEM_cert_to_DER_cert((chain.split(end)[0] + end).decode().strip())
    body = _content(_content(der))
    if body[0] == 0xA0:
        body = body[2 + body[1] :]
    return int.from_bytes(_content(body), signed=True)


def _content(der: bytes) -> bytes:
    """What the first value of some DER holds."""
    size, start = der[1], 2
    if size > 0x7F:
        start += size & 0x7F
        size = int.from_bytes(der[2:start])
    return der[start : start + size]
