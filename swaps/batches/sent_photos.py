"""The photos that come for a batch: files, ZIP archives of them, and addresses, each judged by itself."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.sent_archives import SentFile, files_in, is_archive
from recognition.engine import PhotoTooLarge, open_photo
from recognition.photos.fields import title_of
from recognition.photos.intake import Caller, PhotoInput, from_address
from recognition.photos.reading import decode_upload
from swaps.engine.whole_photo import TARGET_PHOTO
from swaps.models import BatchItem, SwapBatch

from .services import add_photo, refuse_more_than_fit

# Photos hardly get smaller in an archive: whatever unpacks to more than this is none of them.
ARCHIVE_MOST_TIMES = 4


@dataclass(frozen=True)
class SentPhoto:
    """What may become a photo of a batch; `read` raises DomainError where it can't."""

    title: str
    read: Callable[[], PhotoInput]


def photos_of_files(files: Iterable[UploadedFile[bytes]]) -> list[SentPhoto]:
    """Uploaded files, and in the place of archives what is in them.

    Raises
    ------
    DomainError
        Where an archive can't be read, or there are more photos than a batch may have.
    """
    photos = [photo for file in files for photo in _photos_of(file)]
    refuse_more_than_fit(0, len(photos))
    return photos


def photos_of_addresses(addresses: Iterable[str], *, caller: Caller) -> list[SentPhoto]:
    """Addresses, those of this site's own results included; what makes no address becomes an item that says so."""

    def sent(url: str) -> SentPhoto:
        return SentPhoto(_last_part(url), lambda: from_address(url, caller=caller, label=TARGET_PHOTO))

    return [sent(url) for url in addresses]


def add_photos(batch: SwapBatch, photos: Iterable[SentPhoto]) -> list[BatchItem]:
    """Add photos to a batch in their order, one in memory at a time."""
    return [add_photo(batch, photo.read, title=photo.title) for photo in photos]


def _photos_of(file: UploadedFile[bytes]) -> Iterator[SentPhoto]:
    head = file.read(4)
    file.seek(0)
    if not is_archive(head):
        yield SentPhoto(title_of(file), lambda: PhotoInput(decode_upload(file, name=TARGET_PHOTO)))
        return
    found = files_in(file, most_bytes=ARCHIVE_MOST_TIMES * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if not found:
        raise DomainError("bad_archive", case="empty")
    for one in found:
        yield SentPhoto(PurePath(one.name).stem, partial(_unpacked, one))


def _unpacked(file: SentFile) -> PhotoInput:
    most = settings.MAX_UPLOAD_BYTES
    data = file.read(most)
    if len(data) > most:
        raise PhotoTooLarge.of(file.size, most, photo=TARGET_PHOTO)
    if is_archive(data):
        raise DomainError("bad_archive", case="nested", name=file.name)
    return PhotoInput(open_photo(data, name=TARGET_PHOTO, max_bytes=most, max_pixels=settings.MAX_PHOTO_PIXELS))


def _last_part(url: str) -> str:
    return PurePath(url.split("?")[0].rstrip("/")).stem
