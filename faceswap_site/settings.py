"""The site's settings. Every value that an operator may change comes from the environment; see .env.example."""

import os
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from faceswap_site.lib import logs, private_files

from . import env
from .env import BASE_DIR

# Work is shared out over processes; BLAS threads of several processes would only wait for each other on the same
# cores. numpy reads this at its import, which comes later.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Lets Django's own classes be written with the types they hold, as in ModelAdmin[SwapJob].
django_stubs_ext.monkeypatch()

# Here, because every process reads the settings before it writes anything.
private_files.write_privately()

DEBUG = env.flag("DEBUG", False)
DATA_DIR = env.writable_folder("DATA_DIR", BASE_DIR / "var")
private_files.keep_private(DATA_DIR)

SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if (env.is_set("DEBUG") and not DEBUG) or env.is_set("SECRET_KEY"):
        raise ImproperlyConfigured("SECRET_KEY is not set. Put a long random text in the environment or .env.")
    SECRET_KEY = env.local_secret(DATA_DIR / "secret_key")  # a local installation with nothing configured

HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, 1, 65535)
SITE_URL = env.text("SITE_URL").rstrip("/")  # where people reach the site; empty: taken from each request
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", HOST])
CSRF_FAILURE_VIEW = "faceswap_site.lib.http.error_pages.token_refused"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SECURE_TLS = env.flag("SECURE_TLS", False)

INSTALLED_APPS = [
    "faceswap_site.ops.apps.SiteConfig",
    "accounts",
    "swaps",
    "recognition",
    "faceswap_site.ops.apps.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "corsheaders",
    "csp",
    "django_htmx",
    "django_q",
    "drf_spectacular",
    "rest_framework",
    "storages",
]

MIDDLEWARE = [
    "faceswap_site.lib.http.middleware.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "faceswap_site.lib.http.middleware.Patience",
    "accounts.throttling.FormLimits",
    "faceswap_site.lib.http.middleware.EndedSessions",
    "recognition.photos.pixel_budgets.PixelBudgets",
]

ROOT_URLCONF = "faceswap_site.urls"
ASGI_APPLICATION = "faceswap_site.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "faceswap_site.pages.context.site",
            ],
            "builtins": ["faceswap_site.ops.templatetags.components"],
        },
    },
]

# Databases: SQLite by default, PostgreSQL by DATABASE_URL.
_database = env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'site.sqlite3'}")
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers go on while the worker writes; IMMEDIATE takes the write lock at the start of a transaction,
    # so that two writers wait for each other instead of failing half way.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }
_database["CONN_MAX_AGE"] = 60
_database["CONN_HEALTH_CHECKS"] = _database["ENGINE"] != "django.db.backends.sqlite3"
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
REDIS_PREFIX = env.text("REDIS_PREFIX", "faceswap")  # begins every key and channel, so that sites can share a Redis
_redis_cache = {
    "BACKEND": "faceswap_site.lib.cache.ForgetfulRedisCache",
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": REDIS_PREFIX,
    "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},  # seconds; redis-py itself waits for ever
}
CACHES: dict[str, dict[str, Any]] = {
    "default": _redis_cache
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # over it, a third is thrown away at random
    }
}

