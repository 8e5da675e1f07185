"""Guards of running the site: its own people's doors, queue and sweep, and what is told to whom."""

from .changes import Rows, always, drop, drop_entry, drop_terms, instead, never, set_entry, unwrap

ABANDONED = "tests/services/test_abandoned_files.py"
BODY_LIMITS = "tests/uploads/test_body_limits.py"
DELETION = "tests/security/test_deletion_leaves_nothing.py"
DOOR = "tests/security/test_admin_door.py"
LANES = "tests/ops/test_lanes.py"
QUEUE = "tests/services/test_queue.py"
SIGN_IN = "tests/security/test_signing_in.py"
TABLE = "tests/security/test_who_may_do_what.py"
TURNS = "tests/services/test_turns.py"

ROWS: Rows = {
    "faceswap_site.ops.apps": [
        ("tasks stay off the admin site", "SiteAdminConfig.ready", drop("unregister"), QUEUE),
    ],
    "faceswap_site.ops.admin_site": [
        (
            "administrators' door has the limits",
            "SiteAdmin.login",
            instead("redirect_to_login", "super().login(request, extra_context)"),
            SIGN_IN,
        ),
        ("each session gives its second factor", "SiteAdmin.lacks_second_factor", drop_terms("given"), DOOR),
        ("acts of administrators are noted", "SiteAdmin.admin_view", drop("note"), DOOR),
        ("a second factor is asked for", "SiteAdmin.has_permission", drop_terms("lacks_second_factor"), DOOR),
    ],
    "faceswap_site.ops.body_limits": [
        (
            "only addresses for photos take large bodies",
            "limit_of",
            instead("WITHOUT_PHOTOS", "WITH_PHOTOS"),
            BODY_LIMITS,
        ),
        ("strangers' bodies are small", "limit_of", unwrap("replace"), BODY_LIMITS),
    ],
    "faceswap_site.ops.broker": [
        ("workers run the site's own tasks", "is_foreign", drop_terms("TASKS"), QUEUE),
        ("tasks have no hooks", "is_foreign", drop_terms("hook"), QUEUE),
        ("registries' tasks go one at a time", "Broker._next", drop_terms("lock"), TURNS),
        ("after a registry's task a swap goes first", "Broker._next", drop_terms("last_queue"), TURNS),
    ],
    "faceswap_site.ops.health": [
        ("strangers aren't told what is wrong", "readyz", always("_may_know"), "tests/ops/test_health.py"),
    ],
    "faceswap_site.ops.lanes": [
        ("free looks have a lane", "TABLE", set_entry("POST /swaps/faces", '"pages"'), LANES),
        ("probes have a lane", "TABLE", set_entry("GET /readyz", '"pages"'), LANES),
    ],
    "faceswap_site.ops.metrics": [
        ("metrics need their token", "metrics", never("sends_token"), TABLE),
    ],
    "faceswap_site.ops.sweep": [
        ("the database's log is emptied", "STEPS", drop_entry("overwrite_deleted_pages"), DELETION),
    ],
    "faceswap_site.ops.unnamed_files": [
        ("files without a row are swept", "Rounds.step", drop("delete"), ABANDONED),
        ("files on their way to a row are left alone", "unnamed", drop_terms("_written"), ABANDONED),
    ],
}
