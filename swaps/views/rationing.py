"""How often one person may ask for something that costs the server time and nobody points."""

from django.core.cache import cache


def too_often(what: str, who: object, *, most: int, seconds: int = 60) -> bool:
    """Count one request; True where it is one too many for this stretch of time."""
    key = f"{what}-{who}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two lines
        return False
