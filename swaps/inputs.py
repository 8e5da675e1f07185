"""Photos as programs send them, on their way into the services: files, base64, addresses and ids."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop

from accounts.models import User
from faceswap_site.errors import DomainError
from faceswap_site.problems import BadRequest
from recognition.engine import Photo, open_photo

from .engine import SwapOptions
from .fetch import check_url, fetch_photo
from .forms import decode_upload
from .found import found_photo
from .intake import LABEL, PhotoInput


class NotBase64(DomainError):
    code = "not_base64"


def from_base64(text: str, *, label: str) -> Photo:
    """Decode base64 as clients write it: in lines, without padding, in the URL alphabet, or as a data: address."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    compact = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        data = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise NotBase64(gettext_noop("The %(label)s is not base64."), label=label) from None
    return open_photo(data, name=label, max_bytes=settings.MAX_UPLOAD_BYTES, max_pixels=settings.MAX_PHOTO_PIXELS)


def from_value(value: Any, *, label: str) -> PhotoInput:
    """A photo that is either a file or an address, as the published APIs take it."""
    if isinstance(value, UploadedFile):
        return PhotoInput(photo=decode_upload(value, name=label))
    if isinstance(value, str) and value.strip():
        return PhotoInput(url=check_url(value).geturl())
    raise BadRequest(gettext_noop("The %(label)s is missing: send a file or an address."), label=label)


def from_object(given: dict[str, Any], *, owner: User, label: str) -> PhotoInput:
    """A photo as the native API's JSON names it: by url, base64 or id."""
    if "url" in given:
        return PhotoInput(url=check_url(given["url"]).geturl())
    if "id" in given:
        return PhotoInput(photo=found_photo(owner=owner, name=given["id"]))
    return PhotoInput(photo=from_base64(given["base64"], label=label))


def pixels(given: PhotoInput, *, label: str) -> Photo:
    """The photo itself, for operations that are answered at once: an address is fetched here and now."""
    return given.photo or fetch_photo(given.url, label=label)


def options_of(given: dict[str, Any]) -> SwapOptions:
    """Checked options; whatever is left out has its default."""
    return SwapOptions(**{name: value for name, value in given.items() if name != LABEL})


def wants_label(given: dict[str, Any]) -> bool:
    return bool(given.get(LABEL))