# Accounts (django-allauth).
AUTH_USER_MODEL = "accounts.User"
# What the apps above accounts do with an account, in this order.
ACCOUNT_HOOKS = {
    "delete": ["swaps.jobs.account_hooks.delete_swaps", "recognition.registry.account_hooks.delete_people"],
    "export": [
        "swaps.jobs.account_hooks.pack_swaps",
        "swaps.jobs.account_hooks.pack_batches",
        "recognition.registry.account_hooks.pack_people",
    ],
    "retention": ["swaps.jobs.account_hooks.keep_swaps"],
}
# Where the shapes of requests and answers are kept: checked and published under their names, in this order.
API_SCHEMAS = [
    "faceswap_site.lib.api.openapi.SCHEMAS",
    "recognition.photos.intake.SCHEMAS",
    "swaps.api.requests.SCHEMAS",
    "swaps.api.batch_requests.SCHEMAS",
    "swaps.dialects.base64_swap.wire.SCHEMAS",
    "swaps.dialects.aifaceswap.wire.SCHEMAS",
    "swaps.dialects.acedata.wire.SCHEMAS",
    "recognition.api.requests.SCHEMAS",
    "recognition.dialects.face_rec.wire.SCHEMAS",
]
# Who reads a photo that is named by an address of this site.
OWN_PHOTOS = "swaps.results.own_addresses.own_photo"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "accounts.sign_in.password_rules.MinimumLengthValidator",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
# Names that would be taken for the site's own people.
ACCOUNT_USERNAME_BLACKLIST = [
    *("admin", "administrator", "guest", "moderator", "operator", "root", "site", "staff", "support", "system"),
]
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "signup": "accounts.sign_in.password_forms.SignupForm",
    "change_password": "accounts.sign_in.password_forms.ChangePasswordForm",
    "set_password": "accounts.sign_in.password_forms.SetPasswordForm",
    "reset_password_from_key": "accounts.sign_in.password_forms.ResetPasswordKeyForm",
}
SIGN_UP = env.choice("SIGN_UP", "open", {"open", "provider", "invitation", "closed"})
# Signing in by the operator's own identity provider (OpenID Connect), beside passwords.
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL").rstrip("/")
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_ID"), env.text("OIDC_CLIENT_SECRET")
_oidc = [OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET]
if any(_oidc) and not all(_oidc):
    raise ImproperlyConfigured("OIDC_SERVER_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together: set all or none.")
if OIDC_SERVER_URL and not OIDC_SERVER_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"OIDC_SERVER_URL must be an address such as https://id.example.org, not {_oidc[0]!r}.")
if SIGN_UP == "provider" and not OIDC_SERVER_URL:
    raise ImproperlyConfigured("SIGN_UP=provider needs an identity provider: set OIDC_SERVER_URL, or another SIGN_UP.")
SOCIALACCOUNT_ADAPTER = "accounts.sign_in.provider.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "EMAIL_AUTHENTICATION": True,  # an address that the provider has confirmed signs in to the account that has it
        "APPS": [
            {
                "provider_id": "provider",
                "name": urlsplit(OIDC_SERVER_URL).netloc,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may lead to this site alone (form-action); what comes back bears a state
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # they lie in a cache, which may evict them: RATE_LIMITS has the site's own
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE_TLS else "http"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "accounts.sign_in.guess_limits.AuthenticateForm",
    "reauthenticate": "accounts.sign_in.guess_limits.ReauthenticateForm",
}
MFA_TOTP_TOLERANCE = 1  # steps of 30 s, the most that RFC 6238, section 5.2, recommends
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
# On /admin/, a second factor or a passkey: where a site is set up for others, which is to say with DEBUG set to false.
ADMIN_REQUIRES_MFA = env.flag("ADMIN_REQUIRES_MFA", env.is_set("DEBUG") and not DEBUG)
USERSESSIONS_TRACK_ACTIVITY = False  # it would write to the database on every request, polls and pictures included
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "swaps:new"

EMAIL_CONFIG = env.text("EMAIL_URL")
CAN_SEND_MAIL = bool(EMAIL_CONFIG)  # whether pages may promise letters
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_CONFIG else 'filebased'}.EmailBackend"
if EMAIL_CONFIG:
    globals().update(env.mail("EMAIL_URL"))
if SITE_URL and not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"SITE_URL must be an address such as https://faces.example.org, not {SITE_URL!r}.")
if not SITE_URL and (EMAIL_CONFIG or (env.is_set("DEBUG") and not DEBUG)):
    # Otherwise whoever asks for a letter would decide by their request where its link leads.
    raise ImproperlyConfigured("SITE_URL is not set. Letters link to it: give the address of the site.")
