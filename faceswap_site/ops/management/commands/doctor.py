"""`manage.py doctor`: looks at everything a swap needs, and says how to mend what is wrong."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models import User
from accounts.points import accounts_out_of_balance
from faceswap_site.lib import private_files
from faceswap_site.lib.database import is_prepared
from faceswap_site.lib.logs import without_secrets
from faceswap_site.lib.samples import missing_samples
from faceswap_site.ops.health import MOST_WAIT
from faceswap_site.ops.heartbeat import alive
from recognition.engine import find_faces
from recognition.search.pgvector import TABLE
from swaps.jobs.services import longest_wait

LEAST_FREE_BYTES = 1_000_000_000
SECONDS_CLOCKS_MAY_DIFFER = 5


class Ailment(Exception):
    """What is wrong, and what to do about it."""


def _database() -> str:
    if not is_prepared():
        raise Ailment("the tables are not up to date: run `manage.py prepare`")
    return f"{connection.vendor}, tables up to date"


def _models() -> str:
    started = time.monotonic()
    find_faces(np.zeros((64, 64, 3), np.uint8))
    return f"loaded in {time.monotonic() - started:.1f} s"


def _storage() -> str:
    name = default_storage.save("doctor/check.txt", ContentFile(b"ok"))
    default_storage.delete(name)
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LEAST_FREE_BYTES:
        raise Ailment(f"only {free // 10**6} MB are free in DATA_DIR: delete something or move DATA_DIR")
    return f"writes and deletes; {free // 10**9} GB free"


def _privacy() -> str:
    if Path(settings.DATA_DIR).stat().st_mode & private_files.OTHERS:
        raise Ailment("other users of this machine may look into DATA_DIR, which isn't the site's to change: chmod 700")
    return "DATA_DIR is for the site's own user alone"


def _cache() -> str:
    cache.set("doctor", "ok", 10)
    if cache.get("doctor") != "ok":
        raise Ailment("what is written is not read back: check REDIS_URL, or run `manage.py prepare`")
    return "writes and reads"


def _queue() -> str:
    age = longest_wait().total_seconds()
    if age > MOST_WAIT.total_seconds():
        raise Ailment(f"a job has waited {age / 60:.0f} minutes: is `manage.py qcluster` running? are WORKERS enough?")
    return f"{OrmQ.objects.count()} entries, the oldest job waits {age:.0f} s"


def _workers() -> str:
    beating = alive()
    workers = sum(one.processes for one in beating if one.what == "queue")
    sweepers = [one.host for one in beating if one.what == "sweeper"]
    if OrmQ.objects.exists() and not workers:
        raise Ailment("nothing works on the queue: start `manage.py qcluster`, or `manage.py serve` for everything")
    if workers and not sweepers:
        raise Ailment("no sweeper runs, so lost jobs wait for ever: start `manage.py run_sweeper`")
    return f"{workers} workers, {len(sweepers)} sweepers" if beating else "none runs now, and nothing waits"


def _clock() -> str:
    there = User.objects.annotate(now=Now()).values_list("now", flat=True).first()
    if there is None:
        return "no account yet to ask the database's clock with"
    apart = abs((timezone.now() - there).total_seconds())
    if apart > SECONDS_CLOCKS_MAY_DIFFER:
        raise Ailment(f"this machine and the database differ by {apart:.0f} s: leases need clocks set by NTP on both")
    return f"{apart:.1f} s apart from the database"


def _mail() -> str:
    if not settings.EMAIL_CONFIG:
        return f"no mail server: letters are written to {settings.EMAIL_FILE_PATH}"
    sender = get_connection()
    try:
        sender.open()
        sender.close()
    except (OSError, ValueError) as error:  # what smtplib raises is an OSError too
        raise Ailment(f"the server does not let us in ({error}): check EMAIL_URL") from error
    return "the server answers"


def _ledger() -> str:
    wrong = accounts_out_of_balance().count()
    if wrong:
        raise Ailment(f"{wrong} accounts don't add up: run `manage.py check_ledger`")
    return "every balance is the sum of its entries"


def _search() -> str:
    if settings.KNOWN_FACES_SEARCH == "memory":
        return "in memory"
    if TABLE not in connection.introspection.table_names():
        raise Ailment("KNOWN_FACES_SEARCH is pgvector, but its table is missing: run `manage.py prepare`")
    return "by pgvector"


def _samples() -> str:
    missing = missing_samples(settings.SAMPLES_DIR)
    if missing:
        raise Ailment(f"{len(missing)} sample photos are missing: `manage.py fetch_samples` (the site runs without)")
    return "all there"


# Each check, and what to look at where it met something that nobody foresaw.
CHECKS: dict[str, tuple[Callable[[], str], str]] = {
    "database": (_database, "the database can't be used: check DATABASE_URL, and that its server runs"),
    "models": (_models, "the face models can't be loaded: install requirements.lock again"),
    "storage": (
        _storage,
        "files can't be written: check DATA_DIR and its owner, or the S3_ settings and the bucket's rights",
    ),
    "privacy": (_privacy, "DATA_DIR can't be looked at: check who owns it"),
    "cache": (_cache, "the cache can't be used: check REDIS_URL, and that its server runs"),
    "queue": (_queue, "the queue can't be read: mend the database first"),
    "workers": (_workers, "heartbeats can't be read: mend database and cache first"),
    "clock": (_clock, "the database's clock can't be asked: mend the database first"),
    "mail": (_mail, "letters can't be sent: check EMAIL_URL"),
    "ledger": (_ledger, "the ledger can't be added up: mend the database first"),
    "search": (_search, "the table of known faces can't be looked at: mend the database first"),
    "samples": (_samples, "the samples can't be looked at: check SAMPLES_DIR"),
}


class Command(BaseCommand):
    help = "Checks database, models, storage, privacy, cache, queue, workers, clock, mail, ledger, search and samples."

    def handle(self, *args: Any, **options: Any) -> None:
        ailments = 0
        for name, (check, mending) in CHECKS.items():
            try:
                self.stdout.write(f"{name:10} ok       {check()}")
            except Ailment as error:
                ailments += 1
                self.stdout.write(f"{name:10} PROBLEM  {error}")
            except Exception as error:  # of any library below: a doctor must get to the end of the list
                ailments += 1
                words = f"{type(error).__name__}: {without_secrets(str(error))}"
                self.stdout.write(f"{name:10} PROBLEM  {mending} ({words})")
        if ailments:
            raise CommandError(f"{ailments} of {len(CHECKS)} checks found a problem.")
