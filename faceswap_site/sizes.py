"""Sizes of files as sentences tell them. A megabyte is 1024² bytes here, as in the settings. Knows no Django."""

MEGABYTE = 1024 * 1024


def megabytes(size: int) -> str:
    """A size to a tenth of a megabyte: "10 MB", "21.9 MB"."""
    return f"{round(size / MEGABYTE, 1):g} MB"


def told_apart(size: int, limit: int) -> tuple[str, str]:
    """A size and the limit that it is over: in bytes where megabytes would make them look the same."""
    if megabytes(size) != megabytes(limit):
        return megabytes(size), megabytes(limit)
    return f"{size:,} bytes", f"{limit:,} bytes ({megabytes(limit)})"
