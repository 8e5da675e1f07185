"""What a request may cost the web process, and what works for it, beside the table of who may ask: a row an address.

Measured at 12 megapixels a photo, as phones take them (MAX_PHOTO_MEGAPIXELS=12), on one core, with bounds that hold
on a slow machine too. A budget is a promise about the worst that anybody can send or ask for, not about the usual.
"""

from dataclasses import dataclass

KB, MB = 1024, 1024 * 1024
MEGAPIXELS_A_PHOTO = 12


@dataclass(frozen=True)
class Budget:
    """The most that a request may cost.

    Attributes
    ----------
    body : int
        Bytes that are taken in.
    photos : int
        Of the largest size, that are decoded for it.
    seconds : float
        Of processor time.
    memory : int
        Bytes of address space beyond what the process has when nothing is asked of it.
    """

    body: int
    photos: int
    seconds: float
    memory: int


# No photos: what is shown, what a form changes, and many rows at once, read or written.
PAGE = Budget(256 * KB, 0, 2, 100 * MB)
FORM = Budget(256 * KB, 0, 2, 100 * MB)
LIST = Budget(256 * KB, 0, 4, 100 * MB)
# A stored file, as it is or small; archives are sent while they are read.
PICTURE = Budget(256 * KB, 1, 3, 200 * MB)
ARCHIVE = Budget(256 * KB, 0, 4, 100 * MB)
# One result, decoded and encoded.
CONVERSION = Budget(256 * KB, 1, 12, 800 * MB)
# Photos that are looked at while one waits, one after the other.
LOOK = Budget(64 * MB, 4, 20, 900 * MB)
# One photo, from anybody.
CHECK = Budget(10 * MB + 64 * KB, 1, 10, 900 * MB)
# One that was kept a moment ago, of which a face is chosen.
CHOICE = Budget(256 * KB, 1, 10, 900 * MB)
LIVE_FACE = Budget(16 * MB, 1, 20, 900 * MB)
# One from the web, written anew.
FETCHED = Budget(256 * KB, 1, 4, 400 * MB)
# Photos that are written anew and left for a worker.
SUBMISSION = Budget(64 * MB, 4, 15, 700 * MB)

