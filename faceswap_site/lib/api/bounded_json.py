"""JSON from strangers: its parts are counted before it is parsed, and its shape is bounded before a schema looks at it.

A schema may look at each value in many ways, and says of each what is wrong: without bounds, a request of some
kilobytes costs seconds.
"""

from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json

from .problems import BadRequest

# A part takes up to 200 bytes once it is parsed, so that no text becomes more than 10 MB beside its own length.
MOST_PARTS = 50_000
# The largest request that the schemas know has 32 faces with a reference each: some 200 values, 5 deep, 6 names.
MOST_DEEP = 8
MOST_VALUES = 1000
MOST_NAMES = 100
# Longer than every text that a schema measures. A photo in base64 is checked where it is decoded; here it would be
# searched for each form that a request may have, and written into each message about it.
LONGEST_TEXT = 4000


def parse_json(text: str) -> Any:
    """Parse strict JSON of no more parts than any request needs.

    Raises
    ------
    BadRequest, ValueError, RecursionError
    """
    if sum(map(text.count, "[{,")) > MOST_PARTS:
        raise BadRequest("parts", "/")
    return json.loads(text)


class BoundedJSON(JSONParser):
    """The framework's parser for bodies that are counted first."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            return parse_json(stream.read().decode(encoding))
        except ValueError as error:
            raise ParseError(str(error)) from error


def bounded(data: Any) -> Any:
    """A copy of parsed JSON with long texts cut, for a schema to look at.

    Raises
    ------
    BadRequest
        At the first place that is nested too deep or has too many values or names.
    """
    return _Walk().copy(data, "", 1)


class _Walk:
    """One look at every value, which ends at the first bound."""

    def __init__(self) -> None:
        self.values = 0

    def copy(self, value: Any, pointer: str, depth: int) -> Any:
        if isinstance(value, str):
            return value[:LONGEST_TEXT]
        if not isinstance(value, list | dict):
            return value
        self._check(value, pointer or "/", depth)
        if isinstance(value, list):
            return [self.copy(item, f"{pointer}/{position}", depth + 1) for position, item in enumerate(value)]
        pairs = ((name[:LONGEST_TEXT], item) for name, item in value.items())
        return {name: self.copy(item, f"{pointer}/{name}", depth + 1) for name, item in pairs}

    def _check(self, value: list[Any] | dict[str, Any], pointer: str, depth: int) -> None:
        self.values += len(value)
        if depth > MOST_DEEP:
            raise BadRequest("depth", pointer, n=MOST_DEEP)
        if isinstance(value, dict) and len(value) > MOST_NAMES:
            raise BadRequest("names", pointer, count=len(value), n=MOST_NAMES)
        if self.values > MOST_VALUES:
            raise BadRequest("values", pointer, n=MOST_VALUES)
