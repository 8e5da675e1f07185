"""The machine-readable marks of a result: XMP always, Content Credentials (C2PA) where a certificate is set.

XMP says that a picture was put together from several, one of them altered by a program.
"""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.files.base import ContentFile

from swaps.engine.marks import SOURCE_TYPE, TOOL
from swaps.models import SwapJob


def xmp_of(engine: str = "classic", provider: str = "") -> bytes:
    """The XMP packet of a result: how it came about, and by which engine on which provider of onnxruntime."""
    tool = escape(f"{TOOL}, engine {engine}" + (f" on {provider}" if provider else ""))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        f"<Iptc4xmpExt:DigitalSourceType>{SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>"
        f"<xmp:CreatorTool>{tool}</xmp:CreatorTool>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="r"?>'
    ).encode()


def xmp_of_job(job: SwapJob) -> bytes:
    """The same for a job's result, by what its row says."""
    used = job.report.get("engine") or {}
    return xmp_of(used.get("name", "classic"), used.get("provider", ""))


XMP = xmp_of()

_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}
_MANIFEST = {
    "claim_generator_info": [{"name": TOOL}],
    "assertions": [
        {
            "label": "c2pa.actions",
            "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": SOURCE_TYPE}]},
        }
    ],
}


def signed(data: bytes, extension: str) -> bytes:
    """The picture with a manifest that says how it was made; the same bytes where no certificate is set."""
    if not settings.C2PA_CERTIFICATE:
        return data
    import c2pa  # installed only where an operator wants it

    out = io.BytesIO()
    builder = c2pa.Builder(json.dumps(_MANIFEST))
    try:
        builder.sign(
            _signer(settings.C2PA_CERTIFICATE, settings.C2PA_KEY, settings.C2PA_ALGORITHM),
            _TYPES[extension],
            io.BytesIO(data),
            out,
        )
    finally:
        builder.close()
    return out.getvalue()


def signed_file(file: ContentFile[bytes]) -> ContentFile[bytes]:
    """A picture's file on its way into the storage, signed."""
    name = str(file.name)
    return ContentFile(signed(file.read(), name.rsplit(".", 1)[-1]), name=name)


@cache
def _signer(certificate: str, key: str, algorithm: str) -> Any:
    import c2pa  # installed only where an operator wants it

    chain, secret = Path(certificate).read_bytes(), Path(key).read_bytes()
    # Without a time stamping service: it would be a request to somebody else for every picture.
    info = c2pa.C2paSignerInfo(alg=algorithm.encode(), sign_cert=chain, private_key=secret, ta_url=None)
    return c2pa.Signer.from_info(info)
