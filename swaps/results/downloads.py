"""A result in another file format, or many results in one archive."""

from collections.abc import Iterable, Iterator

from faceswap_site.lib.archives import Entry, stored
from recognition.photos.pixels import beside_each_other, converted
from recognition.photos.stored import load_photo
from swaps.models import SwapJob

from .marking import signed, xmp_of_job

# By file extension: the engine's name of the format and its media type. The order is the one people see.
DOWNLOADS = {
    "jpg": ("JPEG", "image/jpeg"),
    "png": ("PNG", "image/png"),
    "webp": ("WebP", "image/webp"),
    "avif": ("AVIF", "image/avif"),
}


# Larger pictures are not written as AVIF, of which a megapixel takes a quarter of a second of a core.
MOST_PIXELS_OF_AVIF = 24_000_000
COMPARED_SIDE = 1600


def is_kept_as(job: SwapJob, extension: str) -> bool:
    """Whether a job's result is a file of this kind, and need not be written anew."""
    return str(job.result.name).rsplit(".", 1)[-1] == extension


def result_as(job: SwapJob, extension: str) -> tuple[bytes, str]:
    """A job's result at its full size and its media type.

    Raises
    ------
    KeyError
        For an unknown extension.
    PhotoTooLarge
        Where it is more than this format is written for.
    """
    kind, content_type = DOWNLOADS[extension]
    if is_kept_as(job, extension):
        with job.result.open("rb") as file:
            return file.read(), content_type
    photo = load_photo(job.result, label="result")
    most = MOST_PIXELS_OF_AVIF if kind == "AVIF" else None
    return signed(converted(photo, kind, xmp=xmp_of_job(job), most_pixels=most), extension), content_type


def before_and_after(job: SwapJob) -> bytes:
    """The photo and the result beside each other as one marked JPEG, at most `COMPARED_SIDE` pixels high and each wide.

    Raises
    ------
    DomainError
        Where one of the two can't be read.
    """
    before, after = (load_photo(file, label=name) for file, name in ((job.target, "target"), (job.result, "result")))
    return signed(beside_each_other(before, after, side=COMPARED_SIDE, xmp=xmp_of_job(job)), "jpg")


def results_to_pack(jobs: Iterable[SwapJob]) -> Iterator[Entry]:
    """The results of `jobs` with their names in an archive, each read when asked for; what is gone is left out."""
    names = [(f"{job.created:%Y-%m-%d}-{str(job.pk)[:8]}", str(job.result.name)) for job in jobs if job.result]
    read = ((f"{entry}.{name.rsplit('.', 1)[-1]}", stored(name)) for entry, name in names)
    return ((name, content) for name, content in read if content is not None)
