"""Guards that stand in the settings."""

from .changes import Rows, assign, drop, drop_entry, in_text, never, set_entry

DELETION = "tests/security/test_deletion_leaves_nothing.py"
ENDED = "tests/web/test_ended_sessions.py"
GUEST = "tests/security/test_guest.py"
OTHERS = "tests/api/test_other_pages.py"
PAGES = "tests/web/test_every_page.py"
TABLE = "tests/security/test_who_may_do_what.py"

ROWS: Rows = {
    "faceswap_site.settings": [
        ("forms need their token", "MIDDLEWARE", drop_entry("django.middleware.csrf.CsrfViewMiddleware"), TABLE),
        ("pages have a content policy", "MIDDLEWARE", drop_entry("csp.middleware.CSPMiddleware"), PAGES),
        (
            "scripts run only with the nonce",
            "CONTENT_SECURITY_POLICY",
            set_entry("script-src", """[SELF, "'unsafe-inline'"]"""),
            PAGES,
        ),
        (
            "a script hears that its session is over",
            "MIDDLEWARE",
            drop_entry("faceswap_site.lib.http.middleware.EndedSessions"),
            ENDED,
        ),
        ("https is kept to", "", assign("SECURE_HSTS_SECONDS", "0"), "tests/ops/test_production.py"),
        ("deleted rows are overwritten", "", in_text("secure_delete=ON", "secure_delete=OFF"), DELETION),
        ("names of the site's own people are kept", "ACCOUNT_USERNAME_BLACKLIST", drop_entry("admin", "guest"), GUEST),
        ("files are written for their user alone", "", drop("write_privately"), "tests/ops/test_private_files.py"),
        (
            "who sends letters knows the site's address",
            "",
            never("SITE_URL", "EMAIL_CONFIG"),
            "tests/ops/test_settings.py",
        ),
        ("nothing is scheduled", "", drop_entry("scheduler"), "tests/services/test_queue.py"),
        ("other sites' scripts reach the APIs alone", "", assign("CORS_URLS_REGEX", 'r"^/"'), OTHERS),
        ("other sites' scripts send no cookie", "", assign("CORS_ALLOW_CREDENTIALS", "True"), OTHERS),
    ],
}
