"""Who may do what: one row for every address outside the admin site, which has one rule for all of its own.

Alice owns what the addresses name, Bob has another account, Charlie is signed out and has no key, and Dora is an
administrator, who owns nothing either: the admin site is her way to other people's things.
"""

from dataclasses import dataclass

# What a request can come to. "in" is every answer of a view that let the person in: also a form's complaint.
IN, SIGN_IN, NO_KEY, NOT_THERE = "in", "sign in", "no key", "not there"


@dataclass(frozen=True)
class Policy:
    alice: str
    bob: str
    charlie: str
    dora: str
    by_key: bool = False  # by an API key rather than by a session
    token: bool = True  # without a CSRF token, nothing is done


PUBLIC = Policy(IN, IN, IN, IN)
PERSONAL = Policy(IN, IN, SIGN_IN, IN)
OWN = Policy(IN, NOT_THERE, SIGN_IN, NOT_THERE)
BY_KEY = Policy(IN, IN, NO_KEY, IN, by_key=True)
OWN_BY_KEY = Policy(IN, NOT_THERE, NO_KEY, NOT_THERE, by_key=True)
NOBODY = Policy(NOT_THERE, NOT_THERE, NOT_THERE, NOT_THERE)
LIVE = Policy(IN, IN, NO_KEY, IN, token=False)  # clients of the protocol know no token; the origin is checked
STAFF = Policy(SIGN_IN, SIGN_IN, SIGN_IN, IN)

Row = dict[str, Policy]  # by method; what is not named is not allowed
G, P, GP, EVERY = "GET", "POST", "GET POST", "GET POST PUT PATCH DELETE"


def may(policy: Policy, methods: str, **others: Policy) -> Row:
    """One policy for these methods, and other policies for others."""
    return dict.fromkeys(methods.split(), policy) | others