EMAIL_FILE_PATH = DATA_DIR / "mail"  # without a mail server, letters are kept here for the operator to read
# A new account is given its points when it confirms its address; whether it may sign in before is another question.
POINTS_AFTER_CONFIRMATION = env.flag("POINTS_AFTER_CONFIRMATION", CAN_SEND_MAIL)
if POINTS_AFTER_CONFIRMATION and not CAN_SEND_MAIL:
    raise ImproperlyConfigured("POINTS_AFTER_CONFIRMATION needs letters: set EMAIL_URL, or leave it out.")
_confirmed_later = "optional" if POINTS_AFTER_CONFIRMATION else "none"
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if env.flag("EMAIL_VERIFICATION", False) else _confirmed_later
# Where addresses need not be confirmed, some could not set up a second factor otherwise.
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION != "mandatory"
SITE_NAME = env.text("SITE_NAME")  # what the site calls itself; without one "Face swap", in the reader's language
BRAND_DIR = env.path("BRAND_DIR", DATA_DIR / "brand")  # the operator's own logo.svg or logo.png, served as static files
CONTACT_EMAIL = env.text("CONTACT_EMAIL")  # whom people may ask for points or help
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Face swap <noreply@localhost>")

# Points.
POINTS_SIGNUP = env.number("POINTS_SIGNUP", 100)  # for so many new accounts as RATE_LIMITS says
PRICES = {
    "swap": env.number("PRICE_SWAP", 2),
    "clip_second": env.number("PRICE_CLIP_SECOND", 1),  # started, for each face
    "extract_faces": env.number("PRICE_EXTRACT_FACES", 2),
    "multi_base": env.number("PRICE_MULTI_BASE", 1),
    "multi_face": env.number("PRICE_MULTI_FACE", 2),
    "compare": env.number("PRICE_COMPARE", 1),
    "recognise": env.number("PRICE_RECOGNISE", 1),
    "live_minute": env.number("PRICE_LIVE_MINUTE", 1),
}

# Photos.
MAX_UPLOAD_BYTES = env.number("MAX_UPLOAD_MB", 10, 1, 100) * 1024 * 1024
CLIP_MAX_SECONDS = env.number("CLIP_MAX_SECONDS", 60, 1, 600)
CLIP_MAX_BYTES = env.number("CLIP_MAX_MB", 60, 1, 4000) * 1024 * 1024
MOST_CLIPS_TO_CHOOSE = env.number("MOST_CLIPS_TO_CHOOSE", 5)  # of an account, whose people are not chosen yet
MAX_PHOTO_PIXELS = env.number("MAX_PHOTO_MEGAPIXELS", 50, 1, 200) * 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024  # JSON with several base64 photos; each photo is bounded on its own
# Up to here a request stays in memory: a face photo for the live page must never touch the disk (16 MB is its limit).
FILE_UPLOAD_MAX_MEMORY_SIZE = 17 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300  # a batch of 200 addresses, with its options
DATA_UPLOAD_MAX_NUMBER_FILES = 300
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
# Every result says in a corner that it was made with AI, whether its owner asks for that or not.
REQUIRE_LABEL = env.flag("REQUIRE_LABEL", False)
# Content Credentials: files with the operator's certificate chain and its key; without them, results carry XMP only.
C2PA_CERTIFICATE, C2PA_KEY = env.text("C2PA_CERTIFICATE"), env.text("C2PA_KEY")
C2PA_ALGORITHM = env.choice(
    "C2PA_ALGORITHM", "es256", {"es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"}
)
if C2PA_CERTIFICATE:
    env.require_package("c2pa", "C2PA_CERTIFICATE", "pip install c2pa-python")
RETENTION_DAYS = env.number("RETENTION_DAYS", 30, 1, 3650)

# Whether explicit pictures are refused, from which score on (0 to 100 %), and an operator's own classifier (ONNX).
CONTENT_CHECK = env.choice("CONTENT_CHECK", "refuse", {"off", "warn", "refuse"})
CONTENT_CHECK_THRESHOLD = env.number("CONTENT_CHECK_PERCENT", 80, 1, 100) / 100
CONTENT_CHECK_FILE = env.text("CONTENT_CHECK_FILE")

