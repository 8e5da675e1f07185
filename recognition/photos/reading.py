"""How a photo that came in becomes pixels: from a file, an address, base64 or the samples, within the site's limits."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from faceswap_site.lib.base64_text import read_base64
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.fetch import SECONDS, FetchError, fetch
from faceswap_site.lib.samples import sample_path
from recognition.engine import Photo, PhotoTooLarge, open_photo


def from_base64(text: str, *, label: str) -> Photo:
    """Decode a photo from base64 as clients write it, also as a data: address."""
    try:
        data = read_base64(text)
    except ValueError:
        raise DomainError("not_base64", label=label) from None
    return _opened(data, label)


def decode_upload(file: UploadedFile[bytes], *, name: str) -> Photo:
    """Decode an uploaded file; of one over the limit not a byte is read."""
    return _opened(read_upload(file, name=name), name)


def read_upload(file: UploadedFile[bytes], *, name: str) -> bytes:
    """The bytes of an uploaded photo; PhotoTooLarge, with its true size, for one over the limit."""
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise PhotoTooLarge.of(file.size or 0, settings.MAX_UPLOAD_BYTES, photo=name)
    return bytes(file.read())


def decode_sample(name: str) -> Photo:
    """One of the samples that the site offers; KeyError for any other name."""
    return open_photo(sample_path(settings.SAMPLES_DIR, name).read_bytes(), name=name)


def fetch_photo(url: str, *, label: str, seconds: float = SECONDS) -> Photo:
    """Fetch a photo within `seconds` and open it.

    Raises
    ------
    FetchError, PhotoError
        With `label` in the sentence, so that the person knows which photo is meant.
    """
    try:
        data = fetch(url, max_bytes=settings.MAX_UPLOAD_BYTES, seconds=seconds)
    except FetchError as error:
        details: dict[str, Any] = {**error.details, "label": label, "why": error.sentence}
        raise type(error)(case="photo", **details) from error
    return _opened(data, label)


def _opened(data: bytes, name: str) -> Photo:
    return open_photo(data, name=name, max_bytes=settings.MAX_UPLOAD_BYTES, max_pixels=settings.MAX_PHOTO_PIXELS)