# By address and method, as in table.py. The admin site's own are one row: administrators add many photos at once there.
BUDGETS: dict[str, dict[str, Budget]] = {
    "": {"GET": PAGE},
    "healthz": {"GET": PAGE},
    "readyz": {"GET": PAGE},
    "metrics": {},
    "showcase/<str:name>": {},
    "manifest.webmanifest": {"GET": PAGE},
    "pricing/": {"GET": PAGE},
    "privacy/": {"GET": PAGE},
    "signed-in/": {"GET": PAGE},
    "developers/": {"GET": PAGE, "POST": FORM},
    "i18n/setlang/": {"GET": PAGE, "POST": FORM, "PUT": FORM, "PATCH": FORM, "DELETE": FORM},
    "samples/<str:name>": {"GET": PICTURE},
    "swaps/new/": {"GET": PAGE, "POST": SUBMISSION},
    "swaps/faces": {"POST": LOOK},
    "swaps/preview": {"POST": LOOK},
    "swaps/fetched": {"POST": FETCHED},
    "swaps/<uuid:job_id>/": {"GET": PAGE},
    "swaps/<uuid:job_id>/letter": {"POST": FORM},
    "swaps/<uuid:job_id>/delete": {"POST": FORM},
    "swaps/known-faces/<slug:choice>": {"GET": PICTURE},
    "swaps/<uuid:job_id>/cancel": {"POST": FORM},
    "swaps/<uuid:job_id>/publish": {"POST": FORM},
    "swaps/<uuid:job_id>/result": {"GET": PICTURE},
    "swaps/<uuid:job_id>/result.<str:extension>": {"GET": CONVERSION},
    "swaps/<uuid:job_id>/comparison.jpg": {"GET": CONVERSION},
    "swaps/<uuid:job_id>/thumbnail": {"GET": PICTURE},
    "swaps/<uuid:job_id>/target": {"GET": PICTURE},
    "swaps/<uuid:job_id>/face": {"GET": PICTURE},
    "swaps/clips/new/": {"GET": PAGE, "POST": SUBMISSION},
    "swaps/clips/<uuid:clip_id>/": {"GET": PAGE, "POST": SUBMISSION},
    "swaps/clips/<uuid:clip_id>/delete": {"POST": FORM},
    "swaps/clips/<uuid:clip_id>/people/<int:index>": {"GET": FORM},
    "swaps/clips/<uuid:clip_id>/<str:kind>": {"GET": PICTURE},
    "swaps/batches/": {"GET": LIST},
    "swaps/batches/new/": {"GET": PAGE, "POST": SUBMISSION},
    "swaps/batches/<uuid:batch_id>/": {"GET": LIST},
    "swaps/batches/<uuid:batch_id>/photos": {"POST": SUBMISSION},
    "swaps/batches/<uuid:batch_id>/photos/<uuid:item_id>": {"GET": PICTURE},
    "swaps/batches/<uuid:batch_id>/face": {"GET": PICTURE},
    "swaps/batches/<uuid:batch_id>/start": {"POST": LIST},
    "swaps/batches/<uuid:batch_id>/letter": {"POST": FORM},
    "swaps/batches/<uuid:batch_id>/cancel": {"POST": LIST},
    "swaps/batches/<uuid:batch_id>/retry": {"POST": LIST},
    "swaps/batches/<uuid:batch_id>/delete": {"POST": LIST},
    "swaps/batches/<uuid:batch_id>/results.zip": {"GET": ARCHIVE},
    "gallery/": {"GET": LIST},
    "gallery/selection": {"POST": ARCHIVE},
    "history/": {"GET": LIST},
    "history.csv": {"GET": LIST},
    "explore/": {"GET": LIST},
    "check/": {"GET": PAGE, "POST": CHECK},
    "explore/<uuid:job_id>/": {},
    "explore/<uuid:job_id>/picture": {},
    "explore/<uuid:job_id>/thumbnail": {},
    "consent/<str:consent_token>/": {"GET": PAGE, "POST": FORM},
    "consent/<str:consent_token>/picture": {"GET": PICTURE},
    "account/consent/": {"GET": PAGE, "POST": FORM},
    "account/consent/<uuid:request_id>/call-back": {"POST": FORM},
    "shared/<str:token>/": {"GET": PAGE},
    "shared/<str:token>/picture": {"GET": PICTURE},
    "live/": {"GET": PAGE},
    "upload_source": {"POST": LIVE_FACE},
    "status": {"GET": PAGE},
    "recognise/": {"GET": PAGE, "POST": LOOK},
    "compare/": {"GET": PAGE, "POST": LOOK},
    "people/": {"GET": LIST},
    "people/new/": {"GET": PAGE, "POST": LOOK},
    "people/<uuid:uuid>/": {"GET": LIST},
    "people/<uuid:uuid>/photos": {"POST": LOOK},
    "people/<uuid:uuid>/choose": {"GET": PICTURE, "POST": CHOICE},
    "people/new/choose": {"GET": PICTURE, "POST": CHOICE},
    "people/choose/<uuid:found>": {"GET": PICTURE},
    "people/<uuid:uuid>/rename": {"POST": FORM},
    "people/<uuid:uuid>/reserve": {"POST": FORM},
    "people/<uuid:uuid>/delete": {"POST": FORM},
    "people/<uuid:uuid>/photos/<int:number>": {"GET": PICTURE},
    "people/<uuid:uuid>/photos/<int:number>/delete": {"POST": FORM},
    "account/": {"GET": PAGE, "POST": FORM},
    "account/points/": {"GET": LIST},
    "account/export": {"POST": ARCHIVE},
    "account/delete/": {"GET": PAGE, "POST": FORM},
    "account/keys/": {"GET": PAGE, "POST": FORM},
    "account/keys/<int:pk>/revoke": {"POST": FORM},
    "account/webhooks/": {"GET": LIST},
    "account/webhooks/rotate": {"POST": FORM},
    "account/webhooks/<uuid:delivery_id>/again": {"POST": FORM},
    "accounts/login/": {"GET": PAGE, "POST": FORM},
    "accounts/logout/": {"GET": PAGE, "POST": FORM},
    "accounts/inactive/": {"GET": PAGE},
    "accounts/signup/": {"GET": PAGE, "POST": FORM},
    "accounts/reauthenticate/": {"GET": PAGE, "POST": FORM},
    "accounts/email/": {"GET": PAGE, "POST": FORM},
    "accounts/confirm-email/": {"GET": PAGE},
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": {"GET": PAGE},
    "accounts/password/change/": {"GET": PAGE, "POST": FORM},
    "accounts/password/set/": {"GET": PAGE, "POST": FORM},
    "accounts/password/reset/": {"GET": PAGE, "POST": FORM},
    "accounts/password/reset/done/": {"GET": PAGE},
    "accounts/password/reset/key/done/": {"GET": PAGE},
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": {"GET": PAGE, "POST": FORM},
    "accounts/login/code/confirm/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/authenticate/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/": {"GET": PAGE},
    "accounts/2fa/reauthenticate/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/totp/activate/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/totp/deactivate/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/recovery-codes/": {"GET": PAGE},
    "accounts/2fa/recovery-codes/generate/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/recovery-codes/download/": {"GET": PAGE},
    "accounts/2fa/webauthn/": {"GET": PAGE},
    "accounts/2fa/webauthn/add/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/webauthn/login/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/webauthn/reauthenticate/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": {"GET": PAGE, "POST": FORM},
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": {"GET": PAGE, "POST": FORM},
    "accounts/3rdparty/": {"GET": PAGE, "POST": FORM},
    "accounts/3rdparty/login/cancelled/": {"GET": PAGE},
    "accounts/3rdparty/login/error/": {"GET": PAGE},
    "accounts/3rdparty/signup/": {"GET": PAGE, "POST": FORM},
    "accounts/social/connections/": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), PAGE),
    "accounts/social/login/cancelled/": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), PAGE),
    "accounts/social/login/error/": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), PAGE),
    "accounts/social/signup/": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), PAGE),
    "accounts/oidc/<str:provider_id>/login/": {"GET": PAGE, "POST": FORM},
    "accounts/oidc/<str:provider_id>/login/callback/": {"GET": PAGE},
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/": {"GET": PAGE, "POST": FORM},
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": {"GET": PAGE},
    "accounts/sessions/": {"GET": PAGE, "POST": FORM},
    "api/openapi.json": {"GET": PAGE},
    "api/docs": {"GET": PAGE},
    "^api(?:/.*)?$": {},
    "^api/face_swap(?:/.*)?$": {},
    "^api/aifaceswap(?:/.*)?$": {},
    "^face(?:/.*)?$": {"GET": PAGE, "POST": FORM, "PUT": FORM, "PATCH": FORM, "DELETE": FORM},
    "^face_match(?:/.*)?$": {},
    "^face_rec(?:/.*)?$": {},
    "^upload_source(?:/.*)?$": {},
    "^status(?:/.*)?$": {},
    "api/v1/swaps": {"GET": LIST, "POST": SUBMISSION},
    "api/v1/swaps/<str:job_id>": {"GET": PAGE, "DELETE": FORM},
    "api/v1/swaps/<str:job_id>/cancel": {"POST": FORM},
    "api/v1/swaps/<str:job_id>/result": {"GET": PICTURE},
    "api/v1/batches": {"GET": LIST, "POST": SUBMISSION},
    "api/v1/batches/<str:batch_id>": {"GET": LIST, "DELETE": LIST},
    "api/v1/batches/<str:batch_id>/photos": {"POST": SUBMISSION},
    "api/v1/batches/<str:batch_id>/start": {"POST": LIST},
    "api/v1/batches/<str:batch_id>/cancel": {"POST": LIST},
    "api/v1/batches/<str:batch_id>/retry": {"POST": LIST},
    "api/v1/batches/<str:batch_id>/results.zip": {"GET": ARCHIVE},
    "api/v1/faces": {"POST": LOOK},
    "api/v1/account": {"GET": PAGE},
    "api/v1/points": {"GET": LIST},
    "api/v1/results/<str:name>": {"GET": PICTURE},
    "api/v1/checks": {"POST": LOOK},
    "api/v1/compare": {"POST": LOOK},
    "api/v1/recognise": {"POST": LOOK},
    "api/v1/people": {"GET": LIST, "POST": FORM},
    "api/v1/people/<str:person_id>": {"GET": PAGE, "PATCH": FORM, "DELETE": FORM},
    "api/v1/people/<str:person_id>/photos": {"POST": LOOK},
    "api/v1/people/<str:person_id>/photos/<str:photo_id>": {"GET": PICTURE, "DELETE": FORM},
    "api/face_swap": {"POST": SUBMISSION},
    "api/aifaceswap/v1/faceswap": {"POST": SUBMISSION},
    "api/aifaceswap/v1/extract_face": {"POST": LOOK},
    "api/aifaceswap/v1/multi_faceswap": {"POST": SUBMISSION},
    "face/swap": {"GET": PAGE, "POST": SUBMISSION, "PUT": SUBMISSION, "PATCH": SUBMISSION, "DELETE": SUBMISSION},
    "face_match": {"POST": LOOK, "GET": PAGE},
    "face_rec": {"POST": LOOK, "GET": PAGE},
}
