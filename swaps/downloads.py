"""A result in another file format, or many results in one archive."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from recognition.engine import encode_photo

from . import provenance
from .content_credentials import signed
from .models import SwapJob
from .photos import load_photo

# By file extension: the engine's name of the format and its media type. The order is the one people see.
DOWNLOADS = {
    "jpg": ("JPEG", "image/jpeg"),
    "png": ("PNG", "image/png"),
    "webp": ("WebP", "image/webp"),
    "avif": ("AVIF", "image/avif"),
}


def result_as(job: SwapJob, extension: str) -> tuple[bytes, str]:
    """A job's result at its full size and its media type; KeyError for an unknown extension."""
    kind, content_type = DOWNLOADS[extension]
    stored = str(job.result.name).rsplit(".", 1)[-1]
    if stored == extension:
        with job.result.open("rb") as file:
            return file.read(), content_type
    photo = load_photo(job.result, label="result")
    return signed(encode_photo(photo.rgb, kind, alpha=photo.alpha, xmp=provenance.XMP), extension), content_type


def write_archive(jobs: Iterable[SwapJob], file: IO[bytes]) -> int:
    """Write the results of `jobs` into a ZIP archive and return how many there were."""
    count = 0
    # Pictures are compressed already: packing them again would only cost time.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in _results(jobs):
            archive.writestr(name, content)
            count += 1
    return count


def _results(jobs: Iterable[SwapJob]) -> Iterator[tuple[str, bytes]]:
    for job in jobs:
        if not job.result:
            continue
        extension = str(job.result.name).rsplit(".", 1)[-1]
        with job.result.open("rb") as file:
            yield f"{job.created:%Y-%m-%d}-{str(job.pk)[:8]}.{extension}", file.read()
