"""How often someone may ask in a stretch of time, counted in the database: one truth for all processes.

A window begins with its first request and ends by itself: requests that are refused don't count and prolong nothing.
"""

import time
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from faceswap_site.lib.errors import TooManyRequests
from faceswap_site.lib.http import error_pages

from . import keys
from .authentication import address_of
from .models import ApiKey, RateWindow

# In SQL: every request of every surface runs it, and Django's queries can't insert or add in one statement.
_ROWS = RateWindow._meta.db_table
_COUNT_ONE = f"""
    INSERT INTO {_ROWS} AS counted (subject, ends, count, earlier) VALUES (%(subject)s, %(ends)s, 1, 0)
    ON CONFLICT (subject) DO UPDATE SET
        earlier = CASE WHEN counted.ends <= %(now)s THEN counted.earlier + counted.count ELSE counted.earlier END,
        count = CASE WHEN counted.ends <= %(now)s THEN 1 ELSE counted.count + 1 END,
        ends = CASE WHEN counted.ends <= %(now)s THEN excluded.ends ELSE counted.ends END
    WHERE counted.ends <= %(now)s OR counted.count < %(limit)s
    RETURNING count, ends
"""


@dataclass(frozen=True)
class Allowance:
    """What is left of a limit of so many requests in so many seconds, and the seconds until its window ends."""

    policy: str
    limit: int
    seconds: int
    remaining: int
    resets_in: int
    granted: bool

    @property
    def headers(self) -> dict[str, str]:
        """The header fields of draft-ietf-httpapi-ratelimit-headers."""
        fields = {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={self.seconds}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={self.resets_in}',
        }
        return fields if self.granted else fields | {"Retry-After": str(self.resets_in)}


def take(policy: str, who: object) -> Allowance:
    """Count one request of someone (an id or an address) under a policy named in settings.RATE_LIMITS."""
    limit, seconds = settings.RATE_LIMITS[policy]
    if limit < 1:
        return Allowance(policy, limit, seconds, 0, seconds, granted=False)
    now, subject = _now(), _subject(policy, who)
    # The condition is part of the statement, so of many requests at once exactly `limit` are granted.
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ONE, {"subject": subject, "now": now, "ends": now + seconds, "limit": limit})
        counted = cursor.fetchone()
    if counted is not None:
        return Allowance(policy, limit, seconds, max(0, limit - counted[0]), counted[1] - now, granted=True)
    ends = RateWindow.objects.filter(subject=subject).values_list("ends", flat=True).first() or now
    return Allowance(policy, limit, seconds, 0, max(1, ends - now), granted=False)


def spend(policy: str, who: object) -> Allowance:
    """The same, for callers that go no further; raises TooManyRequests, which says how long to wait."""
    allowance = take(policy, who)
    if not allowance.granted:
        raise TooManyRequests(retry_after=allowance.resets_in)
    return allowance


def used_up(policy: str, who: object) -> int:
    """The seconds until someone may ask again; 0 where something is left. Counts nothing."""
    limit, _seconds = settings.RATE_LIMITS[policy]
    full = RateWindow.objects.filter(subject=_subject(policy, who), ends__gt=_now(), count__gte=limit)
    ends = full.values_list("ends", flat=True).first()
    return max(1, ends - _now()) if ends else 0


def take_for_key(key: ApiKey) -> Allowance:
    """Count one request of a key under its own limit and its account's; returns what there is less left of."""
    own = take("key", key.pk)
    if not own.granted:  # a key that asks too often must not use up what is left for the account's other keys
        return own
    shared = take("account", key.owner_id)
    if not shared.granted:
        give_back("key", key.pk)
    return own if shared.granted and own.remaining <= shared.remaining else shared


class RequestLimit(BaseThrottle):
    """Counts every request to an API, by its key or else by its address, and says in its answer what is left.

    What needs no key, such as a signed link, isn't counted.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.authenticators:
            return True
        key = cast("ApiKey | None", request.auth)
        self.allowance = take_for_key(key) if key else take("guest", address_of(request))
        view.headers |= self.allowance.headers
        return self.allowance.granted

    def wait(self) -> float:
        return self.allowance.resets_in


def give_back(policy: str, who: object) -> None:
    """Count one request less: what was asked for turned out not to be what is limited."""
    open_window = RateWindow.objects.filter(subject=_subject(policy, who), ends__gt=_now(), count__gt=0)
    open_window.update(count=F("count") - 1)


def forget(policy: str, who: object) -> None:
    """Begin anew: all that was counted is forgotten. Not for keys, whose use is read from here."""
    RateWindow.objects.filter(subject=_subject(policy, who)).delete()


def forget_old_windows() -> None:
    """Delete the windows that are over, after adding the counts of keys to their days. Part of the sweep."""
    now = _now()
    with transaction.atomic():
        rows = list(RateWindow.objects.select_for_update().filter(Q(ends__lte=now) | Q(earlier__gt=0)))
        over = [row for row in rows if row.ends <= now]
        keys.add_use([(row.subject, min(row.ends, now), row.earlier + row.count * (row.ends <= now)) for row in rows])
        RateWindow.objects.filter(pk__in=[row.pk for row in rows]).update(earlier=0)
        RateWindow.objects.filter(pk__in=[row.pk for row in over]).delete()


def _now() -> int:
    return int(time.time())


def _subject(policy: str, who: object) -> str:
    return f"{policy}:{who}"


FORM_POLICIES = {
    "account_login": "sign_in_form",
    "mfa_authenticate": "sign_in_form",
    "mfa_login_webauthn": "sign_in_form",
    "account_reset_password": "password_form",
    "account_reset_password_from_key": "password_form",
    "account_change_password": "account_form",
    "account_set_password": "account_form",
    "account_email": "account_form",
    "account_reauthenticate": "account_form",
    "mfa_reauthenticate": "account_form",
    "mfa_reauthenticate_webauthn": "account_form",
}


class FormLimits(MiddlewareMixin):
    """Counts the forms of signing in, passwords and e-mail addresses; what allauth counts itself lies in a cache."""

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        policy = FORM_POLICIES.get(request.resolver_match.view_name if request.resolver_match else "")
        if policy is None or request.method != "POST":
            return None
        try:
            spend(policy, request.user.pk if request.user.is_authenticated else address_of(request))
        except TooManyRequests as error:
            return error_pages.too_many(request, error)
        return None
