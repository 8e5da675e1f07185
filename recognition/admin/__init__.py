"""The registry on the admin site."""

from . import people, records

__all__ = ["people", "records"]
