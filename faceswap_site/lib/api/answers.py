"""Fields of answers. A serializer both makes an answer and describes it in the OpenAPI document; it reads none."""

from datetime import UTC
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

Answer = serializers.Serializer[Any]


class Moment(serializers.DateTimeField):
    """A moment in UTC, wherever the site is: 2026-05-03T09:30:00Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class Rounded(serializers.FloatField):
    """A number to so many places."""

    def __init__(self, places: int, **kwargs: Any) -> None:
        self.places = places
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> Any:
        return round(float(value), self.places)


class Place(serializers.ListField):
    """Numbers of pixels: a box as left, top, right, bottom, or a point as x, y."""

    child = Rounded(1)


class Texts(serializers.ListField):
    child = serializers.CharField()


def page(name: str, rows: Answer) -> Answer:
    """A page of a list, as NewestFirst answers it."""
    following = serializers.CharField(allow_null=True, help_text="The address of the next page.")
    found: Answer = inline_serializer(name, {"data": rows, "next": following})
    return found
