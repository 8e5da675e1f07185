"""What the commands about faces share: photos from files, thresholds in words, one way to fail."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import OutputWrapper

from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from recognition.engine import Photo, decode_photo
from recognition.engine.compare import LEAST_THRESHOLD, MOST_THRESHOLD, THRESHOLDS

BAD_INPUT = 2


def read_photo(path: Path) -> Photo:
    """Read a photo file, at most a byte more than the limit of it."""
    with path.open("rb") as file:
        data = file.read(settings.MAX_UPLOAD_BYTES + 1)
    return decode_photo(data, name=str(path), max_bytes=settings.MAX_UPLOAD_BYTES, max_pixels=settings.MAX_PHOTO_PIXELS)


def threshold(text: str) -> float:
    """A distance, or the word default or strict."""
    try:
        value = THRESHOLDS[text] if text in THRESHOLDS else float(text)
    except ValueError:
        value = -1.0
    if not LEAST_THRESHOLD <= value <= MOST_THRESHOLD:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no threshold: give {LEAST_THRESHOLD:g} to {MOST_THRESHOLD:g}, default or strict"
        )
    return value


@contextmanager
def telling(stderr: OutputWrapper) -> Iterator[None]:
    """End with one line and code 2 where a photo or a request is at fault."""
    try:
        yield
    except (DomainError, OSError) as error:
        stderr.write(said(error))
        sys.exit(BAD_INPUT)


def said(error: DomainError | OSError) -> str:
    """What is at fault, in one line."""
    return spoken(error) if isinstance(error, DomainError) else f"{error.filename}: {error.strerror}."
