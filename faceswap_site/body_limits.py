"""How large a request may be, by its address. What takes photos needs its row here; all else takes little."""

import re
from fnmatch import translate

from django.conf import settings

from .bodies import Limit

# The longest form and JSON without photos: 32 addresses of 2 000 characters with a reference each, percent-encoded.
WITHOUT_PHOTOS = Limit(256 * 1024)
# Several photos, in base64 a third larger; each is bounded on its own.
WITH_PHOTOS = Limit(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
# One photo, which stays in memory; the page reads `message`.
LIVE = Limit(
    16 * 1024 * 1024, b'{"success": false, "message": "The request is over 16 MB. Choose a photo of at most 10 MB."}'
)

TABLE = {
    # Pages. On the admin site, an administrator adds many photos at once.
    "/swaps/new/": WITH_PHOTOS,
    "/swaps/faces": WITH_PHOTOS,
    "/swaps/preview": WITH_PHOTOS,
    "/recognise/": WITH_PHOTOS,
    "/compare/": WITH_PHOTOS,
    "/people/new/": WITH_PHOTOS,
    "/people/*/photos": WITH_PHOTOS,
    "/admin/recognition/*": WITH_PHOTOS,
    "/upload_source": LIVE,
    # The native API.
    "/api/v1/swaps": WITH_PHOTOS,
    "/api/v1/faces": WITH_PHOTOS,
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


def limit_of(path: str) -> Limit:
    """The limit of a path's bodies."""
    return next((limit for pattern, limit in _ROWS if pattern.match(path)), WITHOUT_PHOTOS)
