"""Which lane a request takes through the gate. What works on photos or hands in jobs has a row; others are pages."""

import re
from fnmatch import translate

from django.conf import settings

from faceswap_site.lib.http.gate import Bounds, Lane
from faceswap_site.lib.http.waiting import Scope

# Each thread may hold a database connection, and one of the photos' lane the photo it works on.
LANES = {
    lane.name: lane
    for lane in (
        # Whoever asks whether this process lives must not wait for what it does.
        Lane("probes", Bounds(running=2, waiting=50)),
        Lane("pages", Bounds(running=6, waiting=100)),
        # Answered at once, by engine processes; more requests than these at a time read, check and write meanwhile.
        Lane("photos", Bounds(running=settings.ENGINE_PROCESSES + 4, waiting=24, patience=10, share=2)),
        # What hands in a job, and may wait for its end: short itself, but many come at once.
        Lane("jobs", Bounds(running=4, waiting=120, patience=10, share=3, own_waiting=60, may_wait=True)),
    )
}
TABLE = {
    "GET /healthz": "probes",
    "GET /readyz": "probes",
    "GET /metrics": "probes",
    # Pages.
    "POST /swaps/faces": "photos",
    "POST /swaps/preview": "photos",
    "POST /swaps/fetched": "photos",
    "GET /swaps/*/result.*": "photos",
    "POST /check/": "photos",
    "POST /recognise/": "photos",
    "POST /compare/": "photos",
    "POST /people/new/": "photos",
    "POST /people/*/photos": "photos",
    "POST /people/*/choose": "photos",
    "POST /admin/recognition/*": "photos",
    "POST /upload_source": "photos",
    "POST /swaps/batches/*/photos": "photos",
    "POST /swaps/batches/new/": "jobs",
    "POST /swaps/new/": "jobs",
    "POST /swaps/clips/new/": "photos",
    "POST /swaps/clips/*/": "jobs",
    # The native API.
    "POST /api/v1/faces": "photos",
    "POST /api/v1/checks": "photos",
    "POST /api/v1/compare": "photos",
    "POST /api/v1/recognise": "photos",
    "POST /api/v1/people/*/photos": "photos",
    "POST /api/v1/batches/*/photos": "photos",
    "POST /api/v1/batches": "jobs",
    "POST /api/v1/swaps": "jobs",
    "GET /api/v1/swaps/*": "jobs",
    # The dialects.
    "POST /api/aifaceswap/v1/extract_face": "photos",
    "POST /face_match": "photos",
    "POST /face_rec": "photos",
    "POST /api/face_swap": "jobs",
    "POST /api/aifaceswap/v1/*": "jobs",
    "POST /face/swap": "jobs",
}
_ROWS = [(re.compile(translate(pattern)), LANES[name]) for pattern, name in TABLE.items()]


def lane_of(scope: Scope) -> Lane:
    """The lane of a request."""
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    asked = f"{method} {scope['path']}"
    return next((lane for pattern, lane in _ROWS if pattern.match(asked)), LANES["pages"])