TABLE: dict[str, Row] = {
    "": may(PUBLIC, G),
    "healthz": may(PUBLIC, G),
    "readyz": may(PUBLIC, G),
    "metrics": may(NOBODY, ""),  # its token is another test's matter
    "showcase/<str:name>": may(NOBODY, ""),  # no picture was made here
    "manifest.webmanifest": may(PUBLIC, G),
    "pricing/": may(PUBLIC, G),
    "privacy/": may(PUBLIC, G),
    "signed-in/": may(PERSONAL, G),
    "developers/": may(PUBLIC, G, POST=PERSONAL),
    "i18n/setlang/": may(PUBLIC, "GET POST PUT PATCH DELETE"),
    "samples/<str:name>": may(PUBLIC, G),
    # Swaps.
    "swaps/new/": may(PERSONAL, GP),
    "swaps/faces": may(Policy(IN, IN, NO_KEY, IN), P),  # asked by a script, so signed-out people get a status
    "swaps/preview": may(Policy(IN, IN, NO_KEY, IN), P),
    "swaps/fetched": may(Policy(IN, IN, NO_KEY, IN), P),
    "swaps/<uuid:job_id>/": may(OWN, G),
    "swaps/<uuid:job_id>/letter": may(OWN, P),
    "swaps/<uuid:job_id>/delete": may(OWN, P),
    "swaps/known-faces/<slug:choice>": may(OWN, G),
    "swaps/<uuid:job_id>/cancel": may(OWN, P),
    "swaps/<uuid:job_id>/publish": may(OWN, P),
    "swaps/<uuid:job_id>/result": may(OWN, G),
    "swaps/<uuid:job_id>/result.<str:extension>": may(OWN, G),
    "swaps/<uuid:job_id>/comparison.jpg": may(OWN, G),
    "swaps/<uuid:job_id>/thumbnail": may(OWN, G),
    "swaps/<uuid:job_id>/target": may(OWN, G),
    "swaps/<uuid:job_id>/face": may(OWN, G),
    "swaps/clips/new/": may(PERSONAL, GP),
    "swaps/clips/<uuid:clip_id>/": may(OWN, GP),
    "swaps/clips/<uuid:clip_id>/delete": may(OWN, P),
    "swaps/clips/<uuid:clip_id>/people/<int:index>": may(OWN, G),
    "swaps/clips/<uuid:clip_id>/<str:kind>": may(OWN, G),
    "swaps/batches/": may(PERSONAL, G),
    "swaps/batches/new/": may(PERSONAL, GP),
    "swaps/batches/<uuid:batch_id>/": may(OWN, G),
    "swaps/batches/<uuid:batch_id>/photos": may(OWN, P),
    "swaps/batches/<uuid:batch_id>/photos/<uuid:item_id>": may(OWN, G),
    "swaps/batches/<uuid:batch_id>/face": may(OWN, G),
    "swaps/batches/<uuid:batch_id>/start": may(OWN, P),
    "swaps/batches/<uuid:batch_id>/letter": may(OWN, P),
    "swaps/batches/<uuid:batch_id>/cancel": may(OWN, P),
    "swaps/batches/<uuid:batch_id>/retry": may(OWN, P),
    "swaps/batches/<uuid:batch_id>/delete": may(OWN, P),
    "swaps/batches/<uuid:batch_id>/results.zip": may(OWN, G),
    "gallery/": may(PERSONAL, G),
    "gallery/selection": may(PERSONAL, P),
    "history/": may(PERSONAL, G),
    "history.csv": may(PERSONAL, G),
    # What Alice has not published is not there, for herself neither; what she shared, everyone with the link sees.
    "explore/": may(PUBLIC, G),
    "check/": may(PUBLIC, GP),
    "explore/<uuid:job_id>/": may(NOBODY, ""),
    "explore/<uuid:job_id>/picture": may(NOBODY, ""),
    "explore/<uuid:job_id>/thumbnail": may(NOBODY, ""),
    "consent/<str:consent_token>/": may(PUBLIC, GP),
    "consent/<str:consent_token>/picture": may(PUBLIC, G),
    "account/consent/": may(PERSONAL, GP),
    "account/consent/<uuid:request_id>/call-back": may(OWN, P),
    "shared/<str:token>/": may(PUBLIC, G),
    "shared/<str:token>/picture": may(PUBLIC, G),
    # Live.
    "live/": may(PERSONAL, G),
    "upload_source": may(LIVE, P),
    "status": may(PUBLIC, G),
    # People.
    "recognise/": may(PERSONAL, GP),
    "compare/": may(PERSONAL, GP),
    "people/": may(PERSONAL, G),
    "people/new/": may(PERSONAL, GP),
    "people/<uuid:uuid>/": may(OWN, G),
    "people/<uuid:uuid>/photos": may(OWN, P),
    "people/<uuid:uuid>/choose": may(OWN, GP),
    "people/new/choose": may(PERSONAL, GP),
    "people/choose/<uuid:found>": may(OWN, G),
    "people/<uuid:uuid>/rename": may(OWN, P),
    "people/<uuid:uuid>/reserve": may(OWN, P),
    "people/<uuid:uuid>/delete": may(OWN, P),
    "people/<uuid:uuid>/photos/<int:number>": may(OWN, G),
    "people/<uuid:uuid>/photos/<int:number>/delete": may(OWN, P),
    # Accounts.
    "account/": may(PERSONAL, GP),
    "account/points/": may(PERSONAL, G),
    "account/export": may(PERSONAL, P),
    "account/delete/": may(PERSONAL, GP),
    "account/keys/": may(PERSONAL, GP),
    "account/keys/<int:pk>/revoke": may(OWN, P),
    "account/webhooks/": may(PERSONAL, G),
    "account/webhooks/rotate": may(PERSONAL, P),
    "account/webhooks/<uuid:delivery_id>/again": may(OWN, P),
    # Accounts, by django-allauth.
    "accounts/login/": may(PUBLIC, GP),
    "accounts/logout/": may(PUBLIC, GP),
    "accounts/inactive/": may(PUBLIC, G),
    "accounts/signup/": may(PUBLIC, GP),
    "accounts/reauthenticate/": may(PERSONAL, GP),
    "accounts/email/": may(PERSONAL, GP),
    "accounts/confirm-email/": may(PUBLIC, G),
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": may(PUBLIC, G),
    "accounts/password/change/": may(PERSONAL, GP),
    "accounts/password/set/": may(PERSONAL, GP),
    "accounts/password/reset/": may(PUBLIC, GP),
    "accounts/password/reset/done/": may(PUBLIC, G),
    "accounts/password/reset/key/done/": may(PUBLIC, G),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": may(PUBLIC, GP),
    # The second step of signing in: who is not in the middle of it is sent to its beginning.
    "accounts/login/code/confirm/": may(Policy(IN, IN, SIGN_IN, IN), GP),
    "accounts/2fa/authenticate/": may(Policy(IN, IN, SIGN_IN, IN), GP),
    "accounts/2fa/": may(PERSONAL, G),
    "accounts/2fa/reauthenticate/": may(PERSONAL, GP),
    "accounts/2fa/totp/activate/": may(PERSONAL, GP),
    "accounts/2fa/totp/deactivate/": may(OWN, GP),
    "accounts/2fa/recovery-codes/": may(OWN, G),
    "accounts/2fa/recovery-codes/generate/": may(PERSONAL, GP),
    "accounts/2fa/recovery-codes/download/": may(OWN, G),
    "accounts/2fa/webauthn/": may(PERSONAL, G),
    "accounts/2fa/webauthn/add/": may(PERSONAL, GP),
    "accounts/2fa/webauthn/login/": may(Policy(IN, IN, SIGN_IN, IN), GP),
    "accounts/2fa/webauthn/reauthenticate/": may(PERSONAL, G, POST=Policy(SIGN_IN, IN, SIGN_IN, IN)),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": may(OWN, GP),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": may(OWN, GP),
    "accounts/3rdparty/": may(PERSONAL, GP),
    "accounts/3rdparty/login/cancelled/": may(PUBLIC, G),
    "accounts/3rdparty/login/error/": may(Policy(NO_KEY, NO_KEY, NO_KEY, NO_KEY), G),
    "accounts/3rdparty/signup/": may(Policy(SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN), GP),
    "accounts/social/connections/": may(PUBLIC, EVERY),  # older addresses of the four above: they lead there
    "accounts/social/login/cancelled/": may(PUBLIC, EVERY),
    "accounts/social/login/error/": may(PUBLIC, EVERY),
    "accounts/social/signup/": may(PUBLIC, EVERY),
    "accounts/oidc/<str:provider_id>/login/": may(NOBODY, GP),  # without an identity provider there is none
    "accounts/oidc/<str:provider_id>/login/callback/": may(NOBODY, G),
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/": may(NOBODY, GP),  # allauth's own, behind the two above
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": may(NOBODY, G),
    "accounts/sessions/": may(PERSONAL, GP),
    # The native API.
    "api/openapi.json": may(PUBLIC, G),
    "api/docs": may(PUBLIC, G),
    # Whatever else is asked for below a surface's paths.
    "^api(?:/.*)?$": may(NOBODY, ""),
    "^api/face_swap(?:/.*)?$": may(NOBODY, ""),
    "^api/aifaceswap(?:/.*)?$": may(NOBODY, ""),
    "^face(?:/.*)?$": may(Policy(IN, IN, IN, IN, token=False), EVERY),  # 400, as its document wants
    "^face_match(?:/.*)?$": may(NOBODY, ""),
    "^face_rec(?:/.*)?$": may(NOBODY, ""),
    "^upload_source(?:/.*)?$": may(NOBODY, ""),
    "^status(?:/.*)?$": may(NOBODY, ""),
    "api/v1/swaps": may(BY_KEY, GP),
    "api/v1/swaps/<str:job_id>": may(OWN_BY_KEY, "GET DELETE"),
    "api/v1/swaps/<str:job_id>/cancel": may(OWN_BY_KEY, P),
    "api/v1/swaps/<str:job_id>/result": may(OWN_BY_KEY, G),
    "api/v1/batches": may(BY_KEY, GP),
    "api/v1/batches/<str:batch_id>": may(OWN_BY_KEY, "GET DELETE"),
    "api/v1/batches/<str:batch_id>/photos": may(OWN_BY_KEY, P),
    "api/v1/batches/<str:batch_id>/start": may(OWN_BY_KEY, P),
    "api/v1/batches/<str:batch_id>/cancel": may(OWN_BY_KEY, P),
    "api/v1/batches/<str:batch_id>/retry": may(OWN_BY_KEY, P),
    "api/v1/batches/<str:batch_id>/results.zip": may(OWN_BY_KEY, G),
    "api/v1/faces": may(BY_KEY, P),
    "api/v1/account": may(BY_KEY, G),
    "api/v1/points": may(BY_KEY, G),
    "api/v1/results/<str:name>": may(PUBLIC, G),
    "api/v1/checks": may(BY_KEY, P),
    "api/v1/compare": may(BY_KEY, P),
    "api/v1/recognise": may(BY_KEY, P),
    "api/v1/people": may(BY_KEY, GP),
    "api/v1/people/<str:person_id>": may(OWN_BY_KEY, "GET PATCH DELETE"),
    "api/v1/people/<str:person_id>/photos": may(OWN_BY_KEY, P),
    "api/v1/people/<str:person_id>/photos/<str:photo_id>": may(OWN_BY_KEY, "GET DELETE"),
    # The dialects.
    "api/face_swap": may(BY_KEY, P),
    "api/aifaceswap/v1/faceswap": may(BY_KEY, P),
    "api/aifaceswap/v1/extract_face": may(BY_KEY, P),
    "api/aifaceswap/v1/multi_faceswap": may(BY_KEY, P),
    "face/swap": may(BY_KEY, EVERY),  # POST, and to all others 400, as its document wants
    "face_match": may(BY_KEY, P, GET=PUBLIC),
    "face_rec": may(BY_KEY, P, GET=PUBLIC),
}
