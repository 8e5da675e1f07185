"""Guards of recognition: whose people are whose, what a photo may be, and photos that come in."""

from .changes import Rows, assign, drop, drop_entry, drop_terms, in_text, instead, never, set_entry, starts

ABANDONED = "tests/services/test_abandoned_files.py"
CLOSING = "tests/services/test_closing.py"
DELETION = "tests/security/test_deletion_leaves_nothing.py"
MATRIX = "tests/uploads/test_matrix.py"
OPEN = "tests/engine/test_open_photo.py --timeout 60"
OWN_LINKS = "tests/api/test_own_links.py"
PIXELS = "tests/uploads/test_pixel_budgets.py"
PROCESSES = "tests/recognition/test_engine_processes.py --timeout 60"
SURFACES = "tests/services/test_content_surfaces.py"
TABLE = "tests/security/test_who_may_do_what.py"

FETCHING = "tests/services/test_fetching.py"

ROWS: Rows = {
    "recognition.photos.fetch_limits": [
        ("an account fetches two photos at once", "Places.one", never("TooManyRequests"), FETCHING),
        ("fetching leaves threads for others", "Places.one", never("Overloaded"), FETCHING),
        ("failures of fetches at once are counted", "fetch_now", drop("count_failure"), FETCHING),
    ],
    "recognition.engine.budget": [
        ("pixels of a request are counted", "Budget.open", never("TooManyPixels"), PIXELS),
        ("decoding waits for room", "Gate.enter", instead("wait_for", "True"), PIXELS),
        ("pixels are forgotten with the request", "Budget.end", drop("release"), PIXELS),
        ("memory of large photos is given back", "Budget.leave", drop("give_back_memory"), PIXELS),
    ],
    "recognition.engine.file_types": [
        ("formats are told by content", "format_of", starts('if data[:3] == b"GIF": return "GIF"'), MATRIX),
    ],
    "recognition.engine.decoding": [
        ("pixels are counted before decoding", "_check_size", starts("return"), MATRIX),
        ("second documents are refused", "_checked_kind", never("hides_something"), MATRIX),
        ("nothing hides behind a jpeg's pixels", "OpenedPhoto.jpeg", drop_terms("all_bytes_are_pixels"), OPEN),
    ],
    "recognition.engine.jpeg": [
        ("jpeg's fill bytes are few", "_MARKER", in_text(b"{1,17}", b"+"), OPEN),
        ("jpeg's segments are counted", "segments_of", never("MAX_SEGMENTS"), OPEN),
        ("jpegs that browsers don't open are refused", "_checked", never("NotDecodable"), OPEN),
        ("a jpeg has one frame", "_checked", instead("len", "1 if frames else 0"), OPEN),
        ("scans are counted", "_checked", never("MAX_SCANS"), MATRIX),
        ("tables of a jpeg hide nothing", "bare_jpeg", never("every_table_is_used"), OPEN),
    ],
    "recognition.engine_processes.calls": [
        ("stuck engine processes are ended", "Calls.ask", set_entry("seconds", "10**6"), PROCESSES),
        ("engine processes end when nobody calls", "Calls.end_idle", drop("stop"), PROCESSES),
    ],
    "recognition.engine_processes.limits": [
        ("the addresses of an engine process are bounded", "bound_memory", drop("RLIMIT_AS"), PROCESSES),
    ],
    "recognition.engine_processes.starting": [
        ("engine processes get no secret", "ForkServer._running", assign("environment", "dict(os.environ)"), PROCESSES),
    ],
    "recognition.engine_processes.values": [
        ("results name nothing but values", "_Results.find_class", never("UnpicklingError"), PROCESSES),
    ],
    "recognition.photos.content_check": [
        ("a swap's photos are decoded one by one", "checked_file", drop("release"), PIXELS),
    ],
    "recognition.photos.found_faces": [
        ("no explicit photo is kept", "keep_found", drop("check_content"), SURFACES),
        ("a closed account keeps no photo", "keep_boxes", drop("keep_open"), CLOSING),
    ],
    "recognition.photos.intake": [
        ("callbacks are judged when sent", "address", instead("geturl", "str(text)"), OWN_LINKS),
    ],
    "recognition.photos.pixels": [
        ("a preview's photos are decoded one by one", "small_copy", drop("release"), PIXELS),
    ],
    "recognition.photos.unfinished": [
        ("killed uploads are swept", "delete_abandoned", drop("delete_unless_named"), ABANDONED),
    ],
    "recognition.registry.account_hooks": [
        ("found photos go with the account", "delete_people", drop("delete_found_photos"), DELETION),
    ],
    "recognition.registry.bulk_uploads": [
        ("a closed account uploads nothing", "start_bulk_upload", drop("keep_open"), CLOSING),
    ],
    "recognition.registry.enrolment": [
        ("a closed account keeps no face", "keep_face", drop("keep_open"), CLOSING),
    ],
    "recognition.search.index_files": [
        ("indexes go with their people", "drop_snapshots", starts("return"), DELETION),
    ],
    "recognition.views.choose": [
        ("adding somebody by a choice asks for signing in", "choose_first", drop_entry("signed_in_only"), TABLE),
    ],
    "recognition.views.people": [
        ("a person is their account's", "_own_person", drop_entry("registry__owner"), TABLE),
    ],
}
