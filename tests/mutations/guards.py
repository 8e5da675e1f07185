"""The site's guards: where each stands, what it looks like without it, and the tests that must notice.

`old` must occur exactly once in its file, so that a guard that moves has to be looked for here as well.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    name: str
    file: str
    old: str
    new: str
    tests: str  # arguments of pytest


TABLE = "tests/security/test_who_may_do_what.py"
DELETION = "tests/security/test_deletion_leaves_nothing.py"
SIGN_IN = "tests/security/test_signing_in.py"
MATRIX = "tests/uploads/test_matrix.py"
FETCH = "tests/api/test_fetch.py"
FETCH_TLS = "tests/api/test_fetch_tls.py"
JSON = "tests/api/test_hostile_json.py --timeout 60"
GUEST = "tests/security/test_guest.py"
LIFE = "tests/services/test_swap_lifecycle.py"

GUARDS = (
    Guard("a job's pages are its owner's", "swaps/views/access.py", ", owner=request.user", "", TABLE),
    Guard(
        "a job's API is its owner's", "swaps/api.py", "pk=UUID(job_id), owner=self.account", "pk=UUID(job_id)", TABLE
    ),
    Guard(
        "a person is their account's",
        "recognition/views/people.py",
        "uuid, registry__owner=request.user",
        "uuid",
        TABLE,
    ),
    Guard("a key is its owner's", "accounts/views_keys.py", "pk=pk, owner=request.user", "pk=pk", TABLE),
    Guard(
        "the gallery asks for signing in",
        "swaps/views/lists.py",
        "@login_required\n@require_GET\ndef gallery",
        "@require_GET\ndef gallery",
        TABLE,
    ),
    Guard(
        "granting points needs permission",
        "accounts/admin.py",
        "if not self.has_change_permission(request):",
        "if False:",
        TABLE,
    ),
    Guard(
        "forms need their token",
        "faceswap_site/settings.py",
        '    "django.middleware.csrf.CsrfViewMiddleware",\n',
        "",
        TABLE,
    ),
    Guard(
        "metrics need their token",
        "faceswap_site/metrics.py",
        "if not settings.METRICS_TOKEN or not hmac",
        "if False and not hmac",
        TABLE,
    ),
    Guard(
        "keys are checked",
        "accounts/keys.py",
        "if key is None or not hmac.compare_digest(key.digest, _digest(text)):",
        "if key is None:",
        "tests/api/test_keys.py",
    ),
    Guard("revoked keys open nothing", "accounts/keys.py", " or not key.is_usable:", ":", "tests/api/test_keys.py"),
    Guard(
        "keys are limited a minute",
        "accounts/limits.py",
        "OR counted.count < %(limit)s",
        "OR counted.count < 1000 + %(limit)s",
        "tests/api/test_keys.py",
    ),
    Guard(
        "an account's keys share its limit",
        "accounts/limits.py",
        'shared = take("account", key.owner_id)',
        "shared = own",
        "tests/api/test_keys.py",
    ),
    Guard(
        "an account has so many keys",
        "accounts/keys.py",
        "    _refuse_too_many(owner)\n",
        "",
        "tests/api/test_keys.py",
    ),
    Guard(
        "of many looks at once so many pass",
        "swaps/views/studio.py",
        """        limits.spend("look", request.user.pk)""",
        "        pass",
        "tests/services/test_limits.py",
    ),
    Guard(
        "a window ends by itself",
        "accounts/limits.py",
        "ends = CASE WHEN counted.ends <= %(now)s THEN excluded.ends ELSE counted.ends END",
        "ends = excluded.ends",
        "tests/services/test_limits.py",
    ),
    Guard(
        "guessing passwords is limited",
        "accounts/adapter.py",
        "self.counted = sign_in.count_password(request, credentials)",
        "self.counted = []",
        SIGN_IN,
    ),
    Guard(
        "an account's names share its guesses",
        "accounts/sign_in.py",
        "for who in sorted(found) or [unknown]",
        "for who in [unknown]",
        SIGN_IN,
    ),
    Guard(
        "a known device guesses no faster",
        "accounts/sign_in.py",
        'return [("sign_in_device", f"{pk}:{devices[pk]}") for pk in sorted(found)]',
        "return []",
        SIGN_IN,
    ),
    Guard(
        "guessing codes is limited",
        "accounts/sign_in.py",
        """        count_guess("code", self.user.pk)\n""",
        "",
        SIGN_IN,
    ),
    Guard(
        "guessing a password in a session is limited",
        "accounts/forms.py",
        """        count_guess("password", self.account.pk)\n""",
        "",
        SIGN_IN,
    ),
    Guard(
        "signing up is limited",
        "accounts/adapter.py",
        """            limits.spend("sign_up", address_of(request))""",
        "            pass",
        SIGN_IN,
    ),
    Guard(
        "administrators' door has the limits",
        "faceswap_site/urls.py",
        "admin.site.login = secure_admin_login(admin.site.login)",
        "admin.site.login = admin.site.login",
        SIGN_IN,
    ),
    Guard(
        "scripts run only with the nonce",
        "faceswap_site/settings.py",
        '"script-src": [SELF, NONCE]',
        '"script-src": [SELF, "\'unsafe-inline\'"]',
        "tests/web/test_every_page.py",
    ),
    Guard(
        "pages have a content policy",
        "faceswap_site/settings.py",
        '    "csp.middleware.CSPMiddleware",\n',
        "",
        "tests/web/test_every_page.py",
    ),
    Guard(
        "https is kept to",
        "faceswap_site/settings.py",
        "31536000 if SECURE_TLS else 0",
        "0",
        "tests/ops/test_production.py",
    ),
    Guard(
        "only public addresses are called",
        "swaps/fetch.py",
        "if refused or not address.is_global or address.is_multicast or address.is_reserved:",
        "if refused:",
        FETCH,
    ),
    Guard(
        "the judged address is called",
        "swaps/fetch.py",
        "address = host if named else public_address(host, port)",
        "address = host if named or public_address(host, port) else host",
        FETCH,
    ),
    Guard(
        "certificates are for the name",
        "swaps/fetch.py",
        "            address = host if named else public_address(host, port)\n",
        "            address = self._dns_host = host if named else public_address(host, port)\n",
        FETCH_TLS,
    ),
    Guard(
        "certificates are checked",
        "swaps/tls.py",
        "context = ssl.create_default_context()",
        "context = ssl._create_unverified_context()",
        FETCH_TLS,
    ),
    Guard("fetched bodies are bounded", "swaps/fetch.py", "if len(data) > max_bytes:", "if False:", FETCH),
    Guard(
        "fetching has a deadline",
        "swaps/fetch.py",
        "executor.submit(run, call).result(timeout=seconds)",
        "executor.submit(run, call).result()",
        f"{FETCH} --timeout 20",
    ),
    Guard(
        "pixels are counted before decoding",
        "recognition/engine/images.py",
        "        _check_size(image.width, image.height, max_pixels, name)\n        return _decode",
        "        return _decode",
        MATRIX,
    ),
    Guard(
        "formats are told by content",
        "recognition/engine/container.py",
        "    return None\n\n\ndef _iso_format",
        '    return "GIF" if data[:3] == b"GIF" else None\n\n\ndef _iso_format',
        MATRIX,
    ),
    Guard(
        "second documents are refused",
        "recognition/engine/images.py",
        "    if hides_something(data, kind):",
        "    if False:",
        MATRIX,
    ),
    Guard(
        "scans are counted",
        "recognition/engine/images.py",
        "    if has_too_many_scans(data, kind):",
        "    if False:",
        MATRIX,
    ),
    Guard(
        "requests are bounded",
        "faceswap_site/bodies.py",
        "if self._size > self._limit.size:",
        "if False:",
        "tests/uploads/test_bodies.py --timeout 20",
    ),
    Guard(
        "only addresses for photos take large bodies",
        "faceswap_site/body_limits.py",
        "if pattern.match(path)), WITHOUT_PHOTOS)",
        "if pattern.match(path)), WITH_PHOTOS)",
        "tests/uploads/test_body_limits.py",
    ),
    Guard("the parts of JSON are counted", "faceswap_site/bounded_json.py", " > MOST_PARTS:", " > 10**9:", JSON),
    Guard(
        "the shape of JSON is bounded",
        "faceswap_site/schema.py",
        ".iter_errors(bounded(data))",
        ".iter_errors(data)",
        JSON,
    ),
    Guard(
        "lists that are too long are not looked through",
        "faceswap_site/schema.py",
        'len(instance) <= schema.get("maxItems", len(instance))',
        "True",
        JSON,
    ),
    Guard(
        "slow requests are given up",
        "faceswap_site/bodies.py",
        "asyncio.timeout(max(0.0, patience))",
        "asyncio.timeout(None)",
        "tests/uploads/test_bodies.py --timeout 20",
    ),
    Guard(
        "a job's files go with it",
        "swaps/services.py",
        "    job.delete()\n    delete_job_files(job_id)",
        "    job.delete()",
        DELETION,
    ),
    Guard(
        "found photos go with the account",
        "accounts/services.py",
        "    delete_found_photos(account=account)\n",
        "",
        DELETION,
    ),
    Guard(
        "indexes go with their people",
        "recognition/snapshots.py",
        "def drop_snapshots(registry: Registry) -> None:",
        "def drop_snapshots(registry: Registry) -> None:\n    return\n",
        DELETION,
    ),
    Guard(
        "deleted rows are overwritten",
        "faceswap_site/settings.py",
        "PRAGMA secure_delete=ON;",
        "PRAGMA secure_delete=OFF;",
        DELETION,
    ),
    Guard("the database's log is emptied", "swaps/sweep.py", "    overwrite_deleted_pages,\n", "", DELETION),
    Guard(
        "secrets stay out of logs",
        "faceswap_site/logs.py",
        "        text = pattern.sub(instead, text)\n",
        "        pass\n",
        "tests/ops/test_logs.py",
    ),
    Guard(
        "an old attempt can't write",
        "swaps/services.py",
        "status=Status.RUNNING, attempts=self.attempt",
        "status__in=Status.values",
        LIFE,
    ),
    Guard("attempts are counted", "swaps/services.py", 'attempts=F("attempts") + 1,', "", LIFE),
    Guard(
        "balances don't go below zero",
        "accounts/points.py",
        "[amount, account_id, max(0, -amount)]",
        "[amount, account_id, 0]",
        "tests/services/test_points.py",
    ),
    Guard(
        "a charge is settled once",
        "accounts/points.py",
        "    ON CONFLICT DO NOTHING\n",
        "",
        "tests/services/test_points.py",
    ),
    Guard(
        "protected people are refused",
        "swaps/runner.py",
        "    refuse_protected_faces(job.owner, photos, target.rgb, chosen, where=job.origin)\n",
        "",
        "tests/recognition/test_protected_swaps.py",
    ),
    Guard(
        "killed uploads are swept",
        "swaps/incoming.py",
        "        _delete_unless_named(mark)\n",
        "",
        "tests/services/test_abandoned_files.py",
    ),
    Guard(
        "a required label is on live frames",
        "swaps/live/hub.py",
        '{"label": True} if require_label else {}',
        "{}",
        "tests/live/test_label.py",
    ),
    Guard(
        "a live place belongs to its holder",
        "swaps/live/shared.py",
        "holder and holder ~= ARGV[i + 1]",
        "false",
        "tests/live/test_places.py",
    ),
    Guard(
        "an unclaimed job stays in the queue",
        "swaps/services.py",
        ", ack_failure=False",
        "",
        "tests/services/test_trouble_that_passes.py",
    ),
    Guard(
        "an account's name makes no guest",
        "accounts/guest.py",
        "get_or_create(is_guest=True, defaults=new)",
        'get_or_create(username="guest", defaults=new | {"is_guest": True})',
        GUEST,
    ),
    Guard(
        "a key is paid for by its account",
        "faceswap_site/api.py",
        "return self.key is None",
        'return self.account.username == "guest" or self.key is None',
        GUEST,
    ),
    Guard(
        "the guest gets no keys",
        "accounts/keys.py",
        "    if owner.is_guest:",
        "    if False:",
        GUEST,
    ),
    Guard(
        "nobody changes the guest",
        "accounts/admin.py",
        "not (obj and obj.is_guest) and super()",
        "super()",
        GUEST,
    ),
    Guard(
        "open access is nobody's who sees more",
        "accounts/guest.py",
        ", is_active=True, is_staff=False",
        "",
        GUEST,
    ),
    Guard(
        "names of the site's own people are kept",
        "faceswap_site/settings.py",
        '    *("admin", "administrator", "guest", ',
        '    *("administrator", ',
        GUEST,
    ),
    Guard(
        "an upgrade renames nobody",
        "accounts/migrations/0005_guest_by_column.py",
        "    if why:",
        "    if False:",
        GUEST,
    ),
    Guard(
        "files are there whole or not at all",
        "faceswap_site/storage.py",
        "                self.delete(partial)",
        "                pass",
        "tests/services/test_whole_files.py",
    ),
    Guard(
        "what was shown is what changes",
        "swaps/runner.py",
        "if shown := _shown(rows):",
        "if shown := {}:",
        "tests/web/test_studio_plan.py",
    ),
    Guard(
        "a plan of nobody is not charged",
        "swaps/forms.py",
        "if self._nobody_changes():",
        "if False:",
        "tests/web/test_studio_plan.py",
    ),
    Guard(
        "other sites' scripts reach the APIs alone",
        "faceswap_site/settings.py",
        'r"^/(api/(?!docs$)|face/|face_match$|face_rec$)"',
        'r"^/"',
        "tests/api/test_other_pages.py",
    ),
    Guard(
        "other sites' scripts send no cookie",
        "faceswap_site/settings.py",
        "CORS_ALLOW_CREDENTIALS = False",
        "CORS_ALLOW_CREDENTIALS = True",
        "tests/api/test_other_pages.py",
    ),
)