# Networks that the operator brings, and what the look at one may take before it works.
ENGINES_DIR = env.writable_folder("ENGINES_DIR", DATA_DIR / "engines")
ENGINE_MAX_MB = env.number("ENGINE_MAX_MB", 2048, 1, 32_768)
ENGINE_MEMORY_MB = env.number("ENGINE_MEMORY_MB", 6144, 64, 262_144)
ENGINE_QUEUE = env.text("ENGINE_QUEUE", "")  # of jobs for networks: their own workers do them; empty: all workers do
ENGINE_PROBE_SECONDS = env.number("ENGINE_PROBE_SECONDS", 120, 1, 3600)

# A module that draws in place of the engine, for tests alone: recognition.chosen_engine refuses it elsewhere.
FAKE_ENGINE = ""

# Jobs. The job's own row counts attempts and holds the lease; the queue only carries its id.
JOB_MAX_ATTEMPTS = env.number("JOB_MAX_ATTEMPTS", 3, 1, 20)
JOB_LEASE_SECONDS = env.number("JOB_LEASE_SECONDS", 30, 5, 3600)
# What an account may hold at a time; 0 for no limit.
MOST_OPEN_JOBS = env.number("MOST_OPEN_JOBS", 1000)
MOST_STORED_MB = env.number("MOST_STORED_MB", 20_000)  # of its swaps
MOST_CALLBACKS = env.number("MOST_CALLBACKS", 1000)  # that have not arrived and are tried again
MOST_KEYS = env.number("MOST_KEYS", 20)  # that still open something
WORKERS = env.number("WORKERS", 2, 1, 256)
# Of a batch: the photos it may have, and how many of its jobs lie in the queue or are worked on at a time. One more
# than this host's workers keeps them busy; where more hosts have workers, their number.
BATCH_MAX_PHOTOS = env.number("BATCH_MAX_PHOTOS", 200, 1, 10_000)
BATCH_JOBS_AT_A_TIME = env.number("BATCH_JOBS_AT_A_TIME", WORKERS + 1, 1, 10_000)
Q_CLUSTER = {
    "name": "faceswap",
    "orm": "default",
    "broker_class": "faceswap_site.ops.broker.Broker",
    "workers": WORKERS,
    # The retry clock starts at prefetch, so a worker must not hoard; and a task must time out before it is sent again.
    "queue_limit": WORKERS,
    "bulk": 1,
    # A new worker loads its models anew, which takes as long as a dozen swaps.
    "recycle": 10_000,
    "timeout": JOB_LEASE_SECONDS + 10,
    "retry": JOB_LEASE_SECONDS + 15,
    "poll": 0.05,
    "save_limit": -1,
    "max_attempts": 0,
    "ack_failures": True,
    "catch_up": False,
    "scheduler": False,
    "label": "Queue",
    "ALT_CLUSTERS": {},  # django-q2 asks for it where a worker is started under another name, as of ENGINE_QUEUE
}

