"""Photos as programs send them, on their way into the services: files, base64, addresses and ids."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from accounts.models import ApiKey, User
from faceswap_site.lib import base64_text
from faceswap_site.lib.api.problems import BadRequest, pointing_to
from faceswap_site.lib.api.schema import Schema, check_request, needed, obj
from faceswap_site.lib.api.schema_errors import WANTED
from faceswap_site.lib.base64_text import is_data_address
from faceswap_site.lib.fetch import AddressRefused, check_url
from faceswap_site.lib.numbers import LARGEST_INDEX, whole_number
from recognition.engine import Photo

from .fetch_limits import fetch_now
from .found_faces import found_photo
from .reading import decode_upload, from_base64

if TYPE_CHECKING:
    from accounts.api.base import AccountView

# Of a face on a photo.
INDEX: Schema = {"type": "integer", "minimum": 0, "maximum": 999, "description": "Counted left to right from 0."}
# A photo in one text, as the published APIs take it; what it holds is looked at by from_value.
PHOTO_ADDRESS: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": base64_text.LONGEST,
    "pattern": r"^\s*([Hh][Tt][Tt][Pp][Ss]?://|[Dd][Aa][Tt][Aa]:|/[^/\s])",
    WANTED: gettext_noop("the web address of a photo (http:// or https://), or the photo as a data: address"),
    "description": "The address of a photo (a result of this site: also relative), or the photo as a data: address.",
}


WEB_ADDRESS: Schema = {
    "type": "string",
    "pattern": r"^https?://[^\s\x00-\x1f]+$",
    "maxLength": 2000,
    WANTED: gettext_noop("a web address of at most 2000 characters that begins with http:// or https://"),
}
CALLBACK_ADDRESS: Schema = {
    "type": ["string", "null"],
    "maxLength": 2000,
    "description": "An http or https address; empty or null for none.",
    WANTED: gettext_noop("a web address that begins with http:// or https://"),
}
SOURCES: dict[str, Schema] = {
    "url": {
        **WEB_ADDRESS,
        "pattern": r"^(https?://|/[^/\s])[^\s\x00-\x1f]+$",
        "description": "A public address, which the worker fetches, or a result of this site, which may be relative.",
    },
    "base64": base64_text.SCHEMA,
    "id": {
        "type": "string",
        "pattern": r"^[0-9a-f]{32}(-[0-9]{1,3})?$",
        WANTED: gettext_noop("an id as POST /api/v1/faces gave it, such as 32 letters and digits, or these with -0"),
        "description": "A photo, or one of its faces, as POST /faces named it.",
    },
}
# What the forms of a photo are called in clients that are generated from the document.
NAMES = {"url": "ByAddress", "base64": "InBase64", "id": "ById"}
SCHEMAS: dict[str, Schema] = {
    "Photo": {
        "description": "A photo, in one of three ways.",
        "oneOf": [
            obj(name, title="", **{name: schema}) | {"title": f"Photo{NAMES[name]}"} for name, schema in SOURCES.items()
        ],
    },
}


@dataclass(frozen=True)
class PhotoInput:
    """A photo as it comes to the service: its pixels, an address to fetch it from, or a stored file."""

    photo: Photo | None = None
    url: str = ""
    title: str = ""  # what the person's file is called
    stored: str = ""  # the name of a file in the storage that is the photo already


@dataclass(frozen=True)
class Caller:
    """Who names a photo: the account, where it met this site, and whether its key may read the account's swaps."""

    account: User
    site_url: str
    may_read: bool = True

    @classmethod
    def of(cls, view: "AccountView") -> "Caller":
        key = view.key
        return cls(view.account, view.site_url, key is None or ApiKey.Scope.READ in key.scopes)


def from_value(value: Any, *, caller: Caller, label: str) -> PhotoInput:
    """A photo as the published APIs take it: a file, an address, or the photo itself as a data: address."""
    if isinstance(value, UploadedFile):
        return PhotoInput(photo=decode_upload(value, name=label))
    if isinstance(value, str) and is_data_address(value):
        return PhotoInput(photo=from_base64(value, label=label))
    if isinstance(value, str) and value.strip():
        return from_address(value, caller=caller, label=label)
    raise BadRequest("no_photo", label=label)


def from_object(given: dict[str, Any], *, caller: Caller, label: str) -> PhotoInput:
    """A photo as the native API's JSON names it: by url, base64 or id."""
    if "url" in given:
        return from_address(given["url"], caller=caller, label=label)
    if "id" in given:
        return PhotoInput(photo=found_photo(owner=caller.account, name=given["id"]))
    return PhotoInput(photo=from_base64(given["base64"], label=label))


def photo_of(data: Any, name: str, *others: str, caller: Caller, label: str) -> PhotoInput:
    """The photo in a field of a checked request; a form may have it under other names too."""
    if isinstance(data, QueryDict):
        return from_value(needed(data, name, *others), caller=caller, label=label)
    with pointing_to(f"/{name}"):
        return from_object(data[name], caller=caller, label=label)


def one_photo(data: Any, *, schema: str, form: Schema, caller: Caller) -> PhotoInput:
    """The photo of a request that is about one, as a file, by its address or in JSON."""
    check_request(data, schema=schema, form=form, also=["url"])
    return photo_of(data, "photo", "url", caller=caller, label="photo")


def index_of(given: Any) -> int | None:
    """The number of a face, out of checked JSON or a form; None where none was said."""
    if given is None or isinstance(given, int):
        return given
    index = whole_number(given, most=LARGEST_INDEX)
    if index is None:
        raise BadRequest("index", "/index")
    return index


def from_address(text: str, *, caller: Caller, label: str) -> PhotoInput:
    """A photo by its address: a result of this site is read at once, any other is left to be fetched."""
    photo = import_string(settings.OWN_PHOTOS)(text, caller=caller, label=label)
    return PhotoInput(photo=photo) if photo is not None else PhotoInput(url=address(text, name=label))


def address(text: Any, *, name: str) -> str:
    """An address, judged by its text as it is anew with every call, or nothing where none was sent.

    Raises
    ------
    AddressRefused
        Where it may not be called, naming what it is the address of: a photo's label, or a field.
    """
    if not text:
        return ""
    try:
        return check_url(str(text)).geturl()
    except AddressRefused as error:
        details: dict[str, Any] = {**error.details, "label": name, "why": error.sentence}
        raise AddressRefused(case="field", **details) from error


def pixels(given: PhotoInput, *, account: User, label: str) -> Photo:
    """The photo itself, for operations that are answered at once: an address is fetched here and now."""
    return given.photo or fetch_now(given.url, label=label, account_id=account.pk)
