"""The site's settings with what makes tests fast and keeps them off the developer's own data."""

import os
import tempfile
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="faceswap-tests-"))
os.environ |= {
    "DATA_DIR": str(DATA),
    "SECRET_KEY": "only-for-tests",
    "REDIS_PREFIX": f"tests-{uuid4().hex[:12]}",
    "SAMPLES_DIR": os.environ.get("SAMPLES_DIR", str(ROOT / "var" / "samples")),
    "FONTS_DIR": str(ROOT / "var" / "fonts"),
}

from faceswap_site.settings import *  # noqa: E402, F403
from faceswap_site.settings import DATABASES, STORAGES  # noqa: E402

from .drawn import FOLDER  # noqa: E402

# A file, not memory: several connections must meet the locks that they meet in production.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "tests.sqlite3")}

(DATA / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns where nothing was collected

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CAN_SEND_MAIL = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# Most tests run on an engine that draws, and on portraits that are drawn; see tests/conftest.py for the others.
FAKE_ENGINE = "tests.fake_engine"
SAMPLES_DIR = FOLDER
