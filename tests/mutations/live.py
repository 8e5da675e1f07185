"""Guards of live swapping: places, face photos and strangers on its socket."""

from .changes import Rows, always, assign, drop, in_text, instead, never, unwrap

PIPELINE = "tests/live/test_pipeline.py"
PLACES = "tests/live/test_places.py"
POOL = "tests/live/test_pool.py --timeout 60"
STRANGERS = "tests/live/test_strangers.py"
SURFACES = "tests/services/test_content_surfaces.py"
UPLOADS = "tests/live/test_uploads.py"

ROWS: Rows = {
    "swaps.live.guests": [
        ("a guest's cookie is one that we gave out", "guest_in", unwrap("unsign"), "tests/live/test_identity.py"),
    ],
    "swaps.live.hub": [
        ("a required label is on live frames", "Hub.__init__", assign("_required", "{}"), "tests/live/test_label.py"),
    ],
    "swaps.live.packets": [
        ("live packets are bounded before they are parsed", "BoundedJSON.loads", never("BadPacket"), STRANGERS),
    ],
    "swaps.live.slots": [
        ("a place that is not used goes to who waits", "Places.overdue", never("not_used"), "tests/live/test_hub.py"),
    ],
    "swaps.live.pool": [
        ("face photos that wait are few", "Pool.prepare", never("TooBusy"), POOL),
    ],
    "swaps.live.server": [
        ("a socket that never comes in is cut", "_cut_the_silent", instead("overdue", "[]"), STRANGERS),
    ],
    "swaps.live.shared_slots": [
        ("a live place belongs to its holder", "", in_text("holder and holder ~= ARGV[i + 1]", "false"), PLACES),
    ],
    "swaps.engine.following.smooth_light": [
        ("a frame costs one look of the mesh", "Followed.mesh", always("_look"), PIPELINE),
    ],
    "swaps.live.views": [
        ("live face photos are looked at", "upload_source", drop("_refuse_explicit"), SURFACES),
        ("live face photos are rationed", "upload_source", drop("spend"), UPLOADS),
        (
            "live face photos are limited in pixels",
            "upload_source",
            instead("min", "settings.MAX_PHOTO_PIXELS"),
            UPLOADS,
        ),
    ],
}
