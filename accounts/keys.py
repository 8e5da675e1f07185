"""API keys: made, found and revoked. A key is `fs_live_`, 30 random base62 characters and a checksum of 6.

The checksum lets a scanner of leaked secrets tell a key from other text, and lets us refuse a mistyped one without
asking the database.
"""

import hashlib
import hmac
import secrets
import string
import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from faceswap_site.lib.charts import Day
from faceswap_site.lib.errors import DomainError

from .models import ApiKey, KeyUse, RateWindow, User

MARK = "fs_live_"
ALPHABET = string.digits + string.ascii_letters
RANDOM_LENGTH = 30
CHECK_LENGTH = 6
PREFIX_LENGTH = len(MARK) + 8
ALL_SCOPES = tuple(ApiKey.Scope.values)
MOST_KEYS: int = settings.MOST_KEYS  # of an account, that still open something; 0 for no limit
# Whoever reads the page wants to know about days, not milliseconds; one write a minute is enough.
LAST_USED_EVERY = timedelta(minutes=1)


class KeyRefused(DomainError):
    """The key looks like one of ours but doesn't open anything."""

    code = "invalid_key"


@transaction.atomic
def issue_api_key(
    *, owner: User, name: str, scopes: Iterable[str] = ALL_SCOPES, expires: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key. Its text is returned here and never again."""
    if owner.is_guest:
        raise DomainError("guest_account")
    chosen = [scope for scope in ALL_SCOPES if scope in set(scopes)]
    if not chosen:
        raise DomainError("no_scope")
    if not name.strip():
        raise DomainError("no_name")
    _refuse_too_many(owner)
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    text = f"{MARK}{random}{_checksum(random)}"
    key = ApiKey.objects.create(
        owner=owner,
        name=name.strip()[:80],
        prefix=text[:PREFIX_LENGTH],
        digest=_digest(text),
        scopes=chosen,
        expires=expires,
    )
    return key, text


def revoke_api_key(key: ApiKey) -> bool:
    """Make a key useless from the next request on; False where it was revoked before."""
    return bool(ApiKey.objects.filter(pk=key.pk, revoked=None).update(revoked=timezone.now()))


def find_api_key(text: str) -> ApiKey | None:
    """Return the usable key of this text, with its owner.

    None where the text isn't one of our keys; KeyRefused where it is (or nearly is) and must not be used.
    """
    if not text.startswith(MARK):
        return None
    random, check = text[len(MARK) : -CHECK_LENGTH], text[-CHECK_LENGTH:]
    if len(random) != RANDOM_LENGTH or check != _checksum(random):
        raise KeyRefused(case="mistyped")
    key = ApiKey.objects.select_related("owner").filter(prefix=text[:PREFIX_LENGTH]).first()
    if key is None or not hmac.compare_digest(key.digest, _digest(text)):
        raise KeyRefused
    if not key.owner.is_active or not key.is_usable:
        raise KeyRefused(case="ended")
    _note_use(key)
    return key


def _refuse_too_many(owner: User) -> None:
    User.objects.select_for_update().get(pk=owner.pk)  # so that of several requests at once one waits for the other
    usable = Q(expires=None) | Q(expires__gt=timezone.now())
    if MOST_KEYS and ApiKey.objects.filter(usable, owner=owner, revoked=None).count() >= MOST_KEYS:
        raise DomainError("too_many_keys", n=MOST_KEYS)


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    if key.last_used is None or key.last_used < now - LAST_USED_EVERY:
        stale = Q(last_used=None) | Q(last_used__lt=now - LAST_USED_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum(random: str) -> str:
    number = zlib.crc32(random.encode())
    digits = []
    for _position in range(CHECK_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


SUBJECT = "key:"
DAYS = 30


def add_use(counts: Iterable[tuple[str, int, int]]) -> None:
    """Add counts of subjects at moments (seconds since 1970) to the days of their keys; called in a transaction."""
    sums: Counter[tuple[int, date]] = Counter()
    for subject, moment, count in counts:
        if subject.startswith(SUBJECT):
            sums[int(subject.removeprefix(SUBJECT)), _day(moment)] += count
    known = set(ApiKey.objects.filter(pk__in={key for key, _ in sums}).values_list("pk", flat=True))
    for (key, day), count in sums.items():
        if key in known and not KeyUse.objects.filter(key_id=key, day=day).update(count=F("count") + count):
            KeyUse.objects.create(key_id=key, day=day, count=count)


def use_by_key(owner: User, *, days: int = DAYS) -> dict[int, list[Day]]:
    """For each key of an account the last days, today last; what is still being counted included."""
    today = timezone.localdate()
    span = [today - timedelta(days=back) for back in reversed(range(days))]
    counts: Counter[tuple[int, date]] = Counter()
    for use in KeyUse.objects.filter(key__owner=owner, day__gte=span[0]):
        counts[use.key_id, use.day] += use.count
    keys = list(ApiKey.objects.filter(owner=owner).values_list("pk", flat=True))
    windows = RateWindow.objects.filter(subject__in=[f"{SUBJECT}{key}" for key in keys])
    for subject, count in windows.values_list("subject", F("count") + F("earlier")):
        counts[int(subject.removeprefix(SUBJECT)), today] += count
    return {key: [Day(day, counts[key, day]) for day in span] for key in keys}


def _day(moment: int) -> date:
    return timezone.localtime(datetime.fromtimestamp(moment, UTC)).date()
