"""Lists as clients send them: a field several times, `name[]`, `name[0]`, JSON in a text, "0,2", or one value alone."""

import re
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from faceswap_site.lib.api.bounded_json import parse_json
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.numbers import LARGEST_INDEX, whole_number


def listed(data: Any, name: str) -> list[Any]:
    """Every value of a field of a form or a JSON object, in its order."""
    marked = re.compile(rf"{name}(?:\[(\d{{0,4}})\])?")
    found = [(match[1], values) for key, values in _pairs(data) if (match := marked.fullmatch(key))]
    found.sort(key=lambda pair: int(pair[0] or 0))  # a stable sort: those without a number stay as they came
    return [value for _number, values in found for one in values for value in _unfolded(one, name)]


def indexes(data: Any) -> list[int]:
    """The field `index` as numbers."""
    values: list[Any] = []
    for value in listed(data, "index"):
        values += value.split(",") if isinstance(value, str) else [value]
    return [_index(value) for value in values]


def _pairs(data: Any) -> Iterable[tuple[str, list[Any]]]:
    if isinstance(data, QueryDict):
        return data.lists()
    return ((name, value if isinstance(value, list) else [value]) for name, value in data.items())


def _unfolded(value: Any, name: str) -> list[Any]:
    if not (isinstance(value, str) and value.strip().startswith("[")):
        return [value]
    try:
        unfolded = parse_json(value)
    except (ValueError, RecursionError):
        raise DomainError("faces_unclear", case="no_list", field=name) from None
    return unfolded if isinstance(unfolded, list) else [unfolded]


def _index(value: Any) -> int:
    index = None if isinstance(value, bool) else whole_number(str(value).strip(), most=LARGEST_INDEX)
    if index is None:
        raise DomainError("faces_unclear", case="numbers")
    return index
