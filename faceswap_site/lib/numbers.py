"""Whole numbers out of requests: int() alone takes signs and the digits of every script, and fails at 4300 of them."""

LARGEST_ID = 2**63 - 1
LARGEST_INDEX = 999  # more than any photo has; which numbers there are is for the photo to say


def whole_number(text: object, *, least: int = 0, most: int) -> int | None:
    """A number from `least` to `most`, written in no more digits than `most`; None for anything else."""
    if not (isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if least <= number <= most else None


MEGABYTE = 1024 * 1024


def megabytes(size: int) -> str:
    """A size to a tenth of a megabyte: "10 MB", "21.9 MB"."""
    return f"{round(size / MEGABYTE, 1):g} MB"


def told_apart(size: int, limit: int) -> tuple[str, str]:
    """A size and the limit that it is over: in bytes where megabytes would make them look the same."""
    if megabytes(size) != megabytes(limit):
        return megabytes(size), megabytes(limit)
    return f"{size:,} bytes", f"{limit:,} bytes ({megabytes(limit)})"
