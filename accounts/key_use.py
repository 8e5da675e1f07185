"""How much each key was used, by day: added up from the counts that the rate limits make anyway."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from .models import ApiKey, KeyUse, RateWindow, User

SUBJECT = "key:"
DAYS = 30


@dataclass(frozen=True)
class Day:
    """The requests of one day."""

    day: date
    count: int


def add(counts: Iterable[tuple[str, int, int]]) -> None:
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
