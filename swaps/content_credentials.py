"""Content Credentials (C2PA): results signed with the operator's certificate, where one is set."""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile

from .provenance import SOURCE_TYPE

_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}
_MANIFEST = {
    "claim_generator_info": [{"name": "faceswap-site"}],
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
    import c2pa

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
    import c2pa

    chain, secret = Path(certificate).read_bytes(), Path(key).read_bytes()
    # Without a time stamping service: it would be a request to somebody else for every picture.
    info = c2pa.C2paSignerInfo(alg=algorithm.encode(), sign_cert=chain, private_key=secret, ta_url=None)
    return c2pa.Signer.from_info(info)
