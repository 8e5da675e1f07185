"""How large a request may be, by its address. What takes photos needs its row here; all else takes little."""

import re
from dataclasses import replace
from fnmatch import translate

from django.conf import settings

from faceswap_site.lib.http.bodies import Limit
from faceswap_site.lib.http.waiting import Scope

# The longest form and JSON without photos: 32 addresses of 2 000 characters with a reference each, percent-encoded.
WITHOUT_PHOTOS = Limit(256 * 1024)
# Several photos, in base64 a third larger; each is bounded on its own.
WITH_PHOTOS = Limit(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
# One photo, from anybody: the form has one file and two fields.
ONE_PHOTO = Limit(settings.MAX_UPLOAD_BYTES + 64 * 1024)
# A clip, which lies on a disk, and what comes with it.
WITH_CLIP = Limit(max(WITH_PHOTOS.size, settings.CLIP_MAX_BYTES + 4 * 1024 * 1024))
# One photo, which stays in memory; the page reads `message`.
LIVE = Limit(
    16 * 1024 * 1024, b'{"success": false, "message": "The request is over 16 MB. Choose a photo of at most 10 MB."}'
)

TABLE = {
    # Pages. On the admin site, an administrator adds many photos at once.
    "/swaps/new/": WITH_CLIP,
    "/swaps/clips/new/": WITH_CLIP,
    "/swaps/clips/*/": WITH_PHOTOS,
    "/swaps/batches/new/": WITH_PHOTOS,
    "/swaps/batches/*/photos": WITH_PHOTOS,
    "/swaps/faces": WITH_PHOTOS,
    "/swaps/preview": WITH_PHOTOS,
    "/check/": ONE_PHOTO,
    "/recognise/": WITH_PHOTOS,
    "/compare/": WITH_PHOTOS,
    "/people/new/": WITH_PHOTOS,
    "/people/*/photos": WITH_PHOTOS,
    "/admin/recognition/*": WITH_PHOTOS,
    "/upload_source": LIVE,
    # The native API.
    "/api/v1/swaps": WITH_CLIP,
    "/api/v1/batches": WITH_PHOTOS,
    "/api/v1/batches/*/photos": WITH_PHOTOS,
    "/api/v1/faces": WITH_PHOTOS,
    "/api/v1/checks": WITH_PHOTOS,
    "/api/v1/compare": WITH_PHOTOS,
    "/api/v1/recognise": WITH_PHOTOS,
    "/api/v1/people/*/photos": WITH_PHOTOS,
    # The dialects.
    "/api/face_swap": WITH_PHOTOS,
    "/api/aifaceswap/v1/*": WITH_PHOTOS,
    "/face/swap": WITH_PHOTOS,
    "/face_match": WITH_PHOTOS,
    "/face_rec": WITH_PHOTOS,
}
_ROWS = [(re.compile(translate(pattern)), limit) for pattern, limit in TABLE.items()]
# What an operator may open to everyone takes photos without a key or a session then.
OPEN = {"/api/face_swap": "face_swap", "/face_match": "face_rec", "/face_rec": "face_rec", "/upload_source": "live"}
# Whoever has neither is told so, whatever they send; so much is taken to read it.
OF_STRANGERS = 1024 * 1024
_CREDENTIALS = (b"authorization", b"x-api-key")


def limit_of(scope: Scope) -> Limit:
    """The limit of a request's body."""
    path = scope["path"]
    limit = next((limit for pattern, limit in _ROWS if pattern.match(path)), WITHOUT_PHOTOS)
    from_anybody = limit is ONE_PHOTO or limit.size <= OF_STRANGERS
    if from_anybody or OPEN.get(path) in settings.OPEN_ACCESS or _has_credentials(scope):
        return limit
    return replace(limit, size=OF_STRANGERS, unread=True)


def _has_credentials(scope: Scope) -> bool:
    """Whether a request names a key or a session. Whether it is a good one is asked where there is a database."""
    session = settings.SESSION_COOKIE_NAME.encode() + b"="
    return any(name in _CREDENTIALS or (name == b"cookie" and session in value) for name, value in scope["headers"])
