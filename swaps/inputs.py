"""Photos as programs send them, on their way into the services: files, base64, addresses and ids."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop

from accounts.models import User
from faceswap_site.errors import DomainError
from faceswap_site.problems import BadRequest
from faceswap_site.schema import Schema
from faceswap_site.schema_words import WANTED
from recognition.engine import Photo, open_photo

from . import base64_text
from .base64_text import is_data_address, read_base64
from .engine import SwapOptions
from .fetch import AddressRefused, check_url, fetch_photo
from .forms import decode_upload
from .found import found_photo
from .intake import LABEL, PhotoInput

# A photo in one text, as the published APIs take it; what it holds is looked at by from_value.
PHOTO_ADDRESS: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": base64_text.LONGEST,
    "pattern": r"^\s*([Hh][Tt][Tt][Pp][Ss]?://|[Dd][Aa][Tt][Aa]:)",
    WANTED: gettext_noop("the web address of a photo (http:// or https://), or the photo as a data: address"),
    "description": "The address of a photo, or the photo itself as a data: address in base64.",
}

CALLBACK_ADDRESS: Schema = {
    "type": ["string", "null"],
    "maxLength": 2000,
    "description": "An http or https address; empty or null for none.",
    WANTED: gettext_noop("a web address that begins with http:// or https://"),
}


class NotBase64(DomainError):
    code = "not_base64"


def from_base64(text: str, *, label: str) -> Photo:
    """Decode a photo from base64 as clients write it, also as a data: address."""
    try:
        data = read_base64(text)
    except ValueError:
        words = gettext_noop("The %(label)s is not base64. Send the file in base64, or as data:image/jpeg;base64,…")
        raise NotBase64(words, label=label) from None
    return open_photo(data, name=label, max_bytes=settings.MAX_UPLOAD_BYTES, max_pixels=settings.MAX_PHOTO_PIXELS)


def from_value(value: Any, *, label: str) -> PhotoInput:
    """A photo as the published APIs take it: a file, an address, or the photo itself as a data: address."""
    if isinstance(value, UploadedFile):
        return PhotoInput(photo=decode_upload(value, name=label))
    if isinstance(value, str) and is_data_address(value):
        return PhotoInput(photo=from_base64(value, label=label))
    if isinstance(value, str) and value.strip():
        return PhotoInput(url=address(value, name=label))
    raise BadRequest(gettext_noop("The %(label)s is missing: send a file or an address."), label=label)


def address(value: str, *, name: str) -> str:
    """An address that may be called. AddressRefused, naming what it is the address of, for any other."""
    try:
        return check_url(value).geturl()
    except AddressRefused as error:
        details: dict[str, Any] = {**error.details, "label": name, "why": error.sentence}
        raise AddressRefused(gettext_noop("%(label)s: %(why)s"), **details) from error


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
