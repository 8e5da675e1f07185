"""A bar chart as numbers for an inline SVG: no script, no library, readable by screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle

WIDTH, HEIGHT = 600, 140
GAP = 0.25  # of a day's width


@dataclass(frozen=True)
class Day:
    """The requests of one day."""

    day: date
    count: int


@dataclass(frozen=True)
class Bar:
    """One day's bar in the chart's own units."""

    x: float
    y: float
    width: float
    height: float
    day: date
    count: int


@dataclass(frozen=True)
class Chart:
    """Bars under a scale that ends at a round number."""

    bars: list[Bar]
    top: int
    total: int
    busiest: Day

    width = WIDTH
    height = HEIGHT

    @property
    def first(self) -> date:
        return self.bars[0].day

    @property
    def last(self) -> date:
        return self.bars[-1].day


def bar_chart(days: Sequence[Day]) -> Chart:
    """Draw days from left to right; a day with any request at all has a bar that can be seen."""
    busiest = max(days, key=lambda day: day.count)
    top = _round_up(busiest.count)
    step = WIDTH / len(days)
    bars = []
    for number, day in enumerate(days):
        height = max(1.5, HEIGHT * day.count / top) if day.count else 0.0
        x = step * (number + GAP / 2)
        bars.append(
            Bar(_short(x), _short(HEIGHT - height), _short(step * (1 - GAP)), _short(height), day.day, day.count)
        )
    return Chart(bars, top, sum(day.count for day in days), busiest)


def together(rows: Sequence[Sequence[Day]]) -> list[Day]:
    """Several rows of the same days added up."""
    return [Day(column[0].day, sum(day.count for day in column)) for column in zip(*rows, strict=True)]


def _round_up(count: int) -> int:
    """The next 1, 2 or 5 with noughts; 5 at least."""
    top = 5
    for factor in cycle((2, 2, 2.5)):
        if top >= count:
            break
        top = int(top * factor)
    return top


def _short(number: float) -> float:
    return round(number, 2)
