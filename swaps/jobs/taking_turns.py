"""Errands for others are done in turns too: whoever has the fewest under way goes first."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Count, Model, QuerySet

Row = TypeVar("Row", bound=Model)


def fewest_first(waiting: QuerySet[Row], under_way: QuerySet[Row], *, by: str, most: int) -> Iterator[Row]:
    """Rows that wait, in their order: of accounts with none under way first, of those with `most` none.

    `by` leads from a row to its account.
    """
    counts = under_way.order_by().values_list(by).annotate(n=Count("pk"))
    counted: dict[int, int] = {account: count for account, count, *_ in counts}
    for number in range(most):
        busy = [account for account, count in counted.items() if count > number]
        yield from waiting.exclude(**{f"{by}__in": busy})[:1]
