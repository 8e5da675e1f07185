"""Boxes (left, top, right, bottom) in pixels: how far they cover each other, and which of several are kept."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from .types import Box


class Scored(Protocol):
    """What a detector reports."""

    @property
    def box(self) -> Box: ...

    @property
    def score(self) -> float: ...


AnyFind = TypeVar("AnyFind", bound=Scored)


def without_overlaps(finds: Iterable[AnyFind]) -> list[AnyFind]:
    """Keep the best-scored of finds that cover each other by more than a third."""
    kept: list[AnyFind] = []
    for find in sorted(finds, key=lambda find: (-find.score, find.box)):
        if all(overlap(find.box, other.box) < 0.34 for other in kept):
            kept.append(find)
    return kept


def overlap(first: Box, second: Box) -> float:
    """Intersection over the smaller of two boxes, 0 to 1."""
    return intersection(first, second) / max(min(area(first), area(second)), 1e-9)


def intersection(first: Box, second: Box) -> float:
    """The area that two boxes share, in pixels."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return width * height if width > 0 and height > 0 else 0.0


def area(box: Box) -> float:
    """In pixels."""
    return (box[2] - box[0]) * (box[3] - box[1])