# Files. Uploads and results are never public: views hand them out after asking whose they are.
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "faceswap_site.lib.storage.WholeFiles",
        "OPTIONS": {
            "location": str(DATA_DIR / "media"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if bucket := env.text("S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
            "region_name": env.text("S3_REGION") or None,
            "access_key": env.text("S3_ACCESS_KEY") or None,
            "secret_key": env.text("S3_SECRET_KEY") or None,
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
FONTS_DIR = env.path("FONTS_DIR", DATA_DIR / "fonts")  # cut at set-up by faceswap_site.lib.fonts
STATICFILES_DIRS = [BASE_DIR / "static", ("fonts", FONTS_DIR), ("brand", BRAND_DIR)]
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # those folders need not be there
WHITENOISE_USE_FINDERS = DEBUG
SAMPLES_DIR = env.path("SAMPLES_DIR", DATA_DIR / "samples")

# Words.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "faceswap_site" / name for name in ("locale", "wording")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")

# Security.
SECURE_SSL_REDIRECT = SECURE_TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if SECURE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_TLS
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# APIs.
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "faceswap_site.lib.api.openapi.OperationSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.KeyAuthentication"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttling.RequestLimit"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.authentication.HasScope"],
    "DEFAULT_PAGINATION_CLASS": "faceswap_site.lib.api.pages.NewestFirst",
    "EXCEPTION_HANDLER": "faceswap_site.lib.api.view.answer_error",
    "UNAUTHENTICATED_USER": None,
    "STRICT_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Face swap API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Send your key as `Authorization: Bearer KEY` or `X-API-Key: KEY`. Keys are made on /account/keys/.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "POSTPROCESSING_HOOKS": ["faceswap_site.pages.api_document.complete"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,  # in the order of the addresses
    "WEBHOOKS": ["swaps.api.views.SWAP_ENDED", "swaps.api.batches.BATCH_COMPLETED"],
    "TAGS": [
        {
            "name": "Swaps",
            "description": "Put faces on photos: send, wait or ask, download.",
        },
        {"name": "Batches", "description": "One face on up to two hundred photos: send, watch, download as one ZIP."},
        {"name": "Faces", "description": "Find, compare and recognise faces; answered at once."},
        {
            "name": "People",
            "description": "Whom your account knows, by consent; deleted without a trace.",
        },
        {"name": "Account", "description": "Your points, what things cost, and what is allowed."},
        {"name": "Dialect: base64", "description": "As a tutorial publishes it: two photos in base64, one answer."},
        {"name": "Dialect: aifaceswap", "description": "As aifaceswap publishes it: tasks that end in a webhook."},
        {
            "name": "Dialect: AceData",
            "description": "As AceData publishes it: two addresses, an answer or a callback.",
        },
        {"name": "Dialect: face_rec", "description": "As an article about face_recognition publishes it."},
    ],
    "PREPROCESSING_HOOKS": ["faceswap_site.pages.api_document.only_the_apis"],
}
# By what is limited: how many in how many seconds. Counted by accounts.throttling.
_requests_of_a_key = env.number("RATE_LIMIT_KEY", 120, 1, 10**9)
RATE_LIMITS = {
    "key": (_requests_of_a_key, 60),
    "account": (env.number("RATE_LIMIT_ACCOUNT", 2 * _requests_of_a_key, 1), 60),  # all its keys together
    "guest": (env.number("RATE_LIMIT_GUEST", 20, 1), 60),  # an address, on a surface that is open to everyone
    "look": (60, 60),  # an account, in the studio: faces, previews and photos from the web, which cost nobody points
    "preview": (60, 3600),  # an account, of the same photos
    "convert": (60, 3600),  # an account, of results in other formats than they are kept in
    "archive": (30, 3600),  # an account, of results it chose
    "export": (6, 3600),  # an account, of all that is stored about it
    "live_face": (env.number("RATE_LIMIT_LIVE_FACE", 20, 1), 60),  # an account, or a guest's address: its face photos
    # An account: addresses of photos that led to none. 0 for no limit.
    "failed_fetch": (env.number("FAILED_FETCHES_A_DAY", 20, 0), 24 * 3600),
    "callback_again": (30, 3600),  # an account, by hand
    "report": (10, 3600),  # an address
    "consent": (30, 3600),  # an address: answers by link
    "consent_request": (60, 3600),  # an account: people that it asks
    "check": (env.number("RATE_LIMIT_CHECK", 30, 1), 3600),  # an address, or a key: pictures that it asks about
    "sign_up": (env.number("SIGNUPS_A_MINUTE", 20, 1), 60),  # an address
    "welcome": (env.number("WELCOMES_A_DAY", 500), 24 * 3600),  # the site: new accounts that are given points
    "welcome_network": (env.number("WELCOMES_A_NETWORK", 20), 24 * 3600),  # those of a network (/24, /64)
    "welcome_address": (1, 365 * 24 * 3600),  # those with this confirmed e-mail address, by a digest of it
    "sign_in_form": (30, 60),  # an address: passwords, codes and passkeys, right or wrong
    "password_form": (20, 60),  # an address: asking for a new password, and choosing one
    "account_form": (10, 60),  # an account: changes of its password and addresses, and proving who one is for them
    "letter": (5, 600),  # an e-mail address
    "sign_in": (5, 300),  # wrong passwords of an account, from devices that it has not signed in on
    "sign_in_device": (5, 300),  # and from each that it has
    "sign_in_address": (10, 60),  # wrong passwords from an address, but for such devices
    "code": (5, 300),  # wrong codes of an account's second factor
    "password": (5, 300),  # wrong passwords of an account that is signed in
}
# Pages of other sites whose scripts may call the APIs, with a key that they send themselves: no cookie is ever taken
# from there, so what people see when they are signed in stays out of reach.
_origins = env.origins("API_CORS_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = _origins == ["*"]
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else _origins
CORS_ALLOW_CREDENTIALS = False
CORS_URLS_REGEX = r"^/(api/(?!docs$)|face/|face_match$|face_rec$)"
CORS_ALLOW_HEADERS = (
    *("accept", "accept-language", "authorization", "content-type"),
    *("idempotency-key", "prefer", "x-api-key", "x-request-id"),
)
CORS_EXPOSE_HEADERS = (
    *("idempotent-replayed", "location", "preference-applied", "ratelimit", "ratelimit-policy", "retry-after"),
    "x-request-id",
)
OPEN_ACCESS = env.words("OPEN_ACCESS", allowed={"face_swap", "face_rec", "live"})
OPEN_ACCESS_ACCOUNT = env.text("OPEN_ACCESS_ACCOUNT")  # whose known faces answer there; empty: the built-in guest's
FETCH_ALLOW_HOSTS = env.words("FETCH_ALLOW_HOSTS")
FETCH_CA_FILE = env.certificates("FETCH_CA_FILE")
RESULT_LINK_TTL = env.number("RESULT_LINK_TTL", 24 * 3600, 60)
ACEDATA_SOURCE_ROLE = env.choice("ACEDATA_SOURCE_ROLE", "face", {"face", "scene"})

# Recognition: how near, in hundredths of the descriptors' distance, a face must be to one on the do-not-use list.
PROTECTED_THRESHOLD = env.number("PROTECTED_THRESHOLD_PERCENT", 58, 20, 100) / 100
# Where registries are searched: each process's memory, or PostgreSQL's extension pgvector.
KNOWN_FACES_SEARCH = env.choice("KNOWN_FACES_SEARCH", "memory", {"memory", "pgvector"})
if KNOWN_FACES_SEARCH == "pgvector" and _database["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("KNOWN_FACES_SEARCH can be pgvector on PostgreSQL only: set DATABASE_URL.")

# Live.
LIVE_MAX_FPS = env.number("LIVE_MAX_FPS", 15, 1, 120)
LIVE_MAX_SESSIONS = env.number("LIVE_MAX_SESSIONS", 4, 1, 1000)
LIVE_SESSION_SECONDS = env.number("LIVE_SESSION_SECONDS", 300, 1)
LIVE_IDLE_SECONDS = env.number("LIVE_IDLE_SECONDS", 60, 1)
# Processes that look at photos for the web process; started when they are needed.
ENGINE_PROCESSES = env.number("ENGINE_PROCESSES", os.cpu_count() or 1, 1, 256)
LIVE_ENGINES = env.number("LIVE_ENGINES", os.cpu_count() or 1, 1, 256)

METRICS_TOKEN = env.text("METRICS_TOKEN")

LOG_REQUESTS = env.flag("LOG_REQUESTS", False)
LOGGING = logs.configuration(
    level=env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"}),
    form=env.choice("LOG_FORMAT", "line", {"line", "json"}),
)
