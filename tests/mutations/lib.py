"""Guards that know no app: bodies, connections, JSON, fetching, and files."""

from .changes import Rows, always, assign, drop, drop_entry, drop_terms, inside, instead, never, returns, starts, unwrap

BODIES = "tests/uploads/test_bodies.py --timeout 20"
CONNECTIONS = "tests/uploads/test_connections.py --timeout 30"
CURSORS = "tests/security/test_hostile_input.py -k api/v1/points"
FETCH = "tests/api/test_fetch.py"
FETCH_TLS = "tests/api/test_fetch_tls.py"
GATE = "tests/ops/test_gate.py"
HOSTILE = "tests/security/test_hostile_input.py"
JSON = "tests/api/test_hostile_json.py --timeout 60"
LISTS = "tests/web/test_lists.py"
OWN_LINKS = "tests/api/test_own_links.py"
PRIVATE = "tests/ops/test_private_files.py"
STRICT = "tests/api/test_strict.py"
SWEPT = "tests/services/test_what_is_swept.py"
WHOLE = "tests/services/test_whole_files.py"

ROWS: Rows = {
    "faceswap_site.lib.api.bounded_json": [
        ("the parts of JSON are counted", "parse_json", never("MOST_PARTS"), JSON),
    ],
    "faceswap_site.lib.api.pages": [
        (
            "a cursor's moment is one that can be told",
            "NewestFirst.decode_cursor",
            instead("astimezone", "datetime.fromisoformat(str(cursor.position))"),
            CURSORS,
        ),
    ],
    "faceswap_site.lib.api.schema": [
        ("the shape of JSON is bounded", "check", unwrap("bounded"), JSON),
        ("lists that are too long are not looked through", "_items", always("maxItems"), JSON),
        ("a form's field that nobody reads is refused", "check_form", never("unknown_field"), STRICT),
    ],
    "faceswap_site.lib.api.view": [
        ("a query that nobody reads is refused", "SurfaceView._check_query", never("unknown_parameter"), STRICT),
    ],
    "faceswap_site.lib.archives": [
        ("archives are sent as they are written", "_parts", inside("writestr", drop("taken")), LISTS),
    ],
    "faceswap_site.lib.email": [
        ("letters are kept for a day", "delete_old_letters", drop("unlink"), SWEPT),
    ],
    "faceswap_site.lib.fetch": [
        ("private addresses are refused when sent", "check_url", never("_is_literal"), OWN_LINKS),
        (
            "only public addresses are called",
            "public_address",
            drop_terms("is_global", "is_multicast", "is_reserved"),
            FETCH,
        ),
        (
            "the judged address is called",
            "_pool.GuardedConnection._new_conn",
            assign("address", "host if named or public_address(host, port) else host"),
            FETCH,
        ),
        (
            "certificates are for the name",
            "_pool.GuardedConnection._new_conn",
            starts("self._dns_host = host if named else public_address(host, port)"),
            FETCH_TLS,
        ),
        ("fetched bodies are bounded", "_body", never("data"), FETCH),
        ("fetching has a deadline", "_within", drop_entry("timeout"), f"{FETCH} --timeout 20"),
    ],
    "faceswap_site.lib.http.bodies": [
        ("requests are bounded", "_Body.receive", never("passed"), BODIES),
        ("slow requests are given up", "_Body.receive", instead("timeout", "asyncio.timeout(None)"), BODIES),
        ("bodies come at a rate", "_Body.receive", assign("last", "self._began + self._total"), BODIES),
        ("probes are answered in any crowd", "", assign("PROBES", "()"), BODIES),
    ],
    "faceswap_site.lib.http.gate": [
        ("a lane's queue is bounded", "Lane.check", never("may_wait"), GATE),
        ("a sender's requests in a queue are few", "Lane.check", never("own_waiting"), GATE),
        ("a sender leaves threads to others", "Lane._is_free_for", drop_terms("_running_of"), GATE),
        ("senders take turns", "Lane._give_back", drop("move_to_end"), GATE),
        ("who left is not answered", "Lane._wait", never("dropped"), GATE),
        ("nobody waits for ever", "Lane._wait", never("_refuse"), GATE),
    ],
    "faceswap_site.lib.http.header_timeout": [
        ("header fields end", "PatientProtocol._wait", drop("call_later"), CONNECTIONS),
        ("header fields are bounded", "PatientProtocol.data_received", never("MOST_BYTES_OF_HEADERS"), CONNECTIONS),
    ],
    "faceswap_site.lib.http.in_flight": [
        ("bodies are bounded all together", "InFlight.take", never("bytes"), BODIES),
        ("bodies of an address are bounded", "InFlight.take", never("bytes_of_an_address"), BODIES),
        ("requests at a time are bounded", "InFlight.has_room", returns("True"), BODIES),
    ],
    "faceswap_site.lib.logs": [
        ("secrets stay out of logs", "without_secrets", drop("sub"), "tests/ops/test_logs.py"),
    ],
    "faceswap_site.lib.numbers": [
        ("numbers have few digits", "whole_number", drop_terms("most"), f"{HOSTILE} -k known-faces"),
    ],
    "faceswap_site.lib.private_files": [
        ("what others might read is mended", "mend", drop("keep_private"), PRIVATE),
        ("a folder that is shared stays so", "keep_private", drop_terms("S_ISVTX"), PRIVATE),
    ],
    "faceswap_site.lib.storage": [
        ("files are there whole or not at all", "WholeFiles._save", drop("delete"), WHOLE),
    ],
    "faceswap_site.lib.tables": [
        ("tables hold no formulas", "_plain", always("category"), LISTS),
    ],
    "faceswap_site.lib.tls": [
        ("certificates are checked", "trusting", assign("context", "ssl._create_unverified_context()"), FETCH_TLS),
    ],
}
